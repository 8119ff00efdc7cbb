// Which function an address is of, and which are inlined there.
#pragma once

#include <span>
#include <vector>

#include "ranges.h"
#include "unit.h"

namespace shmscope::dwarf {

// The functions around an address.
struct Inside {
  // DW_TAG_subprogram with code of its own; none where no debug info has it.
  Die function;
  // Where the piece of it with the address begins.
  uint64_t low = 0;
  // DW_TAG_inlined_subroutine, the innermost last.
  std::vector<Die> inlined;
};

// Of addresses that ascend, in a unit that has entries. ETYPE.
std::vector<Inside> functionsAt(const Unit& unit, std::span<const uint64_t> addresses);

}  // namespace shmscope::dwarf
