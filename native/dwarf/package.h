// .debug_cu_index and .debug_tu_index: which part of each section of a .dwp belongs to which unit (DWARF 5, 7.3.5; for
// version 2 the GNU DebugFission package format).
#pragma once

#include <cstdint>
#include <map>

#include "bytes.h"

namespace shmscope::dwarf {

// Where a unit's parts of the shared sections begin.
struct Contribution {
  uint64_t abbreviations = 0, stringOffsets = 0, rangeLists = 0;
};

// By where the unit's part of .debug_info.dwo or .debug_types.dwo begins.
struct PackageIndex {
  std::map<uint64_t, Contribution> info, types;

  // Adds what one of the two index sections says; an empty one says nothing.
  void add(Bytes section, bool swapped);
};

}  // namespace shmscope::dwarf
