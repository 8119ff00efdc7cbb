#include "survey.h"

#include <algorithm>

#include "die.h"

namespace shmscope::dwarf {

namespace {

// Of compilers' entries a few dozen contain each other; the names of scopes are put together by recursion.
constexpr size_t kDeep = 1000;

// True for what is known, or placed, by the scope that it stands in.
bool note(Survey& survey, const Die& die, int32_t scope) {
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
      return true;
    case DW_TAG_variable: {
      const auto location = attribute(die, DW_AT_location);
      // A list of places is that of a local.
      if (location && location->block().empty()) return false;
      if (location) {
        survey.variables.push_back({die.offset, scope});
        return true;
      }
      // A copy has its name, and the place of that, in the function that was inlined.
      return !die.abbreviation->mayHave(DW_AT_abstract_origin);
    }
    case DW_TAG_imported_unit:
      survey.imports.push_back(die.offset);
      return false;
    default:
      return false;
  }
}

// The scopes around the entry that is looked at.
class Walk {
 public:
  explicit Walk(Survey& survey) : survey_(survey) {}
  bool inside() const { return !open_.empty(); }
  // The innermost, -1 for the unit.
  int32_t scope() const { return scope_; }

  void use() {
    if (scope_ >= 0) survey_.scopes[static_cast<size_t>(scope_)].used = true;
  }

  void enter(const Die& die) {
    if (open_.size() >= kDeep) broken("its entries nest too deep");
    const bool makes = die.abbreviation->scope;
    open_.push_back({makes, scope_});
    if (!makes) return;
    survey_.scopes.push_back({die.offset, die.unit->end, scope_, die.tag()});
    scope_ = static_cast<int32_t>(survey_.scopes.size()) - 1;
  }

  void leave(uint64_t at) {
    const auto [made, around] = open_.back();
    open_.pop_back();
    if (made) {
      Scope& own = survey_.scopes[static_cast<size_t>(scope_)];
      own.end = at;
      // Most functions: of a large program a million.
      const bool last = static_cast<size_t>(scope_) + 1 == survey_.scopes.size();
      if (last && !own.used && isFunction(own.tag)) survey_.scopes.pop_back();
    }
    scope_ = around;
  }

 private:
  // A list of children: whether its parent makes a scope, and the scope around that.
  struct Open {
    bool makes;
    int32_t around;
  };
  Survey& survey_;
  std::vector<Open> open_;
  int32_t scope_ = -1;
};

Survey make(const Unit& unit) {
  Survey survey;
  Walk walk(survey);
  for (uint64_t at = unit.root; at < unit.end;) {
    const Die die = dieAt(unit, at);
    if (!die) {
      at = die.attributes;
      if (walk.inside()) walk.leave(at);
      if (!walk.inside()) break;
      continue;
    }
    if (die.abbreviation->noted && note(survey, die, walk.scope())) walk.use();
    at = behind(die);
    if (!die.abbreviation->children) {
      if (!walk.inside()) break;
    } else if (die.abbreviation->barren && walk.inside()) {
      at = endOf(die, at);
    } else {
      walk.enter(die);
    }
  }
  return survey;
}

}  // namespace

bool isFunction(uint16_t tag) { return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine; }

const Survey& LazySurvey::of(const Unit& unit) {
  if (made_.load(std::memory_order_acquire)) return survey_;
  const std::lock_guard lock(guard_);
  if (!made_.load(std::memory_order_relaxed)) {
    survey_ = make(unit);
    made_.store(true, std::memory_order_release);
  }
  return survey_;
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
