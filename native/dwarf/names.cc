#include "names.h"

#include <cstring>

#include "die.h"

namespace shmscope::dwarf {

namespace {

// What an entry stands for: a declaration elsewhere, the abstract instance of a function or variable, or a type unit's
// type.
Die completes(const Die& die, bool named) {
  if (const auto value = attribute(die, DW_AT_specification)) return value->reference();
  if (const auto value = attribute(die, DW_AT_abstract_origin)) return value->reference();
  if (named) return {};
  if (const auto value = attribute(die, DW_AT_signature)) return value->reference();
  return {};
}

constexpr unsigned kDeep = 64;

// With its NUL, as names stand in a file.
Bytes bytesOf(const char* text) { return {reinterpret_cast<const uint8_t*>(text), std::strlen(text) + 1}; }

const Bytes kNameless = bytesOf("{…}"), kAnonymous = bytesOf("(anonymous namespace)");

}  // namespace

std::vector<const Name*>& Names::prefixes(const Unit& unit) {
  if (lastUnit_ == &unit) return *lastPrefixes_;
  auto& own = prefixes_[&unit];
  if (own.empty()) own.resize(surveyOf(unit).scopes.size());
  lastUnit_ = &unit;
  lastPrefixes_ = &own;
  return own;
}

const Name& Names::prefix(const Unit& unit, int32_t scope) {
  if (scope < 0) return root_;
  const auto index = static_cast<size_t>(scope);
  if (const Name* known = prefixes(unit)[index]) return *known;
  const Name& made = prefixOf(unit, surveyOf(unit).scopes[index]);
  prefixes(unit)[index] = &made;
  return made;
}

const Name& Names::prefixOf(const Unit& unit, const Scope& scope) {
  const Die die = dieAt(unit, scope.offset);
  const Bytes own = nameBytes(die);
  const bool named = !own.empty() && own[0] != 0;
  // What is defined outside of its class or namespace, or is a copy of a function, has its place in its declaration.
  if (isFunction(scope.tag) || completes(die, named)) {
    const Name* name = qualified(die);
    return name ? table_.scopeOf(*name) : root_;
  }
  const Name& around = prefix(unit, scope.parent);
  if (named) return table_.scopeOf(table_.joined(around, own));
  return scope.tag == DW_TAG_namespace ? table_.scopeOf(table_.joined(around, kAnonymous)) : around;
}

const Name* Names::qualified(const Die& die, std::optional<int32_t> scope) {
  if (depth_ > kDeep) return nullptr;
  const Level level(depth_);
  const Bytes own = nameBytes(die);
  const bool named = !own.empty() && own[0] != 0;
  if (const Die other = completes(die, named)) return qualified(other);
  return named ? &qualifiedHere(die, own, scope) : nullptr;
}

const Name& Names::qualifiedHere(const Die& die, Bytes name, std::optional<int32_t> scope) {
  const Unit& unit = *die.unit;
  if (unit.typeOffset && die.offset == unit.offset + unit.typeOffset) {
    const auto skeleton = skeletons_.find(unit.id);
    if (skeleton != skeletons_.end()) {
      const Die& there = skeleton->second;
      return table_.joined(prefix(*there.unit, surveyOf(*there.unit).scopeOf(there.offset)), name);
    }
  }
  return table_.joined(prefix(unit, scope ? *scope : surveyOf(unit).scopeOf(die.offset)), name);
}

const Name& Names::keyword(const Die& die) const {
  const uint16_t tag = die.tag();
  return tag == DW_TAG_union_type ? union_ : tag == DW_TAG_enumeration_type ? enum_ : struct_;
}

const Name* Names::find(const Die& die, std::optional<int32_t> scope) {
  if (die.unit->language != Language::c) return qualified(die, scope);
  const Bytes own = nameBytes(die);
  if (own.empty() || own[0] == 0) return nullptr;
  return &table_.joined(die.tag() == DW_TAG_typedef ? plain_ : keyword(die), own);
}

const Name& Names::named(const Die& die) {
  const Name* name = find(die);
  return name ? *name : table_.joined(keyword(die), kNameless);
}

std::string Names::ofVariable(const Die& die) {
  const Name* name = qualified(die);
  return name ? name->text() : "";
}

}  // namespace shmscope::dwarf
