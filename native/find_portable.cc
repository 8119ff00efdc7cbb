// The inner loops with vectors of 16 bytes, which every processor has that this is built for.
#include "find_simd.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include <cstdlib>

#define SHMSCOPE_KERNELS portable
#define SHMSCOPE_VECTOR 16
#include "find_kernels.h"

namespace shmscope {

const Kernels& kernels() {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2") && getenv("SHMSCOPE_PORTABLE") == nullptr;
  if (wide) return avx2::kKernels;
#endif
  return portable::kKernels;
}

}  // namespace shmscope
