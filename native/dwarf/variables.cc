#include "variables.h"

#include <algorithm>
#include <array>

#include "die.h"
#include "lines.h"

namespace shmscope::dwarf {

namespace {

constexpr size_t kMost = 10'000;
constexpr unsigned kLevels = 3, kSmartLevels = 10;
constexpr uint64_t kElements = 64;

// DW_AT_location of what has an address for good: DW_OP_addr or a number in .debug_addr, and perhaps something added.
std::optional<uint64_t> addressOf(Bytes expression, const Unit& unit) {
  Reader reader(expression, 0, unit.swapped);
  uint64_t address = 0;
  switch (reader.u8()) {
    case DW_OP_addr:
      address = reader.fixed(unit.addressSize);
      break;
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index: {
      const auto known = addressAt(unit, reader.uleb());
      if (!known) return {};
      address = *known;
      break;
    }
    default:
      return {};
  }
  if (!reader.atEnd() && reader.u8() == DW_OP_plus_uconst) address += reader.uleb();
  // Something else follows: thread-local storage. What the linker has dropped is at 0.
  return reader.atEnd() && address != 0 ? std::optional(address) : std::nullopt;
}

// Classes of which the pointer inside is the pointer that they stand for.
bool isSmart(std::string_view name) {
  constexpr std::array kSmart = {"atomic<", "unique_ptr<", "shared_ptr<", "weak_ptr<", "scoped_ptr<", "intrusive_ptr<"};
  return std::any_of(kSmart.begin(), kSmart.end(), [&](std::string_view one) { return name.starts_with(one); });
}

}  // namespace

PointerVariables Variables::find() {
  for (const Unit* unit : info_.units()) {
    if (all_.placed.size() >= kMost) break;
    info_.within(*unit, [&](const Survey& survey) {
      for (const auto& [offset, scope] : survey.variables) {
        if (all_.placed.size() >= kMost) return;
        addVariable(dieAt(*unit, offset), survey, scope);
      }
    });
  }
  return std::move(all_);
}

// The function that a scope is, or is in, unless that is inlined there.
std::optional<Frame> Variables::frameAround(const Unit& unit, const Survey& survey, int32_t scope) {
  if (lastSurvey_ == &survey && lastScope_ == scope) return lastFrame_;
  lastSurvey_ = &survey;
  lastScope_ = scope;
  lastFrame_.reset();
  if (scope < 0) return {};
  const Scope& around = survey.scopes[static_cast<size_t>(scope)];
  if (around.tag == DW_TAG_subprogram) lastFrame_ = frameOf(dieAt(unit, around.offset));
  return lastFrame_;
}

void Variables::addVariable(const Die& die, const Survey& survey, int32_t scope) {
  const auto location = attribute(die, DW_AT_location);
  const Bytes expression = location ? location->block() : Bytes{};
  if (expression.empty()) return;
  auto address = addressOf(expression, *die.unit);
  frame_.reset();
  if (!address && scope >= 0 && all_.local.size() < kMost) {
    const auto offset = frameOffsetOf(expression, *die.unit);
    if (offset) frame_ = frameAround(*die.unit, survey, scope);
    if (frame_) address = static_cast<uint64_t>(*offset);
  }
  if (!address) return;
  found_ = frame_ ? &all_.local : &all_.placed;
  // The definition of a static member, or a copy of a variable, says the rest elsewhere.
  Die said = die;
  for (unsigned steps = 0; steps < 8 && !attribute(said, DW_AT_type); steps++) {
    auto other = attribute(said, DW_AT_specification);
    if (!other) other = attribute(said, DW_AT_abstract_origin);
    if (!other) return;
    said = other->reference();
  }
  const Die type = typeOf(said);
  if (!type || !holdsPointers(type, 0)) return;
  const std::string name = info_.names.ofVariable(die);
  if (name.empty()) return;
  declared_ = declaredAt(die);
  if (declared_.empty()) declared_ = declaredAt(said);
  addIn(type, {name, *address, 0, false});
}

bool Variables::holdsPointers(const Die& type, unsigned depth) {
  const Die die = info_.types.stripped(type);
  if (isPointer(die.tag())) return true;
  if (depth > kSmartLevels) return false;
  if (die.tag() == DW_TAG_array_type) return holdsPointers(typeOf(die), depth + 1);
  if (!isRecord(die.tag())) return false;
  const auto known = holds_.find(die);
  if (known != holds_.end()) return known->second;
  bool any = false;
  forEachPart(
      die, [&](const Die& one) { return info_.types.sizeOf(one); },
      [&](const Part& part) { any = any || (part.kind != Part::Kind::vptr && holdsPointers(part.type, depth + 1)); });
  holds_.emplace(die, any);
  return any;
}

void Variables::addIn(const Die& type, const Place& place) {
  if (found_->size() >= kMost) return;
  const Die die = info_.types.stripped(type);
  if (die.tag() == DW_TAG_array_type) return addElements(die, place);
  if (isRecord(die.tag())) return addParts(die, place);
  if (!isPointer(die.tag())) return;
  const Die pointed = typeOf(die);
  if (info_.types.kind(pointed) == Kind::none) return;
  const Entry* target = catalogue_.entryOf(pointed);
  if (!target) return;
  const uint64_t code = frame_ ? frame_->low : 0;
  const uint64_t key = std::hash<std::string>{}(place.name) ^ (place.address + code) * 0x9e3779b97f4a7c15u;
  if (seen_.insert(key).second) found_->push_back({place.name, place.address, target, declared_, frame_});
}

void Variables::addParts(const Die& record, const Place& place) {
  const bool smart = place.smart || isSmart(nameOf(record));
  if (place.depth >= (smart ? kSmartLevels : kLevels) || !holdsPointers(record, 0)) return;
  // Containers of the library point to the heap, and name what nobody wrote.
  if (!smart && info_.names.ofType(record).starts_with("std::") && !nameOf(record).starts_with("array<")) return;
  const size_t before = found_->size();
  forEachPart(
      record, [&](const Die& one) { return info_.types.sizeOf(one); },
      [&](const Part& part) {
        if (part.kind == Part::Kind::vptr || part.bitWidth || part.placeUnknown || !part.type) return;
        // Behind the pointer of a shared_ptr stands the one to its count.
        if (smart && found_->size() > before) return;
        const bool plain = part.name.empty() || part.kind == Part::Kind::base || smart;
        const std::string name = plain ? place.name : place.name + "." + std::string(part.name);
        addIn(part.type, {name, place.address + part.offset, place.depth + 1, smart});
      });
}

void Variables::addElements(const Die& array, const Place& place) {
  const Die element = typeOf(array);
  const uint64_t size = info_.types.sizeOf(element);
  if (size == 0 || !holdsPointers(element, 0)) return;
  const auto dimensions = dimensionsOf(array);
  uint64_t total = 1;
  for (const auto& count : dimensions) total = std::min(kElements, total * std::min(kElements, count.value_or(0)));
  for (uint64_t i = 0; i < total; i++) {
    // The last dimension runs fastest.
    std::string indices;
    uint64_t rest = i;
    for (auto count = dimensions.rbegin(); count != dimensions.rend(); ++count) {
      const uint64_t length = std::max<uint64_t>(1, count->value_or(1));
      indices = "[" + std::to_string(rest % length) + "]" + indices;
      rest /= length;
    }
    addIn(element, {place.name + indices, place.address + i * size, place.depth, place.smart});
  }
}

}  // namespace shmscope::dwarf
