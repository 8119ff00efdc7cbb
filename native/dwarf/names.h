// What types, functions and variables are called.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "die.h"
#include "level.h"
#include "name_table.h"
#include "survey.h"
#include "unit.h"

namespace shmscope::dwarf {

// Where type units' types are declared, by signature. gcc's DWARF 4 leaves the namespaces out of type units, and has
// them there.
using Skeletons = std::unordered_map<uint64_t, Die>;

// For one thread.
class Names {
 public:
  explicit Names(const Skeletons& skeletons) : skeletons_(skeletons) {}
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  // 'struct student' in C, 'ns::Order' in C++; nothing for a type without a name. Valid as long as this is. `scope`:
  // the one that it stands in, where that is known.
  const Name* find(const Die& die, std::optional<int32_t> scope = {});
  // 'struct {…}' for a type without a name.
  const Name& named(const Die& die);
  std::string ofType(const Die& die) { return named(die).text(); }
  // As spelled() has it: basic types stand in no scope.
  const Name& ofBase(const Die& die) { return table_.joined(root_, nameBytes(die)); }
  // 'main::book', 'ns::book': its own name or that of the declaration that it completes. Empty where it has none.
  std::string ofVariable(const Die& die);

 private:
  const Name& prefix(const Unit& unit, int32_t scope);
  const Name& prefixOf(const Unit& unit, const Scope& scope);
  // Nothing where it has none.
  const Name* qualified(const Die& die, std::optional<int32_t> scope = {});
  const Name& qualifiedHere(const Die& die, Bytes name, std::optional<int32_t> scope);
  const Name& keyword(const Die& die) const;
  std::vector<const Name*>& prefixes(const Unit& unit);

  const Skeletons& skeletons_;
  NameTable table_;
  // C++ and others; C's names without and with a keyword.
  const Name& root_ = table_.add("");
  const Name& plain_ = table_.add("", true);
  const Name& struct_ = table_.add("struct ", true);
  const Name& union_ = table_.add("union ", true);
  const Name& enum_ = table_.add("enum ", true);
  std::unordered_map<const Unit*, std::vector<const Name*>> prefixes_;
  const Unit* lastUnit_ = nullptr;
  std::vector<const Name*>* lastPrefixes_ = nullptr;
  unsigned depth_ = 0;
};

}  // namespace shmscope::dwarf
