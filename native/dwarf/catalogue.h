// Every named type of a file, once for each layout that it has.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "info.h"

namespace shmscope::dwarf {

struct Entry {
  std::string name;
  Kind kind;
  uint64_t size;
  Die die;
  // Of name and layout.
  uint64_t hash;
};

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
  void add(const Die& die);
  const Entry* insert(const Die& die, const std::string& name, const Shape& shape);

  Info& info_;
  std::unordered_map<uint64_t, Entry> entries_;
  // By a hash of the name alone: structs, unions and enums.
  std::unordered_map<uint64_t, Die> definitions_;
  DieMap<const Entry*> byDie_;
  // Typedefs of what their unit only declares.
  std::vector<Die> pending_;
};

// Of an entry, as references carry it.
uint64_t entryHash(const std::string& name, const Shape& shape);

}  // namespace shmscope::dwarf
