#include "name_table.h"

#include <algorithm>
#include <functional>

#include "spelling.h"

namespace shmscope::dwarf {

namespace {

uint64_t hashOf(const Name* before, const uint8_t* rest) {
  const uint64_t key = reinterpret_cast<uintptr_t>(before) * 0x9e3779b97f4a7c15u ^ reinterpret_cast<uintptr_t>(rest);
  return key * 0xff51afd7ed558ccdu;
}

}  // namespace

std::string Name::text() const {
  std::string text(length, ' ');
  write(text.data());
  return text;
}

void Name::write(char* to) const {
  char* end = to + length;
  for (const Name* part = this; part; part = part->before)
    end = std::copy_backward(part->own.begin(), part->own.end(), end);
}

const Name& NameTable::joined(const Name& before, Bytes rest) {
  const uint64_t hash = hashOf(&before, rest.data());
  const size_t at = place(hash, &before, rest.data());
  if (const uint32_t known = slots_[at].name) return *joined_[known - 1];
  const std::string_view text = Reader(rest, 0, false).string();
  const auto other = before.raw ? std::nullopt : respelled(text);
  Name& made = make(&before, other ? keep(*other) : text);
  made.rest = rest.data();
  joined_.push_back(&made);
  if (joined_.size() * 4 > slots_.size() * 3)
    grow();
  else
    slots_[at] = {static_cast<uint32_t>(hash), static_cast<uint32_t>(joined_.size())};
  return made;
}

const Name& NameTable::scopeOf(const Name& name) {
  if (!name.scope) name.scope = &make(&name, "::");
  return *name.scope;
}

const Name& NameTable::add(std::string_view text, bool raw) {
  Name& made = make(nullptr, text);
  made.raw = raw;
  return made;
}

Name& NameTable::make(const Name* before, std::string_view own) {
  const size_t length = (before ? before->length : 0) + own.size();
  const uint64_t hash = (before ? before->hash * 0x9e3779b97f4a7c15u : 0) ^ std::hash<std::string_view>{}(own);
  return *std::pmr::polymorphic_allocator<>(&room_).new_object<Name>(Name{before, own, length, hash});
}

std::string_view NameTable::keep(const std::string& text) {
  char* const kept = std::pmr::polymorphic_allocator<>(&room_).allocate_object<char>(text.size());
  std::copy(text.begin(), text.end(), kept);
  return {kept, text.size()};
}

size_t NameTable::place(uint64_t hash, const Name* before, const uint8_t* rest) const {
  for (size_t at = hash >> 32;; at++) {
    at &= slots_.size() - 1;
    const auto [check, name] = slots_[at];
    if (name == 0) return at;
    if (check != static_cast<uint32_t>(hash)) continue;
    const Name& known = *joined_[name - 1];
    if (known.before == before && known.rest == rest) return at;
  }
}

void NameTable::grow() {
  slots_.assign(slots_.size() * 2, {});
  for (uint32_t i = 0; i < joined_.size(); i++) {
    const Name& name = *joined_[i];
    const uint64_t hash = hashOf(name.before, name.rest);
    slots_[place(hash, name.before, name.rest)] = {static_cast<uint32_t>(hash), i + 1};
  }
}

}  // namespace shmscope::dwarf
