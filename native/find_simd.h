// The inner loops of the search, for the processor that this runs on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "find_needle.h"

namespace shmscope {

constexpr size_t kProbes = 4;

enum ProbeKind { kEqual, kUnderMask, kByRange };

// Bytes of what is searched for that are looked at first, in all places at once, the rarest two before the others.
struct Probes {
  size_t at[kProbes];
  uint8_t value[kProbes];
  // kUnderMask: the bits that must be equal. kByRange: how much more than `value` it may be, going on with 0 after 255.
  uint8_t mask[kProbes];
  // Of 32 places from a multiple of 32 in the data on, those that count.
  uint32_t places;
};

// Each goes on from `*from` until `count` or until `out` has no more room for all of one vector (32), and puts the
// places that it finds into `out`; gives their number. Reads up to kSlack bytes more than the last place needs.
using ProbeKernel = size_t (*)(const uint8_t* data, size_t* from, size_t count, const Probes& probes, uint32_t* out,
                               size_t room);
// `first`: the first place that is aligned, where only such count.
using RangeKernel = size_t (*)(const uint8_t* data, size_t* from, size_t count, size_t first, uint64_t low,
                               uint64_t high, uint32_t* out, size_t room);

struct Kernels {
  ProbeKernel probe[3];
  RangeKernel (*range)(NumberType type, bool swapped, bool aligned);
};

// SHMSCOPE_PORTABLE in the environment chooses those that any processor has: for tests.
const Kernels& kernels();

namespace portable {
extern const Kernels kKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const Kernels kKernels;
}
#endif

}  // namespace shmscope
