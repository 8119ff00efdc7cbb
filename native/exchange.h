// Comparing and storing in one step, on memory that can go away under it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace shmscope {

// 1, 2, 4 or 8 bytes, as they stand in memory from the lowest byte of each number on. Bits that are not set in `mask`
// are neither compared nor changed.
struct Swap {
  size_t size;
  uint64_t expected;
  uint64_t desired;
  uint64_t mask;

  bool fits(uint64_t held) const { return (held & mask) == (expected & mask); }
};

enum class Exchanged {
  // It held what was expected.
  kStored,
  kHeldOther,
  // There is no memory at the address: the object ends before it, or none could be had.
  kNoPage,
};

struct Exchange {
  Exchanged outcome;
  // What it held; of kStored and kHeldOther.
  uint64_t held;
};

// `at` lies in a shared mapping that may be written to, and is aligned to the size. Raises no signal in this process.
// Takes some 50 µs.
// EAGAIN in place of kBusy.
Exchange exchange(std::byte* at, const Swap& swap);

}  // namespace shmscope
