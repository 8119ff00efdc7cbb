#include "record.h"

#include "die.h"

namespace shmscope::dwarf {

namespace {

// DW_AT_data_member_location: a number, or as DWARF 2 and 3 have it the expression that adds one.
std::optional<uint64_t> placeOf(const Value& value) {
  if (const auto number = value.number()) return number;
  const Bytes expression = value.block();
  if (expression.empty()) return {};
  Reader reader(expression, 0, value.unit->swapped);
  const uint8_t operation = reader.u8();
  if (operation != DW_OP_plus_uconst && operation != DW_OP_constu) return {};
  const uint64_t offset = reader.uleb();
  if (operation == DW_OP_constu && (reader.atEnd() || reader.u8() != DW_OP_plus)) return {};
  return reader.atEnd() ? std::optional(offset) : std::nullopt;
}

struct Bits {
  std::optional<uint64_t> fromStart, fromOtherEnd, storage;
};

// Of DW_AT_bit_offset, which DWARF 2 and 3 count from the most significant bit of the storage unit, on little-endian
// machines its last one (DWARF 3, 5.6.6).
uint64_t oldPlace(const Part& part, const Bits& bits, uint64_t size, bool bigEndian) {
  const auto start = static_cast<int64_t>(part.offset * 8);
  const auto unit = static_cast<int64_t>(bits.storage.value_or(size) * 8);
  // Negative for one that reaches past its unit, as in a packed type.
  const auto skipped = static_cast<int64_t>(*bits.fromOtherEnd);
  const int64_t first = bigEndian ? start + skipped : start + unit - skipped - static_cast<int64_t>(*part.bitWidth);
  if (first < 0) broken("a bit-field lies before its type");
  return static_cast<uint64_t>(first);
}

bool bigEndian(const Unit& unit) { return (std::endian::native == std::endian::big) != unit.swapped; }

// False for a static member.
bool readPart(const Die& die, Part& part, Bits& bits) {
  bool isStatic = false;
  forEachAttribute(die, [&](uint16_t name, const Value& value) {
    switch (name) {
      case DW_AT_name:
        part.name = value.string();
        break;
      case DW_AT_type:
        part.type = value.reference();
        break;
      case DW_AT_data_member_location:
        if (const auto place = placeOf(value))
          part.offset = *place;
        else
          part.placeUnknown = true;
        break;
      case DW_AT_bit_size:
        part.bitWidth = value.number();
        break;
      case DW_AT_data_bit_offset:
        bits.fromStart = value.number();
        break;
      case DW_AT_bit_offset:
        bits.fromOtherEnd = value.number();
        break;
      case DW_AT_byte_size:
        bits.storage = value.number();
        break;
      case DW_AT_alignment:
        part.alignment = value.number().value_or(0);
        break;
      case DW_AT_external:
      case DW_AT_declaration:
        isStatic = isStatic || value.flag();
        break;
      case DW_AT_virtuality:
        if (value.number().value_or(0) != 0) part.placeUnknown = true;
        break;
      default:
        break;
    }
  });
  return !isStatic;
}

}  // namespace

RecordFacts forEachPart(const Die& record, const std::function<uint64_t(const Die&)>& sizeOf,
                        const std::function<void(const Part&)>& each) {
  RecordFacts facts;
  forEachChild(record, [&](const Die& die) {
    if (die.tag() == DW_TAG_variant_part) facts.variants = true;
    if (die.tag() != DW_TAG_member && die.tag() != DW_TAG_inheritance) return;
    Part part;
    Bits bits;
    if (!readPart(die, part, bits)) return;
    if (die.tag() == DW_TAG_inheritance) part.kind = Part::Kind::base;
    // gcc and clang name it so; in the class that brings it, not in those that inherit it.
    if (part.name.starts_with("_vptr.") || part.name.starts_with("_vptr$")) part.kind = Part::Kind::vptr;
    if (part.bitWidth) {
      if (part.name.empty()) return;
      if (bits.fromStart)
        part.bitOffset = part.offset * 8 + *bits.fromStart;
      else if (bits.fromOtherEnd)
        part.bitOffset = oldPlace(part, bits, sizeOf(part.type), bigEndian(*die.unit));
      else
        part.bitOffset = part.offset * 8;
      part.offset = part.bitOffset / 8;
    }
    each(part);
  });
  return facts;
}

}  // namespace shmscope::dwarf
