#include "harvest.h"

#include "die.h"

namespace shmscope::dwarf {

uint64_t entryHash(const Name& name, const Shape& shape) {
  return (name.hash ^ shape.hash * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
}

void Harvest::add(const Unit& unit, size_t order) {
  types_.enter(unit);
  for (const auto& [offset, scope] : surveyOf(unit).types) add(Place{dieAt(unit, offset), order}, scope);
}

void Harvest::add(const Place& place, int32_t scope) {
  const Die& die = place.die;
  if (die.tag() != DW_TAG_typedef && isDeclaration(die)) return;
  const Name* name = names_.find(die, scope);
  if (!name || name->length == 0) return;
  const Shape shape = types_.shape(die);
  if (shape.incomplete) {
    if (die.tag() == DW_TAG_typedef) pending_.push_back({place, shape});
    return;
  }
  std::pmr::polymorphic_allocator<> room(&room_);
  if (die.tag() != DW_TAG_typedef) {
    const auto [known, fresh] = definitions_.add(name->hash, nullptr);
    if (fresh) *known = room.new_object<Definition>(Definition{place, shape});
  }
  const uint64_t hash = entryHash(*name, shape);
  if (entries_.find(hash)) return;
  const Kind kind = types_.kind(die);
  if (kind != Kind::none) entries_.add(hash, room.new_object<Entry>(Entry{place, name, kind, shape.size, hash}));
}

}  // namespace shmscope::dwarf
