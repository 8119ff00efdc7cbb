#include "catalogue.h"

#include <algorithm>

#include "die.h"
#include "parallel.h"

namespace shmscope::dwarf {

namespace {

// What is wrong with the unit.
std::optional<Problem> add(Harvest& harvest, const Unit& unit, size_t order) {
  try {
    harvest.add(unit, order);
    return {};
  } catch (const Problem& problem) {
    return problem;
  }
}

}  // namespace

Catalogue::Catalogue(Info& info) : info_(info) {
  // One for each worker, and one more: in each of them units come in their order.
  for (size_t i = 0; i <= workers(); i++) harvests_.push_back(std::make_unique<Harvest>(info_.skeletons));
  info_.read([this](const Unit& unit, size_t order) { early_.emplace(&unit, add(*harvests_.back(), unit, order)); });
  gather(info_.units());
  info_.types.byName = [this](const Die& declaration) { return definitionOf(declaration); };
}

void Catalogue::addPending() {
  std::vector<Definition> pending;
  for (const auto& harvest : harvests_)
    pending.insert(pending.end(), harvest->pending().begin(), harvest->pending().end());
  std::sort(pending.begin(), pending.end(), [](const Place& a, const Place& b) { return a.isBefore(b); });
  for (const Definition& one : pending) {
    info_.within(*one.die.unit, [&](const Survey&) {
      const Shape shape = info_.types.shape(one.die);
      if (!shape.incomplete) insert(one.die, info_.names.named(one.die), shape, one.shape);
    });
  }
}

void Catalogue::gather(const std::vector<const Unit*>& units) {
  std::vector<std::optional<Problem>> problems(units.size());
  inParallel(units.size(), [&](size_t worker, size_t order) {
    const Unit& unit = *units[order];
    if (info_.isLeftOut(unit)) return;
    const auto early = early_.find(&unit);
    problems[order] = early == early_.end() ? add(*harvests_[worker], unit, order) : early->second;
  });
  for (size_t i = 0; i < units.size(); i++)
    if (problems[i]) info_.leaveOut(*units[i], *problems[i]);
  info_.refuseIfBroken(units.size());
  for (const auto& harvest : harvests_) take(*harvest);
}

void Catalogue::take(const Harvest& harvest) {
  const auto merge = [](auto& all, const auto& some) {
    all.reserve(all.size() + some.size());
    some.forEach([&](uint64_t hash, const auto* one) {
      const auto [known, fresh] = all.add(hash, one);
      if (!fresh && one->isBefore(**known)) *known = one;
    });
  };
  merge(entries_, harvest.entries());
  merge(definitions_, harvest.definitions());
}

const Entry* Catalogue::insert(const Die& die, const Name& name, const Shape& shape, const Shape& own) {
  const uint64_t hash = entryHash(name, shape);
  if (const Entry* const* known = entries_.find(hash)) return *known;
  const Kind kind = info_.types.kind(die);
  if (kind == Kind::none) return nullptr;
  const Entry* made = &others_.emplace_back(Entry{{die}, &name, kind, shape.size, entryHash(name, own)});
  entries_.add(hash, made);
  return made;
}

Die Catalogue::definitionOf(const Die& declaration) {
  const auto* found = definitions_.find(info_.names.named(declaration).hash);
  if (!found) return {};
  info_.types.know((*found)->die, (*found)->shape);
  return (*found)->die;
}

std::vector<const Entry*> Catalogue::entries() const {
  std::vector<const Entry*> all;
  all.reserve(entries_.size());
  entries_.forEach([&](uint64_t, const Entry* entry) { all.push_back(entry); });
  return all;
}

std::vector<const Entry*> Catalogue::others() const {
  std::vector<const Entry*> all;
  for (const Entry& entry : others_) all.push_back(&entry);
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
    const Shape own = harvests_.front()->shapeOf(die);
    const Shape shape = own.incomplete ? info_.types.shape(die) : own;
    const bool named = isNamed(die) || attribute(die, DW_AT_specification);
    const bool base = die.tag() == DW_TAG_base_type;
    if (!shape.incomplete && named &&
        (base || die.tag() == DW_TAG_typedef || isRecord(die.tag()) || die.tag() == DW_TAG_enumeration_type))
      entry = insert(die, base ? info_.names.ofBase(die) : info_.names.named(die), shape, own);
  }
  byDie_.add(die, entry);
  return entry;
}

}  // namespace shmscope::dwarf
