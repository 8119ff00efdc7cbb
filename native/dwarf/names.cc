#include "names.h"

#include "die.h"
#include "spelling.h"

namespace shmscope::dwarf {

namespace {

// What an entry stands for: a declaration elsewhere, the abstract instance of a function or variable, or a type unit's
// type.
Die completes(const Die& die) {
  if (const auto value = attribute(die, DW_AT_specification)) return value->reference();
  if (const auto value = attribute(die, DW_AT_abstract_origin)) return value->reference();
  if (!nameOf(die).empty()) return {};
  if (const auto value = attribute(die, DW_AT_signature)) return value->reference();
  return {};
}

constexpr unsigned kDeep = 64;

}  // namespace

std::string keywordOf(uint16_t tag) {
  return tag == DW_TAG_union_type ? "union" : tag == DW_TAG_enumeration_type ? "enum" : "struct";
}

Names::Known& Names::known(const Unit& unit) {
  auto& slot = units_[&unit];
  if (!slot) {
    slot = std::make_unique<Known>();
    slot->survey = surveyOf(unit);
    slot->prefixes.resize(slot->survey.scopes.size());
  }
  return *slot;
}

std::string Names::scopeName(const Die& die) {
  switch (die.tag()) {
    case DW_TAG_namespace: {
      const std::string_view name = nameOf(die);
      return name.empty() ? "(anonymous namespace)" : std::string(name);
    }
    case DW_TAG_inlined_subroutine:
    case DW_TAG_subprogram:
      return qualified(die);
    default:
      return spelled(nameOf(die));
  }
}

const std::string& Names::prefix(const Unit& unit, int32_t scope) {
  if (scope < 0) return none_;
  Known& here = known(unit);
  auto& slot = here.prefixes[static_cast<size_t>(scope)];
  if (slot) return *slot;
  const Scope& own = here.survey.scopes[static_cast<size_t>(scope)];
  const Die die = dieAt(unit, own.offset);
  // What is defined outside of its class or namespace, or is a copy of a function, has its place in its declaration.
  const bool elsewhere = static_cast<bool>(completes(die));
  const bool function = own.tag == DW_TAG_subprogram || own.tag == DW_TAG_inlined_subroutine;
  std::string text = elsewhere || function ? "" : prefix(unit, own.parent);
  const std::string name = elsewhere || function ? qualified(die) : scopeName(die);
  if (!name.empty()) text += name + "::";
  slot = std::make_unique<std::string>(std::move(text));
  return *slot;
}

std::string Names::qualified(const Die& die) {
  if (depth_ > kDeep) return {};
  depth_++;
  std::string text;
  if (const Die other = completes(die)) {
    text = qualified(other);
  } else {
    const auto skeleton = die.unit->typeOffset && die.offset == die.unit->offset + die.unit->typeOffset
                              ? skeletons_.find(die.unit->id)
                              : skeletons_.end();
    const std::string name = spelled(nameOf(die));
    if (skeleton != skeletons_.end() && !name.empty())
      text =
          prefix(*skeleton->second.unit, known(*skeleton->second.unit).survey.scopeOf(skeleton->second.offset)) + name;
    else if (!name.empty())
      text = prefix(*die.unit, known(*die.unit).survey.scopeOf(die.offset)) + name;
  }
  depth_--;
  return text;
}

std::string Names::ofType(const Die& die) {
  const bool tagged = die.tag() != DW_TAG_typedef;
  const bool c = die.unit->language == Language::c;
  if (!c) {
    std::string name = qualified(die);
    return name.empty() ? keywordOf(die.tag()) + " {…}" : name;
  }
  const std::string_view name = nameOf(die);
  if (name.empty()) return keywordOf(die.tag()) + " {…}";
  return tagged ? keywordOf(die.tag()) + " " + std::string(name) : std::string(name);
}

std::string Names::ofVariable(const Die& die) { return qualified(die); }

}  // namespace shmscope::dwarf
