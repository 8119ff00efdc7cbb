// Where the local variables of functions stand, as far as one expression says it for the whole function.
#pragma once

#include <cstdint>
#include <optional>

#include "unit.h"

namespace shmscope::dwarf {

struct Value;

// What offsets of local variables are counted from: 'c' the canonical frame address (DWARF 5, 6.4), 'b' the frame
// pointer, 's' the stack pointer, both as the function has them once its prologue is done.
struct Frame {
  char base;
  // Of the function's code, as the file counts addresses.
  uint64_t low, high;
};

// Of a DW_TAG_subprogram of x86-64 that is in one piece.
std::optional<Frame> frameOf(const Die& function);

// DW_OP_fbreg alone: what is in a register, or moves, has none.
std::optional<int64_t> frameOffsetOf(Bytes expression, const Unit& unit);

// The address that DW_FORM_addr and its like stand for; nothing for other forms.
std::optional<uint64_t> addressIn(const Value& value);

// Number `index` of the unit's part of .debug_addr.
std::optional<uint64_t> addressAt(const Unit& unit, uint64_t index);

}  // namespace shmscope::dwarf
