// Something for each of many entries.
#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "unit.h"

namespace shmscope::dwarf {

// Open addressing: of a million entries, std::unordered_map takes several times the time.
template <class T>
class DieMap {
 public:
  // Makes room for as many.
  void reserve(size_t count) {
    size_t size = kLeast;
    while (size < count * 2) size *= 2;
    if (size > slots_.size()) resize(size);
  }

  // Nothing for an entry that was not added; valid until the next is.
  const T* find(const Die& die) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place(keyOf(die))];
    return slot.key ? &slot.value : nullptr;
  }

  // What an entry has already stays.
  void add(const Die& die, const T& value) {
    if ((used_ + 1) * 4 > slots_.size() * 3) resize(std::max(kLeast, slots_.size() * 2));
    Slot& slot = slots_[place(keyOf(die))];
    if (slot.key) return;
    slot = {keyOf(die), value};
    used_++;
  }

 private:
  static constexpr size_t kLeast = 64;
  struct Slot {
    uintptr_t key = 0;
    T value{};
  };

  // Sections do not overlap in memory: where an entry's bytes are says which it is.
  static uintptr_t keyOf(const Die& die) {
    return die.unit ? reinterpret_cast<uintptr_t>(die.unit->section.data()) + die.offset : 1;
  }

  size_t place(uintptr_t key) const {
    size_t at = (key * 0x9e3779b97f4a7c15u) >> shift_;
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  void resize(size_t size) {
    std::vector<Slot> old(size);
    old.swap(slots_);
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(size));
    for (const Slot& slot : old)
      if (slot.key) slots_[place(slot.key)] = slot;
  }

  std::vector<Slot> slots_;
  size_t used_ = 0;
  unsigned shift_ = 0;
};

}  // namespace shmscope::dwarf
