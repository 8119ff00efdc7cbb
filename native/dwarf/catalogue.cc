#include "catalogue.h"

#include <algorithm>

#include "die.h"
#include "spelling.h"

namespace shmscope::dwarf {

namespace {

uint64_t hashOf(std::string_view text) { return std::hash<std::string_view>{}(text); }

}  // namespace

uint64_t entryHash(const std::string& name, const Shape& shape) {
  return (hashOf(name) ^ shape.hash * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
}

Catalogue::Catalogue(Info& info) : info_(info) {
  const std::vector<const Unit*> units = info_.units();
  size_t count = 0;
  for (const Unit* unit : units) count += info_.names.survey(*unit).types.size();
  info_.types.expect(count);
  entries_.reserve(count / 2);
  for (const Unit* unit : units)
    for (const Found& found : info_.names.survey(*unit).types) add(dieAt(*unit, found.offset));
  info_.types.byName = [this](const Die& declaration) { return definitionOf(declaration); };
  for (const Die& die : pending_) {
    const Shape shape = info_.types.shape(die);
    if (!shape.incomplete) insert(die, info_.names.ofType(die), shape);
  }
}

void Catalogue::add(const Die& die) {
  if (nameOf(die).empty()) {
    // What is defined apart from its declaration has its name there.
    if (!attribute(die, DW_AT_specification)) return;
  }
  if (die.tag() != DW_TAG_typedef && isDeclaration(die)) return;
  const Shape shape = info_.types.shape(die);
  if (shape.incomplete) {
    if (die.tag() == DW_TAG_typedef) pending_.push_back(die);
    return;
  }
  const std::string name = info_.names.ofType(die);
  if (name.empty()) return;
  insert(die, name, shape);
  if (die.tag() != DW_TAG_typedef) definitions_.emplace(hashOf(name), die);
}

const Entry* Catalogue::insert(const Die& die, const std::string& name, const Shape& shape) {
  const uint64_t hash = entryHash(name, shape);
  const auto known = entries_.find(hash);
  if (known != entries_.end()) return &known->second;
  const Kind kind = info_.types.kind(die);
  if (kind == Kind::none) return nullptr;
  return &entries_.emplace(hash, Entry{name, kind, shape.size, die, hash}).first->second;
}

Die Catalogue::definitionOf(const Die& declaration) {
  const auto found = definitions_.find(hashOf(info_.names.ofType(declaration)));
  return found == definitions_.end() ? Die{} : found->second;
}

std::vector<const Entry*> Catalogue::sorted() const {
  std::vector<const Entry*> all;
  all.reserve(entries_.size());
  // Pointers lead to basic types too, which need no debug info to be known.
  for (const auto& [hash, entry] : entries_)
    if (entry.die.tag() != DW_TAG_base_type) all.push_back(&entry);
  std::sort(all.begin(), all.end(), [](const Entry* a, const Entry* b) {
    if (const int order = a->name.compare(b->name)) return order < 0;
    return a->hash < b->hash;
  });
  return all;
}

const Entry* Catalogue::entryOf(const Die& type) {
  Die die = type;
  for (unsigned steps = 0; isQualifier(die.tag()); steps++) {
    if (steps > 200) broken("a type stands for itself");
    die = typeOf(die);
  }
  die = info_.types.defined(die);
  if (const auto* known = byDie_.find(die)) return *known;
  const Entry* entry = nullptr;
  if (die) {
    const Shape shape = info_.types.shape(die);
    const bool named = !nameOf(die).empty() || attribute(die, DW_AT_specification);
    const bool base = die.tag() == DW_TAG_base_type;
    if (!shape.incomplete && named &&
        (base || die.tag() == DW_TAG_typedef || isRecord(die.tag()) || die.tag() == DW_TAG_enumeration_type))
      entry = insert(die, base ? spelled(nameOf(die)) : info_.names.ofType(die), shape);
  }
  byDie_.add(die, entry);
  return entry;
}

}  // namespace shmscope::dwarf
