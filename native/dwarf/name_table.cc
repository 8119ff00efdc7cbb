#include "name_table.h"

#include <functional>

#include "spelling.h"

namespace shmscope::dwarf {

const Name& NameTable::joined(const Name& before, Bytes rest) {
  size_t at = place(&before, rest.data());
  if (slots_[at].name) return *slots_[at].name;
  if ((used_ + 1) * 4 > slots_.size() * 3) {
    grow();
    at = place(&before, rest.data());
  }
  const std::string_view text = Reader(rest, 0, false).string();
  const Name& made = add(before.raw ? before.text + std::string(text) : before.text + spelled(text));
  slots_[at] = {&before, rest.data(), &made};
  used_++;
  return made;
}

const Name& NameTable::scopeOf(const Name& name) {
  if (name.scope) return *name.scope;
  name.scope = &add(name.text + "::");
  return *name.scope;
}

const Name& NameTable::add(std::string text, bool raw) {
  const uint64_t hash = std::hash<std::string_view>{}(text);
  return names_.emplace_back(Name{std::move(text), hash, raw});
}

size_t NameTable::place(const Name* before, const uint8_t* rest) const {
  const uint64_t key = reinterpret_cast<uintptr_t>(before) * 0x9e3779b97f4a7c15u ^ reinterpret_cast<uintptr_t>(rest);
  size_t at = (key * 0xff51afd7ed558ccdu) >> 32 & (slots_.size() - 1);
  while (slots_[at].name && (slots_[at].before != before || slots_[at].rest != rest))
    at = (at + 1) & (slots_.size() - 1);
  return at;
}

void NameTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old)
    if (slot.name) slots_[place(slot.before, slot.rest)] = slot;
}

}  // namespace shmscope::dwarf
