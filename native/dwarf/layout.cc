#include "layout.h"

#include <elf.h>

#include <algorithm>
#include <bit>

#include "die.h"

namespace shmscope::dwarf {

namespace {

constexpr unsigned kDeep = 200;

// The largest power of two that divides both.
uint64_t common(uint64_t alignment, uint64_t value) {
  return value == 0 ? alignment : std::min(alignment, uint64_t{1} << std::countr_zero(value));
}

uint64_t givenAlignment(const Die& die) {
  const uint64_t given = numberOf(die, DW_AT_alignment).value_or(0);
  if (given && !std::has_single_bit(given)) broken("an alignment is no power of two");
  return given;
}

}  // namespace

size_t Layouts::add(const Die& die) {
  const auto known = known_.find(die);
  if (known != known_.end()) return known->second;
  if (depth_ >= kDeep) broken("a type contains itself");
  const Level level(depth_);
  const size_t made = make(die);
  known_.emplace(die, made);
  return made;
}

std::optional<size_t> Layouts::tryAdd(const Die& die) {
  try {
    return add(die);
  } catch (const Problem& problem) {
    if (problem.code != "ETYPE") throw;
    return {};
  }
}

size_t Layouts::put(Node node) {
  nodes_.push_back(std::move(node));
  return nodes_.size() - 1;
}

size_t Layouts::make(const Die& die) {
  if (!die) broken("void has no size");
  const Die real = info_.types.defined(die);
  if (!(real == die)) return add(real);
  if (const Special what = info_.types.special(die); what != Special::none) return special(die, what);
  const uint16_t tag = die.tag();
  if (tag == DW_TAG_typedef) return renamed(die, info_.names.ofType(die));
  if (tag == DW_TAG_atomic_type) return renamed(die, textOf(die, info_.names).whole());
  if (isQualifier(tag)) return add(typeOf(die));
  if (isPointer(tag)) return leaf(die, Kind::pointer);
  if (isRecord(tag)) return record(die);
  switch (tag) {
    case DW_TAG_array_type:
      return array(die);
    case DW_TAG_enumeration_type:
      return enumeration(die);
    case DW_TAG_base_type:
      return base(die);
    case DW_TAG_unspecified_type:
      return leaf(die, Kind::pointer);
    default:
      return leaf(die, Kind::opaque);
  }
}

size_t Layouts::leaf(const Die& die, Kind kind) {
  const Shape shape = info_.types.shape(die);
  Node node{textOf(die, info_.names).whole(), kind, shape.size};
  if (shape.incomplete) throw Problem{"ETYPE", node.name + " has no size.", {}};
  node.alignment = std::max(naturalAlignment(shape.size, false), givenAlignment(die));
  node.bigEndian = kind == Kind::pointer && isBigEndian(die);
  return put(std::move(node));
}

size_t Layouts::special(const Die& die, Special what) {
  const std::string name = info_.names.ofType(die);
  if (what == Special::sync) {
    const size_t whole = isRecord(die.tag()) ? record(die) : add(typeOf(die));
    return put({name, Kind::sync, nodes_[whole].size, nodes_[whole].alignment});
  }
  const uint64_t alignment = nodes_[record(die)].alignment;
  Node node = nodes_[add(what == Special::array ? info_.types.arrayOf(die) : info_.types.atomicOf(die))];
  node.name = name;
  node.alignment = alignment;
  return put(std::move(node));
}

size_t Layouts::renamed(const Die& die, std::string name) {
  Node node = nodes_[add(typeOf(die))];
  if (node.kind == Kind::sync && node.lock.empty()) node.lock = node.name;
  node.name = std::move(name);
  node.alignment = std::max(node.alignment, givenAlignment(die));
  // gcc, c_build_qualified_type: an atomic type of a machine's word size is aligned to itself.
  if (die.tag() == DW_TAG_atomic_type && node.size <= 16 && std::has_single_bit(node.size))
    node.alignment = std::max(node.alignment, node.size);
  return put(std::move(node));
}

size_t Layouts::array(const Die& die) {
  const Die elementType = typeOf(die);
  size_t made = add(elementType);
  TypeText text = textOf(elementType, info_.names);
  const auto dimensions = dimensionsOf(die);
  for (auto count = dimensions.rbegin(); count != dimensions.rend(); ++count) {
    text = arrayText(text, *count);
    const Node& element = nodes_[made];
    Node node{text.whole(), Kind::array, element.size * count->value_or(0), element.alignment};
    node.element = made;
    node.count = *count;
    made = put(std::move(node));
  }
  // The product of all lengths is checked there.
  if (nodes_[made].size != info_.types.sizeOf(die)) broken("an array is larger than 2^53 bytes");
  const bool vector = flagOf(die, DW_AT_GNU_vector);
  nodes_[made].alignment =
      std::max(vector ? naturalAlignment(nodes_[made].size, false) : nodes_[made].alignment, givenAlignment(die));
  return made;
}

size_t Layouts::base(const Die& die) {
  const Kind kind = kindOfBase(die);
  const uint64_t encoding = numberOf(die, DW_AT_encoding).value_or(0);
  Node node{textOf(die, info_.names).whole(), kind, info_.types.sizeOf(die)};
  node.alignment = std::max(naturalAlignment(node.size, true), givenAlignment(die));
  if (kind == Kind::array) {
    // C17, 6.2.5: an array of the real and the imaginary part.
    const std::string part = node.name.starts_with("_Complex ") ? node.name.substr(9) : "float";
    const uint64_t alignment = naturalAlignment(node.size / 2, true);
    node.element = put({part, Kind::real, node.size / 2, alignment});
    nodes_[*node.element].bigEndian = isBigEndian(die);
    node.alignment = alignment;
    node.count = 2;
  } else if (kind == Kind::integer || kind == Kind::character) {
    node.isSigned = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
  } else if (kind == Kind::boolean) {
    node.isSigned = false;
  }
  node.bigEndian = kind != Kind::array && node.size > 1 && isBigEndian(die);
  return put(std::move(node));
}

size_t Layouts::enumeration(const Die& die) {
  Node node{info_.names.ofType(die), Kind::enumeration, info_.types.sizeOf(die)};
  node.alignment = std::max(naturalAlignment(node.size, true), givenAlignment(die));
  const Die under = info_.types.stripped(typeOf(die));
  const auto encoding = numberOf(under, DW_AT_encoding);
  bool negative = false;
  forEachChild(die, [&](const Die& child) {
    const auto value = attribute(child, DW_AT_const_value);
    if (child.tag() != DW_TAG_enumerator || !value) return;
    const uint64_t bits = value->number().value_or(0);
    // A number of fixed size has the sign of the type; compilers write those of less than eight bytes for what has
    // none.
    const bool isSigned = value->isSigned() || (value->form == DW_FORM_data8 && encoding == DW_ATE_signed);
    negative = negative || (isSigned && static_cast<int64_t>(bits) < 0);
    node.enumerators.emplace_back(nameOf(child),
                                  isSigned ? std::to_string(static_cast<int64_t>(bits)) : std::to_string(bits));
  });
  node.isSigned = encoding ? encoding == DW_ATE_signed || encoding == DW_ATE_signed_char : negative;
  node.bigEndian = node.size > 1 && isBigEndian(die);
  return put(std::move(node));
}

size_t Layouts::record(const Die& die) {
  const std::string name = info_.names.ofType(die);
  const Shape shape = info_.types.shape(die);
  if (shape.incomplete || isDeclaration(die))
    throw Problem{
        "ETYPE", name + " is declared only: its definition is not in the debug info.",
        "Compile with -g what defines it, clang with -fstandalone-debug, or install the library's debug symbols."};
  Node node{name, die.tag() == DW_TAG_union_type ? Kind::unite : Kind::record, shape.size};
  const bool reversed = isReversed(die);
  const auto facts = forEachPart(
      die, [&](const Die& type) { return info_.types.sizeOf(type); },
      [&](const Part& part) { addField(node, part, die, reversed); });
  // The table's pointer and the bases stand first, as in layouts of declarations.
  std::stable_partition(node.fields.begin(), node.fields.end(),
                        [](const Field& one) { return one.name.starts_with("<"); });
  std::stable_partition(node.fields.begin(), node.fields.end(), [](const Field& one) { return one.name == "<vptr>"; });
  if (die.unit->language == Language::rust)
    std::stable_sort(node.fields.begin(), node.fields.end(),
                     [](const Field& a, const Field& b) { return a.offset < b.offset; });
  uint64_t largest = 1;
  for (const Field& field : node.fields) largest = std::max(largest, nodes_[field.type].alignment);
  align(node, die, largest);
  if (facts.variants) {
    node.kind = Kind::opaque;
    node.fields.clear();
  }
  return put(std::move(node));
}

size_t Layouts::fieldType(const Part& part, const Die& record) {
  if (part.placeUnknown)
    throw Problem{"ETYPE",
                  info_.names.ofType(record) + " has a virtual base class, whose place only the running program knows.",
                  "Choose a type without one: no layout of it holds for all objects."};
  if (part.kind != Part::Kind::vptr) return add(part.type);
  // gcc and clang write its type differently.
  Node node{"void *", Kind::pointer, record.unit->addressSize, record.unit->addressSize};
  node.bigEndian = isBigEndian(record);
  return put(std::move(node));
}

// gcc's scalar_storage_order is said of base types alone, and holds for the enums beside them.
bool Layouts::isReversed(const Die& record) {
  bool any = false;
  forEachPart(
      record, [&](const Die& type) { return info_.types.sizeOf(type); },
      [&](const Part& part) {
        if (part.kind == Part::Kind::vptr || part.placeUnknown || !part.type) return;
        const Die die = info_.types.stripped(part.type);
        any = any || (die.tag() == DW_TAG_base_type && attribute(die, DW_AT_endianity));
      });
  return any;
}

void Layouts::addField(Node& node, const Part& part, const Die& record, bool reversed) {
  size_t type = fieldType(part, record);
  if (reversed && nodes_[type].kind == Kind::enumeration && nodes_[type].size > 1) {
    Node other = nodes_[type];
    other.bigEndian = !other.bigEndian;
    type = put(std::move(other));
  }
  const Node& of = nodes_[type];
  Field field{std::string(part.name), part.offset, type, part.bitOffset, part.bitWidth};
  if (part.kind == Part::Kind::base) field.name = "<" + of.name + ">";
  if (part.kind == Part::Kind::vptr) field.name = "<vptr>";
  const uint64_t end = part.bitWidth ? (part.bitOffset + *part.bitWidth + 7) / 8 : part.offset + of.size;
  if (part.offset > node.size || end > node.size || (part.bitWidth && *part.bitWidth > 1024))
    broken("'" + field.name + "' reaches past the end of " + node.name);
  node.fields.push_back(std::move(field));
}

// Only alignment that somebody asked for is in the debug info (DWARF 5, 5.7.8, DW_AT_alignment). Packed types show in
// places that do not fit.
void Layouts::align(Node& node, const Die& die, uint64_t largest) const {
  node.alignment = std::max(largest, uint64_t{1});
  bool fits = node.size % node.alignment == 0;
  for (const Field& field : node.fields)
    if (!field.bitWidth && field.offset % nodes_[field.type].alignment != 0) fits = false;
  if (!fits) {
    node.alignment = common(node.alignment, node.size);
    for (const Field& field : node.fields)
      if (!field.bitWidth) node.alignment = common(node.alignment, field.offset);
  }
  if (const uint64_t given = givenAlignment(die)) node.alignment = given;
}

uint64_t Layouts::naturalAlignment(uint64_t size, bool arithmetic) const {
  if (size == 0) return 1;
  const uint64_t natural = common(16, size);
  // System V ABI, Intel386 supplement: a double and a long long stand at multiples of four in a struct.
  if (info_.machine() == EM_386 && arithmetic && size != 16) return std::min<uint64_t>(natural, 4);
  return natural;
}

}  // namespace shmscope::dwarf
