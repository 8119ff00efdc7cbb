#include "watchpoints_unwind.h"

#include <optional>

namespace shmscope {

namespace {

constexpr int kMostFrames = 64;

#if defined(__aarch64__)
// Without the signature that a return address may carry above the 48 bits of an address (PAC).
constexpr uint64_t kAddressBits = (uint64_t{1} << 48) - 1;
#else
constexpr uint64_t kAddressBits = UINT64_MAX;
#endif

class Frames {
 public:
  explicit Frames(const Sample& sample) : sample_(sample), place_{sample.ip, false}, sp_(sample.sp), bp_(sample.bp) {}

  const CodePlace& place() const { return place_; }

  // False where the dump does not reach so far, or the stack makes no sense.
  bool step(const Rule& rule) {
    const uint64_t cfa = (rule.kind == Rule::kStepSp ? sp_ : bp_) + offset(rule.cfa);
    // Only a leaf that keeps its return address in a register has no frame.
    if (cfa < sp_ || (cfa == sp_ && place_.isReturn)) return false;
    const auto pc = rule.returnAt == Rule::kInRegister ? linked() : word(cfa + offset(rule.returnAt));
    const auto bp = rule.bpAt == Rule::kInRegister ? bp_ : word(cfa + offset(rule.bpAt));
    if (!pc || !bp || (*pc & kAddressBits) == 0) return false;
    place_ = {*pc & kAddressBits, true};
    sp_ = cfa;
    bp_ = *bp;
    return true;
  }

 private:
  static uint64_t offset(int32_t value) { return static_cast<uint64_t>(int64_t{value}); }

  // A call that came before has used the register.
  std::optional<uint64_t> linked() const {
    if (place_.isReturn) return {};
    return sample_.lr;
  }

  std::optional<uint64_t> word(uint64_t address) const {
    const uint64_t at = address - sample_.sp;
    const size_t size = sample_.stack.size();
    if (address < sample_.sp || size < sample_.word || at > size - sample_.word) return {};
    uint64_t value = 0;
    memcpy(&value, sample_.stack.data() + at, sample_.word);
    return value;
  }

  const Sample& sample_;
  CodePlace place_;
  uint64_t sp_;
  uint64_t bp_;
};

}  // namespace

Walked walk(const Sample& sample, const RuleOf& rule) {
  Frames frames(sample);
  for (int i = 0; i < kMostFrames; i++) {
    const CodePlace place = frames.place();
    const Rule* known = rule(place);
    if (!known) return {0, true, place};
    if (known->kind == Rule::kOwn) return {place.isReturn ? place.pc : 0, false, {}};
    if (known->kind == Rule::kNone || !frames.step(*known)) return {};
  }
  return {};
}

}  // namespace shmscope
