// What types, functions and variables are called.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "survey.h"
#include "unit.h"

namespace shmscope::dwarf {

class Names {
 public:
  // Made once for each unit.
  const Survey& survey(const Unit& unit) { return known(unit).survey; }

  // 'struct student' in C, 'ns::Order' in C++; 'struct {…}' for a type without a name.
  std::string ofType(const Die& die);
  // 'ns::Class::' of what stands in a scope of the unit; empty for its outermost.
  const std::string& prefix(const Unit& unit, int32_t scope);
  // 'main::book', 'ns::book': its own name or that of the declaration that it completes. Empty where it has none.
  std::string ofVariable(const Die& die);

  // Where a type unit's type is declared. gcc's DWARF 4 leaves the namespaces out of type units, and has them there.
  void addSkeleton(uint64_t signature, const Die& declaration) { skeletons_.emplace(signature, declaration); }

 private:
  struct Known {
    Survey survey;
    std::vector<std::unique_ptr<std::string>> prefixes;
  };
  Known& known(const Unit& unit);
  std::string scopeName(const Die& die);
  std::string qualified(const Die& die);

  std::unordered_map<const Unit*, std::unique_ptr<Known>> units_;
  std::unordered_map<uint64_t, Die> skeletons_;
  const std::string none_;
  unsigned depth_ = 0;
};

// 'struct', 'union', 'enum' for the tag of a type; 'struct' for classes.
std::string keywordOf(uint16_t tag);

}  // namespace shmscope::dwarf
