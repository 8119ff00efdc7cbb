// Numbers in a range, and all places of numbers.
#include <optional>
#include <utility>

#include "find_simd.h"
#include "find_value.h"

namespace shmscope {

namespace {

constexpr size_t kRoom = 2048;

bool isFloat(NumberType type) { return type == NumberType::kF32 || type == NumberType::kF64; }

// Bytes of the numbers in a range that all of them have, and the range of the byte below these, the highest one in
// which they differ. At places that need not be aligned one vector of bytes sees them all, and the whole numbers would
// take four or eight.
std::optional<Probes> probesOf(const NumberSpec& spec, uint64_t low, uint64_t high) {
  const size_t width = widthOf(spec.type);
  if (width < 4 || spec.step > 1) return {};
  const uint64_t sign = uint64_t{1} << (8 * width - 1);
  if (isFloat(spec.type)) {
    if ((low ^ high) & sign) return {};
    // Those below 0 are ordered by their bits the other way.
    if (low & sign) std::swap(low, high);
  }
  size_t top = width - 1;
  while (top > 0 && (low >> (8 * top)) == (high >> (8 * top))) top--;
  Probes probes = {};
  probes.places = ~uint32_t{0};
  for (size_t i = 0; i < kProbes; i++) {
    const size_t byte = std::min(top + i, width - 1);
    probes.at[i] = spec.swapped ? width - 1 - byte : byte;
    probes.value[i] = static_cast<uint8_t>(low >> (8 * byte));
    // From -1 to 1 the highest byte goes from 255 to 0.
    probes.mask[i] = static_cast<uint8_t>((high >> (8 * byte)) - (low >> (8 * byte)));
  }
  return probes;
}

class RangeNeedle : public Needle {
 public:
  RangeNeedle(const NumberSpec& spec, uint64_t low, uint64_t high)
      : Needle(widthOf(spec.type), spec.step),
        spec_(spec),
        kernel_(kernels().range(spec.type, spec.swapped, spec.step > 1)),
        low_(low),
        high_(high),
        probes_(probesOf(spec, low, high)) {}

  void match(const uint8_t* data, size_t count, uint64_t offset, size_t most, const Control&,
             std::vector<uint32_t>& at) override {
    if (probes_ && rest_ == 0) return withType(spec_.type, [&]<class T>(T) { matchProbes<T>(data, count, most, at); });
    if (rest_ > 0) rest_--;
    uint32_t found[kRoom];
    const size_t first = static_cast<size_t>(-offset & (step() - 1));
    for (size_t from = 0; from < count && at.size() < most;) {
      const size_t had = kernel_(data, &from, count, first, low_, high_, found, kRoom);
      at.insert(at.end(), found, found + had);
    }
  }

 private:
  template <class T>
  void matchProbes(const uint8_t* data, size_t count, size_t most, std::vector<uint32_t>& at) {
    const T low = valueOfBits<T>(low_);
    const T high = valueOfBits<T>(high_);
    uint32_t found[kRoom];
    size_t vain = 0;
    for (size_t from = 0; from < count && at.size() < most;) {
      const size_t had = kernels().probe[kByRange](data, &from, count, *probes_, found, kRoom);
      for (size_t i = 0; i < had; i++) {
        const T value = valueOf<T>(data + found[i], spec_.swapped);
        if (value >= low && value <= high)
          at.push_back(found[i]);
        else
          vain++;
      }
    }
    // These bytes are too often so here; later it may be otherwise.
    if (vain > count / 32) rest_ = kRest;
  }

  static constexpr int kRest = 16;

  const NumberSpec spec_;
  const RangeKernel kernel_;
  const uint64_t low_;
  const uint64_t high_;
  const std::optional<Probes> probes_;
  // Chunks for which the whole numbers are compared.
  int rest_ = 0;
};

class AnyNeedle : public Needle {
 public:
  explicit AnyNeedle(const NumberSpec& spec) : Needle(widthOf(spec.type), spec.step) {}

  void match(const uint8_t*, size_t count, uint64_t offset, size_t most, const Control&,
             std::vector<uint32_t>& at) override {
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
  if (isFloat(spec.type)) {
    // -0 and +0 are equal, and only their bits differ.
    const uint64_t sign = uint64_t{1} << (8 * widthOf(spec.type) - 1);
    if ((low & ~sign) == 0) low = sign;
    if ((high & ~sign) == 0) high = 0;
  }
  return std::make_unique<RangeNeedle>(spec, low, high);
}

std::unique_ptr<Needle> anyNeedle(const NumberSpec& spec) { return std::make_unique<AnyNeedle>(spec); }

}  // namespace shmscope
