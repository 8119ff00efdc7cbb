#include "survey.h"

#include <algorithm>

#include "die.h"

namespace shmscope::dwarf {

namespace {

// Of compilers' entries a few dozen contain each other; the names of scopes are put together by recursion.
constexpr size_t kDeep = 1000;

bool isScope(uint16_t tag) {
  switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
    case DW_TAG_union_type:
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
      return true;
    default:
      return false;
  }
}

void note(Survey& survey, const Die& die, int32_t scope) {
  switch (die.tag()) {
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
      if (die.abbreviation->signature) survey.signatures.push_back(die.offset);
      [[fallthrough]];
    case DW_TAG_typedef:
      survey.types.push_back({die.offset, scope});
      break;
    case DW_TAG_variable:
      survey.variables.push_back({die.offset, scope});
      break;
    case DW_TAG_imported_unit:
      survey.imports.push_back(die.offset);
      break;
    default:
      break;
  }
}

}  // namespace

Survey surveyOf(const Unit& unit) {
  Survey survey;
  // For each list of children that is open: the scope that it makes, and the one around it.
  struct Open {
    bool scope;
    int32_t around;
  };
  std::vector<Open> open;
  int32_t scope = -1;
  for (uint64_t at = unit.root; at < unit.end;) {
    const Die die = dieAt(unit, at);
    if (!die) {
      at = die.attributes;
      if (open.empty()) break;
      if (open.back().scope) survey.scopes[static_cast<size_t>(scope)].end = at;
      scope = open.back().around;
      open.pop_back();
      if (open.empty()) break;
      continue;
    }
    note(survey, die, scope);
    at = behind(die);
    if (!die.abbreviation->children) {
      if (open.empty()) break;
      continue;
    }
    if (die.abbreviation->barren && !open.empty()) {
      at = endOf(die);
      continue;
    }
    if (open.size() >= kDeep) broken("its entries nest too deep");
    const bool makes = isScope(die.tag());
    open.push_back({makes, scope});
    if (!makes) continue;
    survey.scopes.push_back({die.offset, unit.end, scope, die.tag()});
    scope = static_cast<int32_t>(survey.scopes.size()) - 1;
  }
  return survey;
}

int32_t Survey::scopeOf(uint64_t offset) const {
  const auto after = std::lower_bound(scopes.begin(), scopes.end(), offset,
                                      [](const Scope& scope, uint64_t wanted) { return scope.offset < wanted; });
  auto index = static_cast<int32_t>(after - scopes.begin()) - 1;
  while (index >= 0 && scopes[static_cast<size_t>(index)].end <= offset)
    index = scopes[static_cast<size_t>(index)].parent;
  return index;
}

}  // namespace shmscope::dwarf
