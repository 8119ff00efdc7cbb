// The parts of a struct, union or class: where each begins, in bytes and bits.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "unit.h"

namespace shmscope::dwarf {

struct Part {
  enum class Kind { member, base, vptr };
  Kind kind = Kind::member;
  std::string_view name;
  Die type;
  // Bytes; of a bit-field the byte that holds its first bit.
  uint64_t offset = 0;
  // Of a bit-field, in bits from the start of the record.
  uint64_t bitOffset = 0;
  std::optional<uint64_t> bitWidth;
  // DW_AT_alignment in bytes, 0 where it has none.
  uint64_t alignment = 0;
  // A virtual base: only the running program knows where it is.
  bool placeUnknown = false;
};

struct RecordFacts {
  // It has a variant part: which of its members are there depends on its values (Rust's enums with data).
  bool variants = false;
};

// Calls each(part) in the order of the entries; static members and unnamed bit-fields are left out. `sizeOf` gives the
// bytes of a member's type, which places bit-fields of DWARF 3 and older.
RecordFacts forEachPart(const Die& record, const std::function<uint64_t(const Die&)>& sizeOf,
                        const std::function<void(const Part&)>& each);

}  // namespace shmscope::dwarf
