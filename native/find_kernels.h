// The inner loops of the search, once for each set of instructions: a file that includes this defines SHMSCOPE_KERNELS
// (the namespace) and SHMSCOPE_VECTOR (bytes of one vector), and sets its target before. Only raw pointers in here: a
// function of the standard library that is instantiated here could be the one that the linker takes for all.
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
  for (; bits != 0; bits &= bits - 1)
    out[had++] = static_cast<uint32_t>(at) + static_cast<uint32_t>(__builtin_ctz(bits));
  return had;
}

// Whether the bytes at one place of the pattern are as they must be.
template <ProbeKind kind>
[[gnu::always_inline]] inline Bytes fits(const uint8_t* from, Bytes value, Bytes mask) {
  const Bytes bytes = load<uint8_t>(from);
  if constexpr (kind == kUnderMask) return reinterpret_cast<Bytes>((bytes & mask) == value);
  if constexpr (kind == kByRange) return reinterpret_cast<Bytes>(bytes - value <= mask);
  return reinterpret_cast<Bytes>(bytes == value);
}

template <ProbeKind kind>
size_t probe(const uint8_t* data, size_t* from, size_t count, const Probes& probes, uint32_t* out, size_t room) {
  Bytes value[kProbes];
  Bytes mask[kProbes];
  const uint8_t* byte[kProbes];
  for (size_t i = 0; i < kProbes; i++) {
    value[i] = Bytes{} + probes.value[i];
    mask[i] = Bytes{} + probes.mask[i];
    byte[i] = data + probes.at[i];
  }
  const auto rarest = [&](size_t at) __attribute__((always_inline)) {
    return fits<kind>(byte[0] + at, value[0], mask[0]) & fits<kind>(byte[1] + at, value[1], mask[1]);
  };
  size_t had = 0;
  size_t at = *from;
  while (at < count && had + kVector <= room) {
    // Four at a time, until there is something.
    while (at + 4 * kVector <= count &&
           !anyBit(rarest(at) | rarest(at + kVector) | rarest(at + 2 * kVector) | rarest(at + 3 * kVector)))
      at += 4 * kVector;
    for (size_t i = 0; i < 4 && at < count && had + kVector <= room; i++, at += kVector) {
      const Bytes hit =
          rarest(at) & fits<kind>(byte[2] + at, value[2], mask[2]) & fits<kind>(byte[3] + at, value[3], mask[3]);
      const uint32_t bits = topBits(hit) & probes.places & below(at, count);
      if (bits != 0) had = put(bits, at, out, had);
    }
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
constexpr uint32_t kFirst = width == 1   ? ~uint32_t{0}
                            : width == 2 ? 0x55555555
                            : width == 4 ? 0x11111111
                                         : 0x01010101;

template <class T, bool swapped, bool aligned>
size_t range(const uint8_t* data, size_t* from, size_t count, size_t first, uint64_t lowBits, uint64_t highBits,
             uint32_t* out, size_t room) {
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
    for (size_t shift = 0; shift < kShifts; shift++)
      any |= hits[shift] = inside<T, swapped>(data + at + shift, low, high);
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
constexpr RangeKernel kRange[2][2] = {{range<T, false, false>, range<T, false, true>},
                                      {range<T, true, false>, range<T, true, true>}};

RangeKernel rangeKernel(NumberType type, bool swapped, bool aligned) {
  switch (type) {
    case NumberType::kU8:
      return kRange<uint8_t>[swapped][aligned];
    case NumberType::kI8:
      return kRange<int8_t>[swapped][aligned];
    case NumberType::kU16:
      return kRange<uint16_t>[swapped][aligned];
    case NumberType::kI16:
      return kRange<int16_t>[swapped][aligned];
    case NumberType::kU32:
      return kRange<uint32_t>[swapped][aligned];
    case NumberType::kI32:
      return kRange<int32_t>[swapped][aligned];
    case NumberType::kU64:
      return kRange<uint64_t>[swapped][aligned];
    case NumberType::kI64:
      return kRange<int64_t>[swapped][aligned];
    case NumberType::kF32:
      return kRange<float>[swapped][aligned];
    case NumberType::kF64:
      break;
  }
  return kRange<double>[swapped][aligned];
}

const Kernels kKernels = {{probe<kEqual>, probe<kUnderMask>, probe<kByRange>}, rangeKernel};

}  // namespace shmscope::SHMSCOPE_KERNELS
