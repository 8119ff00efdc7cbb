// Every named type of a file, once for each layout that it has.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "harvest.h"
#include "info.h"

namespace shmscope::dwarf {

class Catalogue {
 public:
  explicit Catalogue(Info& info);

  // Finds definitions of what is declared only; set as `byName` of the info's types.
  Die definitionOf(const Die& declaration);
  // Typedefs of what is defined in another unit, as that has it.
  void addPending();
  // All of them, in no order; and those that no unit has as they are.
  std::vector<const Entry*> entries() const;
  std::vector<const Entry*> others() const;
  // The entry of a type that a pointer may point to; nothing for one without a name, a size or a definition.
  const Entry* entryOf(const Die& type);

 private:
  void gather(const std::vector<const Unit*>& units);
  void take(const Harvest& harvest);
  // `own`: as the entry's own unit has it.
  const Entry* insert(const Die& die, const Name& name, const Shape& shape, const Shape& own);

  Info& info_;
  // What was taken before the others were there, and what was wrong with it.
  std::unordered_map<const Unit*, std::optional<Problem>> early_;
  // They keep the entries and their names.
  std::vector<std::unique_ptr<Harvest>> harvests_;
  // Those that are in no harvest.
  std::deque<Entry> others_;
  FlatMap<const Entry*> entries_;
  FlatMap<const Definition*> definitions_;
  DieMap<const Entry*> byDie_;
};

}  // namespace shmscope::dwarf
