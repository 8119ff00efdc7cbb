#include "function_names.h"

#include <algorithm>
#include <map>

#include "die.h"
#include "parallel.h"
#include "spelling.h"
#include "symbols.h"

namespace shmscope::dwarf {

namespace {

// Entries that lead to one another until one has a name, scopes in one another, and names that need others.
constexpr unsigned kMostSteps = 16, kMostDeep = 64, kMostNested = 16;
// Bytes.
constexpr size_t kLongest = 4096;

// The declaration that it completes, or the abstract instance that it is a copy of.
Die origin(const Die& die) {
  if (const auto value = attribute(die, DW_AT_specification)) return value->reference();
  if (const auto value = attribute(die, DW_AT_abstract_origin)) return value->reference();
  return {};
}

// Where its name, and the scope of its name, stand.
Die declarationOf(Die die) {
  for (unsigned step = 0; step < kMostSteps; step++) {
    const Die other = origin(die);
    if (!other) break;
    die = other;
  }
  return die;
}

std::string ownName(const Die& die) {
  const std::string_view name = nameOf(die);
  if (!name.empty()) return spelled(name.substr(0, kLongest));
  for (const uint16_t linkage : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name})
    if (const auto value = attribute(die, linkage)) return symbolName(value->string());
  return {};
}

bool isScope(uint16_t tag) {
  switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_subprogram:
      return true;
    default:
      return false;
  }
}

// In one unit, for one thread.
class Walk {
 public:
  explicit Walk(unsigned nested = 0) : nested_(nested) {}

  // `targets` ascend; calls each(index, name).
  template <class Each>
  void run(const Unit& unit, const std::vector<uint64_t>& targets, Each&& each) {
    const Die root = dieAt(unit, unit.root);
    size_t next = 0;
    if (root) children(root, "", targets, next, 0, each);
  }

  std::string nameOfOne(const Die& die) {
    std::string found;
    const Die declaration = declarationOf(die);
    if (nested_ >= kMostNested) return ownName(declaration);
    Walk(nested_ + 1).run(*declaration.unit, {declaration.offset}, [&](size_t, std::string&& name) { found = name; });
    return found;
  }

 private:
  // Goes into what holds one of the targets, and past all else.
  template <class Each>
  void children(const Die& parent, const std::string& prefix, const std::vector<uint64_t>& targets, size_t& next,
                unsigned depth, Each& each) {
    if (!parent.abbreviation->children || depth > kMostDeep) return;
    for (uint64_t at = behind(parent); next < targets.size() && at < parent.unit->end;) {
      const Die die = dieAt(*parent.unit, at);
      if (!die) return;
      // Of another entry's middle.
      while (next < targets.size() && targets[next] < die.offset) next++;
      if (next < targets.size() && targets[next] == die.offset) each(next++, prefix + ownName(die));
      const uint64_t inner = behind(die);
      at = endOf(die, inner);
      if (next < targets.size() && targets[next] < at) {
        children(die, isScope(die.tag()) ? scope(die, prefix) : prefix, targets, next, depth + 1, each);
        while (next < targets.size() && targets[next] < at) next++;
      }
    }
  }

  std::string scope(const Die& die, const std::string& prefix) {
    if (prefix.size() > kLongest) return prefix;
    if (origin(die)) return nameOfOne(die) + "::";
    const std::string own = ownName(die);
    if (!own.empty()) return prefix + own + "::";
    if (die.tag() == DW_TAG_namespace) return prefix + "(anonymous namespace)::";
    const auto signature = attribute(die, DW_AT_signature);
    const Die type = signature ? signature->reference() : Die{};
    return type ? nameOfOne(type) + "::" : prefix;
  }

  const unsigned nested_;
};

// C has no scopes; what is inlined from another unit of C has none either.
bool needsScope(const Die& die) { return die.unit->language != Language::c; }

// The declarations of one unit, and whose names they are.
using Wanted = std::map<uint64_t, std::vector<const Die*>>;

}  // namespace

FunctionNames::FunctionNames(const std::vector<Die>& functions) {
  std::map<const Unit*, Wanted> byUnit;
  for (const Die& one : functions) {
    const auto [place, fresh] = names_.try_emplace(one);
    if (!fresh) continue;
    try {
      const Die declaration = declarationOf(one);
      if (needsScope(declaration))
        byUnit[declaration.unit][declaration.offset].push_back(&place->first);
      else
        place->second = ownName(declaration);
    } catch (const Problem& problem) {
      if (problem.code != "ETYPE") throw;
    }
  }
  const std::vector<std::pair<const Unit*, Wanted>> units(byUnit.begin(), byUnit.end());
  inParallel(units.size(), [&](size_t, size_t index) {
    const auto& [unit, wanted] = units[index];
    std::vector<uint64_t> targets;
    std::vector<const std::vector<const Die*>*> owners;
    for (const auto& [offset, dies] : wanted) {
      targets.push_back(offset);
      owners.push_back(&dies);
    }
    try {
      // No two units have an entry in common, and no thread adds any: each writes to its own.
      Walk().run(*unit, targets, [&](size_t target, std::string&& name) {
        for (const Die* die : *owners[target]) names_.find(*die)->second = name;
      });
    } catch (const Problem& problem) {
      if (problem.code != "ETYPE") throw;
    }
  });
}

const std::string& FunctionNames::of(const Die& function) const {
  static const std::string kNone;
  const auto found = names_.find(function);
  return found == names_.end() ? kNone : found->second;
}

}  // namespace shmscope::dwarf
