// Something for each of many entries.
#pragma once

#include "flat_map.h"
#include "unit.h"

namespace shmscope::dwarf {

template <class T>
class DieMap {
 public:
  // Nothing for an entry that was not added; valid until the next is.
  const T* find(const Die& die) const { return map_.find(keyOf(die)); }
  // What an entry has already stays.
  void add(const Die& die, const T& value) { map_.add(keyOf(die), value); }
  void clear() { map_.clear(); }

 private:
  // Sections do not overlap in memory: where an entry's bytes are says which it is.
  static uint64_t keyOf(const Die& die) {
    return die.unit ? reinterpret_cast<uintptr_t>(die.unit->section.data()) + die.offset : 1;
  }

  FlatMap<T> map_;
};

}  // namespace shmscope::dwarf
