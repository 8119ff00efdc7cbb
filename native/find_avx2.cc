// The inner loops with vectors of 32 bytes, where the processor has AVX2. What is included first keeps the common
// target.
#include "find_simd.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma GCC target("avx2,bmi")
#define SHMSCOPE_KERNELS avx2
#define SHMSCOPE_VECTOR 32
#include "find_kernels.h"
#endif
