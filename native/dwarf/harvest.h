// The named types of some of a file's units: what one of several threads finds.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "flat_map.h"
#include "names.h"
#include "types.h"

namespace shmscope::dwarf {

struct Place {
  Die die;
  // The unit's place among all.
  size_t order = 0;

  // In the order of the file.
  bool isBefore(const Place& other) const {
    return order != other.order ? order < other.order : die.offset < other.die.offset;
  }
};

struct Definition : Place {
  // As its own unit has it.
  Shape shape;
};

struct Entry : Place {
  const Name* name = nullptr;
  Kind kind = Kind::none;
  uint64_t size = 0;
  // Of name and layout, as its own unit has it.
  uint64_t hash = 0;
};

class Harvest {
 public:
  explicit Harvest(const Skeletons& skeletons) : names_(skeletons) {}

  // Units come in their order.
  void add(const Unit& unit, size_t order);

  // Of any entry, as its own unit has it.
  Shape shapeOf(const Die& die) { return types_.shape(die); }

  // By their hashes; for each the first place.
  const FlatMap<Entry*>& entries() const { return entries_; }
  // By a hash of the name alone: structs, unions and enums.
  const FlatMap<Definition*>& definitions() const { return definitions_; }
  // Typedefs of what their unit only declares.
  const std::vector<Definition>& pending() const { return pending_; }

 private:
  void add(const Place& place, int32_t scope);

  Names names_;
  // References lead to any unit: shapes that several threads ask for are made by each.
  Types types_{names_};
  std::pmr::monotonic_buffer_resource room_{size_t{1} << 20};
  FlatMap<Entry*> entries_;
  FlatMap<Definition*> definitions_;
  std::vector<Definition> pending_;
};

// Of an entry, as references carry it.
uint64_t entryHash(const Name& name, const Shape& shape);

}  // namespace shmscope::dwarf
