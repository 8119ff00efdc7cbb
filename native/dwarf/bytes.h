// Bytes of a file as numbers and strings; nothing is read past their end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "problem.h"

namespace shmscope::dwarf {

using Bytes = std::span<const uint8_t>;

class Reader {
 public:
  // Reads from `at` on; `swapped`: the file has the other byte order.
  Reader(Bytes bytes, uint64_t at, bool swapped) : bytes_(bytes), at_(at), swapped_(swapped) {
    if (at > bytes.size()) broken("an offset leads out of its section");
  }

  uint64_t at() const { return at_; }
  bool atEnd() const { return at_ >= bytes_.size(); }

  void skip(uint64_t count) {
    if (count > bytes_.size() - at_) broken("a section ends too early");
    at_ += count;
  }

  uint8_t u8() {
    if (at_ >= bytes_.size()) broken("a section ends too early");
    return bytes_[at_++];
  }
  uint16_t u16() { return number<uint16_t>(); }
  uint32_t u32() { return number<uint32_t>(); }
  uint64_t u64() { return number<uint64_t>(); }

  // An unsigned number of 1 to 8 bytes.
  uint64_t fixed(unsigned size) {
    switch (size) {
      case 1:
        return u8();
      case 2:
        return u16();
      case 4:
        return u32();
      case 8:
        return u64();
      default:
        return odd(size);
    }
  }

  // LEB128 (DWARF 5, 7.6); bits past the 64th are dropped.
  uint64_t uleb() {
    const uint8_t first = u8();
    if (first < 0x80) return first;
    uint64_t value = first & 0x7f;
    for (unsigned shift = 7;; shift += 7) {
      const uint8_t byte = u8();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  int64_t sleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;;) {
      const uint8_t byte = u8();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
      if (byte >= 0x80) continue;
      if ((byte & 0x40) && shift < 64) value |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(value);
    }
  }

  // Up to its NUL, which is skipped.
  std::string_view string() {
    const auto* begin = reinterpret_cast<const char*>(bytes_.data() + at_);
    const void* end = std::memchr(begin, 0, bytes_.size() - at_);
    if (!end) broken("a string has no end");
    const auto length = static_cast<size_t>(static_cast<const char*>(end) - begin);
    at_ += length + 1;
    return {begin, length};
  }

 private:
  template <class T>
  T number() {
    if (bytes_.size() - at_ < sizeof(T)) broken("a section ends too early");
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    if (!swapped_) return value;
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    return __builtin_bswap64(value);
  }

  // DW_FORM_strx3 and its like.
  uint64_t odd(unsigned size) {
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++) {
      const uint64_t byte = u8();
      const bool little = (std::endian::native == std::endian::little) != swapped_;
      if (little)
        value |= byte << (8 * (i & 7));
      else
        value = value << 8 | byte;
    }
    return value;
  }

  Bytes bytes_;
  uint64_t at_;
  bool swapped_;
};

}  // namespace shmscope::dwarf
