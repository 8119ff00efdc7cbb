// Where the types and variables of a unit stand, and in which scopes: one walk over its entries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unit.h"

namespace shmscope::dwarf {

// A namespace, class or function; those in it are behind it in the list.
struct Scope {
  uint64_t offset, end;
  // Index of the one around it, -1 for the unit.
  int32_t parent;
  uint16_t tag;
};

struct Found {
  uint64_t offset;
  int32_t scope;
};

struct Survey {
  std::vector<Scope> scopes;
  // Structs, unions, classes, enums and typedefs; declarations too.
  std::vector<Found> types;
  std::vector<Found> variables;
  // Declarations of types that are in type units, and DW_TAG_imported_unit.
  std::vector<uint64_t> signatures, imports;

  // The innermost scope that an entry stands in; -1 for the unit. A scope does not stand in itself.
  int32_t scopeOf(uint64_t offset) const;
};

Survey surveyOf(const Unit& unit);

}  // namespace shmscope::dwarf
