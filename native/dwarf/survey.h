// Where the types and variables of a unit stand, and in which scopes: one walk over its entries.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "unit.h"

namespace shmscope::dwarf {

// A namespace, class or function; those in it are behind it in the list. Functions are left out in which nothing is
// that has its name or its place from them.
struct Scope {
  uint64_t offset, end;
  // Index of the one around it, -1 for the unit.
  int32_t parent;
  uint16_t tag;
  bool used = false;
};

struct Found {
  uint64_t offset;
  // As scopeOf() has it.
  int32_t scope;
};

struct Survey {
  std::vector<Scope> scopes;
  // Structs, unions, classes, enums and typedefs; declarations too.
  std::vector<Found> types;
  // Those with one place, on the stack too.
  std::vector<Found> variables;
  // Declarations of types that are in type units, and DW_TAG_imported_unit.
  std::vector<uint64_t> signatures, imports;

  // The innermost scope that an entry stands in; -1 for the unit. A scope does not stand in itself.
  int32_t scopeOf(uint64_t offset) const;
};

// One that is inlined somewhere, too.
bool isFunction(uint16_t tag);

// Made when it is first asked for; threads may ask at once.
class LazySurvey {
 public:
  const Survey& of(const Unit& unit);

 private:
  // No std::call_once: exceptions do not pass glibc's pthread_once() where libgcc is linked statically.
  std::atomic<bool> made_ = false;
  std::mutex guard_;
  Survey survey_;
};

inline const Survey& surveyOf(const Unit& unit) { return unit.survey->of(unit); }

}  // namespace shmscope::dwarf
