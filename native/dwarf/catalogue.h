// Every named type of a file, once for each layout that it has.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "harvest.h"
#include "info.h"

namespace shmscope::dwarf {

class Catalogue {
 public:
  explicit Catalogue(Info& info);

  // Finds definitions of what is declared only; set as `byName` of the info's types.
  Die definitionOf(const Die& declaration);
  // Sorted by name, in the order of bytes.
  std::vector<const Entry*> sorted() const;
  // The entry of a type that a pointer may point to; nothing for one without a name, a size or a definition.
  const Entry* entryOf(const Die& type);

 private:
  void gather(const std::vector<const Unit*>& units);
  void take(const Harvest& harvest);
  void addPending();
  // `own`: as the entry's own unit has it.
  const Entry* insert(const Die& die, const Name& name, const Shape& shape, const Shape& own);

  Info& info_;
  // They keep the names of the entries.
  std::vector<std::unique_ptr<Harvest>> harvests_;
  // Entries stay where they are.
  std::deque<Entry> entries_;
  FlatMap<Entry*> byHash_;
  FlatMap<Definition> definitions_;
  DieMap<const Entry*> byDie_;
};

}  // namespace shmscope::dwarf
