// Something for each of many numbers.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace shmscope::dwarf {

// Open addressing: of a million entries, std::unordered_map takes several times the time. Keys are hashes or addresses.
template <class T>
class FlatMap {
 public:
  // Makes room for as many.
  void reserve(size_t count) {
    size_t size = kLeast;
    while (size * 3 < count * 4) size *= 2;
    if (size > slots_.size()) resize(size);
  }

  // Nothing for a key that was not added; valid until the next is.
  const T* find(uint64_t key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place(key + !key)];
    return slot.key ? &slot.value : nullptr;
  }

  // What a key has already stays: then the second of the pair is false.
  std::pair<T*, bool> add(uint64_t key, const T& value) {
    if ((used_ + 1) * 4 > slots_.size() * 3) resize(std::max(kLeast, slots_.size() * 2));
    key += !key;
    Slot& slot = slots_[place(key)];
    if (slot.key) return {&slot.value, false};
    slot = {key, value};
    used_++;
    return {&slot.value, true};
  }

  // Its room is kept.
  void clear() {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    used_ = 0;
  }

  size_t size() const { return used_; }

  template <class Each>
  void forEach(Each&& each) const {
    for (const Slot& slot : slots_)
      if (slot.key) each(slot.key, slot.value);
  }

 private:
  static constexpr size_t kLeast = 64;
  struct Slot {
    // 0 where nothing is; the key 0 itself stands as 1.
    uint64_t key = 0;
    T value{};
  };

  size_t place(uint64_t key) const {
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
