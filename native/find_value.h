// One number among bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "find_needle.h"

namespace shmscope {

template <class T>
T valueOf(const uint8_t* bytes, bool swapped) {
  uint8_t own[sizeof(T)];
  memcpy(own, bytes, sizeof own);
  if (swapped) std::reverse(own, own + sizeof own);
  T value;
  memcpy(&value, own, sizeof value);
  return value;
}

template <class T>
T valueOfBits(uint64_t bits) {
  T value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Calls `use` with a number of this type.
template <class Use>
auto withType(NumberType type, Use&& use) {
  switch (type) {
    case NumberType::kU8:
      return use(uint8_t{});
    case NumberType::kI8:
      return use(int8_t{});
    case NumberType::kU16:
      return use(uint16_t{});
    case NumberType::kI16:
      return use(int16_t{});
    case NumberType::kU32:
      return use(uint32_t{});
    case NumberType::kI32:
      return use(int32_t{});
    case NumberType::kU64:
      return use(uint64_t{});
    case NumberType::kI64:
      return use(int64_t{});
    case NumberType::kF32:
      return use(float{});
    case NumberType::kF64:
      break;
  }
  return use(double{});
}

}  // namespace shmscope
