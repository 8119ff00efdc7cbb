// Numbers in a range, and all places of numbers.
#include "find_simd.h"

namespace shmscope {

namespace {

constexpr size_t kRoom = 2048;

class RangeNeedle : public Needle {
 public:
  RangeNeedle(const NumberSpec& spec, uint64_t low, uint64_t high)
      : Needle(widthOf(spec.type), spec.step),
        kernel_(kernels().range(spec.type, spec.swapped, spec.step > 1)),
        low_(low),
        high_(high) {}

  void match(const uint8_t* data, size_t count, uint64_t offset, size_t most, const Control&,
             std::vector<uint32_t>& at) override {
    uint32_t found[kRoom];
    const size_t first = static_cast<size_t>(-offset & (step() - 1));
    for (size_t from = 0; from < count && at.size() < most;) {
      const size_t had = kernel_(data, &from, count, first, low_, high_, found, kRoom);
      at.insert(at.end(), found, found + had);
    }
  }

 private:
  const RangeKernel kernel_;
  const uint64_t low_;
  const uint64_t high_;
};

class AnyNeedle : public Needle {
 public:
  explicit AnyNeedle(const NumberSpec& spec) : Needle(widthOf(spec.type), spec.step) {}

  void match(const uint8_t*, size_t count, uint64_t offset, size_t most, const Control&, std::vector<uint32_t>& at) override {
    for (size_t i = static_cast<size_t>(-offset & (step() - 1)); i < count && at.size() < most; i += step())
      at.push_back(static_cast<uint32_t>(i));
  }
};

}  // namespace

size_t widthOf(NumberType type) {
  constexpr size_t kWidths[kNumberTypes] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return kWidths[static_cast<size_t>(type)];
}

std::unique_ptr<Needle> rangeNeedle(const NumberSpec& spec, uint64_t low, uint64_t high) {
  return std::make_unique<RangeNeedle>(spec, low, high);
}

std::unique_ptr<Needle> anyNeedle(const NumberSpec& spec) { return std::make_unique<AnyNeedle>(spec); }

}  // namespace shmscope
