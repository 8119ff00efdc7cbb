// What is searched for, and where in some bytes it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "control.h"

namespace shmscope {

// Bytes after what is matched that may be read, whatever they hold.
constexpr size_t kSlack = 64;

// Used by one thread at a time: it learns which of its bytes are rare.
class Needle {
 public:
  Needle(uint64_t length, uint64_t step) : length_(length), step_(step) {}
  virtual ~Needle() = default;
  // Bytes of one hit.
  uint64_t length() const { return length_; }
  // It begins only at multiples of this, a power of two.
  uint64_t step() const { return step_; }
  // Puts into `at` the positions below `count` at which it begins, ascending, at least `most` of them where there are
  // so many. `data` has count + length - 1 bytes and kSlack more; it is what the object holds at `offset`.
  virtual void match(const uint8_t* data, size_t count, uint64_t offset, size_t most, const Control& control,
                     std::vector<uint32_t>& at) = 0;

 private:
  const uint64_t length_;
  const uint64_t step_;
};

// One place of the pattern at which any of some equally long byte strings may stand.
struct Variants {
  size_t at;
  std::vector<std::vector<uint8_t>> bytes;
};

// `mask`: the bits that must be equal, as long as `bytes`; empty for all of them. `variants` is asked of what the mask
// lets through.
std::unique_ptr<Needle> bytesNeedle(std::vector<uint8_t> bytes, std::vector<uint8_t> mask,
                                    std::vector<Variants> variants, uint64_t step);

// Equal in value to the order of NUMBER_TYPES in src/protocol/searching.ts.
enum class NumberType : uint8_t { kU8, kI8, kU16, kI16, kU32, kI32, kU64, kI64, kF32, kF64 };
constexpr int kNumberTypes = 10;
size_t widthOf(NumberType type);

struct NumberSpec {
  NumberType type = NumberType::kU8;
  // In the other byte order than this machine's.
  bool swapped = false;
  // 1, or the width: only at offsets that it divides.
  uint64_t step = 1;
};

// Numbers in [low, high], whose bits these are in this machine's byte order; NaN never is.
std::unique_ptr<Needle> rangeNeedle(const NumberSpec& spec, uint64_t low, uint64_t high);
// Every place that a number can have.
std::unique_ptr<Needle> anyNeedle(const NumberSpec& spec);

}  // namespace shmscope
