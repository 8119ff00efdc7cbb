#include "harvest.h"

#include "die.h"

namespace shmscope::dwarf {

uint64_t entryHash(const Name& name, const Shape& shape) {
  return (name.hash ^ shape.hash * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
}

void Harvest::add(const Unit& unit, size_t order) {
  for (const auto& [offset, scope] : surveyOf(unit).types) add(Place{dieAt(unit, offset), order}, scope);
}

void Harvest::add(const Place& place, int32_t scope) {
  const Die& die = place.die;
  // What is defined apart from its declaration has its name there.
  if (!isNamed(die) && !attribute(die, DW_AT_specification)) return;
  if (die.tag() != DW_TAG_typedef && isDeclaration(die)) return;
  const Shape shape = types_.shape(die);
  if (shape.incomplete) {
    if (die.tag() == DW_TAG_typedef) pending_.push_back({place, shape});
    return;
  }
  const Name& name = names_.named(die, scope);
  if (name.text.empty()) return;
  if (die.tag() != DW_TAG_typedef) definitions_.add(name.hash, {place, shape});
  const uint64_t hash = entryHash(name, shape);
  if (entries_.find(hash)) return;
  const Kind kind = types_.kind(die);
  if (kind != Kind::none) entries_.add(hash, {place, &name, kind, shape.size, hash});
}

}  // namespace shmscope::dwarf
