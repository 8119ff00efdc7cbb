// The inner loops of the search, once for each set of instructions: a file that includes this defines SHMSCOPE_KERNELS (the
// namespace) and SHMSCOPE_VECTOR (bytes of one vector), and sets its target before. Only raw pointers in here: a function of the
// standard library that is instantiated here could be the one that the linker takes for all.
#include <cstddef>
#include <cstdint>

#include "find_simd.h"

namespace shmscope::SHMSCOPE_KERNELS {

constexpr size_t kVector = SHMSCOPE_VECTOR;

template <class T>
struct Vectors {
  typedef T Vector __attribute__((vector_size(kVector)));
  typedef T Loose __attribute__((vector_size(kVector), aligned(1), may_alias));
};
using Bytes = Vectors<uint8_t>::Vector;

template <class T>
[[gnu::always_inline]] inline typename Vectors<T>::Vector load(const uint8_t* from) {
  return *reinterpret_cast<const typename Vectors<T>::Loose*>(from);
}

// One bit for each byte, whose top bit it is.
[[gnu::always_inline]] inline uint32_t topBits(Bytes bytes) {
#if SHMSCOPE_VECTOR == 32 && defined(__x86_64__)
  return static_cast<uint32_t>(_mm256_movemask_epi8(reinterpret_cast<__m256i>(bytes)));
#elif defined(__x86_64__)
  return static_cast<uint32_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(bytes)));
#else
  uint32_t bits = 0;
  for (size_t i = 0; i < kVector; i++) bits |= static_cast<uint32_t>(bytes[i] >> 7) << i;
  return bits;
#endif
}

[[gnu::always_inline]] inline bool anyBit(Bytes bytes) {
#if defined(__x86_64__)
  return topBits(bytes) != 0;
#else
  typedef uint64_t Words __attribute__((vector_size(kVector)));
  const Words words = reinterpret_cast<Words>(bytes);
  uint64_t any = 0;
  for (size_t i = 0; i < kVector / 8; i++) any |= words[i];
  return any != 0;
#endif
}

// The bits of the lanes from `at` on that are below `count`.
[[gnu::always_inline]] inline uint32_t below(size_t at, size_t count) {
  const size_t left = count - at;
  return left >= kVector ? ~uint32_t{0} : (uint32_t{1} << left) - 1;
}

[[gnu::always_inline]] inline size_t put(uint32_t bits, size_t at, uint32_t* out, size_t had) {
  for (; bits != 0; bits &= bits - 1) out[had++] = static_cast<uint32_t>(at) + static_cast<uint32_t>(__builtin_ctz(bits));
  return had;
}

size_t probe(const uint8_t* data, size_t* from, size_t count, const Probes& probes, uint32_t* out, size_t room) {
  Bytes values[kProbes];
  Bytes masks[kProbes];
  for (size_t i = 0; i < kProbes; i++) {
    values[i] = Bytes{} + probes.value[i];
    masks[i] = Bytes{} + probes.mask[i];
  }
  const uint8_t* p0 = data + probes.at[0];
  const uint8_t* p1 = data + probes.at[1];
  const uint8_t* p2 = data + probes.at[2];
  const uint8_t* p3 = data + probes.at[3];
  size_t had = 0;
  size_t at = *from;
  for (; at < count && had + kVector <= room; at += kVector) {
    const auto hit = ((load<uint8_t>(p0 + at) & masks[0]) == values[0]) & ((load<uint8_t>(p1 + at) & masks[1]) == values[1]) &
                     ((load<uint8_t>(p2 + at) & masks[2]) == values[2]) & ((load<uint8_t>(p3 + at) & masks[3]) == values[3]);
    const uint32_t bits = topBits(reinterpret_cast<Bytes>(hit));
    if (bits == 0) [[likely]]
      continue;
    had = put(bits & probes.places & below(at, count), at, out, had);
  }
  *from = at;
  return had;
}

template <size_t width>
[[gnu::always_inline]] inline Bytes swapBytes(Bytes bytes) {
  Bytes order;
  for (size_t i = 0; i < kVector; i++) order[i] = static_cast<uint8_t>(i / width * width + (width - 1 - i % width));
  return __builtin_shuffle(bytes, order);
}

template <class T, bool swapped>
[[gnu::always_inline]] inline Bytes inside(const uint8_t* from, T low, T high) {
  auto value = load<T>(from);
  if constexpr (swapped && sizeof(T) > 1) {
    value = reinterpret_cast<decltype(value)>(swapBytes<sizeof(T)>(reinterpret_cast<Bytes>(value)));
  }
  return reinterpret_cast<Bytes>((value >= low) & (value <= high));
}

// Of each number of a vector one bit, that of its first byte.
template <size_t width>
constexpr uint32_t kFirst = width == 1 ? ~uint32_t{0} : width == 2 ? 0x55555555 : width == 4 ? 0x11111111 : 0x01010101;

template <class T, bool swapped, bool aligned>
size_t range(const uint8_t* data, size_t* from, size_t count, size_t first, uint64_t lowBits, uint64_t highBits, uint32_t* out,
             size_t room) {
  T low;
  T high;
  __builtin_memcpy(&low, &lowBits, sizeof low);
  __builtin_memcpy(&high, &highBits, sizeof high);
  constexpr size_t kShifts = aligned ? 1 : sizeof(T);
  size_t had = 0;
  size_t at = *from;
  // Where only every second, fourth or eighth place counts, vectors begin at one.
  if (aligned && at < first) at = first;
  for (; at < count && had + kVector <= room; at += kVector) {
    Bytes hits[kShifts];
    Bytes any{};
    for (size_t shift = 0; shift < kShifts; shift++) any |= hits[shift] = inside<T, swapped>(data + at + shift, low, high);
    if (!anyBit(any)) [[likely]]
      continue;
    uint32_t bits = 0;
    for (size_t shift = 0; shift < kShifts; shift++) bits |= (topBits(hits[shift]) & kFirst<sizeof(T)>) << shift;
    had = put(bits & below(at, count), at, out, had);
  }
  *from = at;
  return had;
}

template <class T>
constexpr RangeKernel kRange[2][2] = {{range<T, false, false>, range<T, false, true>}, {range<T, true, false>, range<T, true, true>}};

RangeKernel rangeKernel(NumberType type, bool swapped, bool aligned) {
  switch (type) {
    case NumberType::kU8: return kRange<uint8_t>[swapped][aligned];
    case NumberType::kI8: return kRange<int8_t>[swapped][aligned];
    case NumberType::kU16: return kRange<uint16_t>[swapped][aligned];
    case NumberType::kI16: return kRange<int16_t>[swapped][aligned];
    case NumberType::kU32: return kRange<uint32_t>[swapped][aligned];
    case NumberType::kI32: return kRange<int32_t>[swapped][aligned];
    case NumberType::kU64: return kRange<uint64_t>[swapped][aligned];
    case NumberType::kI64: return kRange<int64_t>[swapped][aligned];
    case NumberType::kF32: return kRange<float>[swapped][aligned];
    case NumberType::kF64: break;
  }
  return kRange<double>[swapped][aligned];
}

const Kernels kKernels = {probe, rangeKernel};

}  // namespace shmscope::SHMSCOPE_KERNELS
