#include "die.h"

#include "debug_file.h"

namespace shmscope::dwarf {

void skipForm(Reader& reader, uint16_t form, const Unit& unit) {
  const FormSizes sizes = unit.formSizes();
  if (const uint8_t size = sizeOfForm(form, sizes); size != kVaries) return reader.skip(size);
  switch (form) {
    case DW_FORM_sdata:
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
      reader.uleb();
      return;
    case DW_FORM_string:
      reader.string();
      return;
    case DW_FORM_block1:
      return reader.skip(reader.u8());
    case DW_FORM_block2:
      return reader.skip(reader.u16());
    case DW_FORM_block4:
      return reader.skip(reader.u32());
    case DW_FORM_block:
    case DW_FORM_exprloc:
      return reader.skip(reader.uleb());
    default:
      broken("an attribute has the unknown form " + std::to_string(form));
  }
}

namespace {

Reader readerOf(const Value& value) {
  return {value.unit->section.first(value.unit->end), value.at, value.unit->swapped};
}

Bytes from(Bytes section, uint64_t offset) {
  if (section.empty()) return {};
  if (offset > section.size()) broken("an offset leads out of its section");
  return section.subspan(offset);
}

// The number of an entry in a table of strings or addresses; nothing for other forms.
std::optional<uint64_t> indexIn(const Value& value) {
  Reader reader = readerOf(value);
  switch (value.form) {
    case DW_FORM_strx:
    case DW_FORM_GNU_str_index:
      return reader.uleb();
    case DW_FORM_strx1:
      return reader.u8();
    case DW_FORM_strx2:
      return reader.u16();
    case DW_FORM_strx3:
      return reader.fixed(3);
    case DW_FORM_strx4:
      return reader.u32();
    default:
      return {};
  }
}

}  // namespace

std::optional<uint64_t> Value::number() const {
  Reader reader = readerOf(*this);
  switch (form) {
    case DW_FORM_flag_present:
      return 1;
    case DW_FORM_implicit_const:
      return static_cast<uint64_t>(constant);
    case DW_FORM_data1:
    case DW_FORM_flag:
      return reader.u8();
    case DW_FORM_data2:
      return reader.u16();
    case DW_FORM_data4:
      return reader.u32();
    case DW_FORM_data8:
      return reader.u64();
    case DW_FORM_udata:
      return reader.uleb();
    case DW_FORM_sdata:
      return static_cast<uint64_t>(reader.sleb());
    case DW_FORM_sec_offset:
      return reader.fixed(unit->offsetSize);
    default:
      return {};
  }
}

Bytes Value::text() const {
  Reader reader = readerOf(*this);
  const DebugFile& file = *unit->file;
  switch (form) {
    case DW_FORM_string:
      return unit->section.first(unit->end).subspan(at);
    case DW_FORM_strp:
      return from(file.strings, reader.fixed(unit->offsetSize));
    case DW_FORM_line_strp:
      return from(file.lineStrings, reader.fixed(unit->offsetSize));
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
      return file.alternate ? from(file.alternate->strings, reader.fixed(unit->offsetSize)) : Bytes{};
    default:
      break;
  }
  const auto index = indexIn(*this);
  if (!index || file.stringOffsets.empty()) return {};
  Reader table(file.stringOffsets, unit->stringOffsets, unit->swapped);
  if (*index > file.stringOffsets.size() / unit->offsetSize) broken("a string has too large a number");
  table.skip(*index * unit->offsetSize);
  return from(file.strings, table.fixed(unit->offsetSize));
}

Die Value::reference() const {
  Reader reader = readerOf(*this);
  switch (form) {
    case DW_FORM_ref1:
      return dieAt(*unit, unit->offset + reader.u8());
    case DW_FORM_ref2:
      return dieAt(*unit, unit->offset + reader.u16());
    case DW_FORM_ref4:
      return dieAt(*unit, unit->offset + reader.u32());
    case DW_FORM_ref8:
      return dieAt(*unit, unit->offset + reader.u64());
    case DW_FORM_ref_udata:
      return dieAt(*unit, unit->offset + reader.uleb());
    case DW_FORM_ref_addr:
      return unit->file->dieAtInfo(reader.fixed(unit->version == 2 ? unit->addressSize : unit->offsetSize));
    case DW_FORM_ref_sig8:
      return unit->file->typeOfSignature(reader.u64());
    case DW_FORM_ref_sup4:
      return unit->file->alternate ? unit->file->alternate->dieAtInfo(reader.u32()) : Die{};
    case DW_FORM_ref_sup8:
      return unit->file->alternate ? unit->file->alternate->dieAtInfo(reader.u64()) : Die{};
    case DW_FORM_GNU_ref_alt:
      return unit->file->alternate ? unit->file->alternate->dieAtInfo(reader.fixed(unit->offsetSize)) : Die{};
    default:
      return {};
  }
}

Bytes Value::block() const {
  Reader reader = readerOf(*this);
  uint64_t length = 0;
  switch (form) {
    case DW_FORM_block1:
      length = reader.u8();
      break;
    case DW_FORM_block2:
      length = reader.u16();
      break;
    case DW_FORM_block4:
      length = reader.u32();
      break;
    case DW_FORM_block:
    case DW_FORM_exprloc:
      length = reader.uleb();
      break;
    default:
      return {};
  }
  const uint64_t from = reader.at();
  reader.skip(length);
  return unit->section.subspan(from, length);
}

std::optional<Value> attribute(const Die& die, uint16_t name) {
  std::optional<Value> found;
  if (!die || !die.abbreviation->mayHave(name)) return found;
  // Most entries do not have what is asked for: their abbreviation tells without a look at their bytes.
  const AttributeSpec* specs = die.unit->abbreviations->specs(*die.abbreviation);
  const uint32_t count = die.abbreviation->count;
  uint32_t wanted = 0;
  while (wanted < count && specs[wanted].name != name) wanted++;
  if (wanted == count) return found;
  Reader reader(die.unit->section.first(die.unit->end), die.attributes, die.unit->swapped);
  if (specs[wanted].at != kFar)
    reader.skip(specs[wanted].at);
  else
    for (uint32_t i = 0; i < wanted; i++) skipValue(reader, specs[i], formOf(reader, specs[i]), *die.unit);
  const uint16_t form = formOf(reader, specs[wanted]);
  found = Value{die.unit, form, reader.at(), specs[wanted].constant};
  return found;
}

Bytes nameBytes(const Die& die) {
  const auto value = attribute(die, DW_AT_name);
  return value ? value->text() : Bytes{};
}

std::string_view nameOf(const Die& die) {
  const auto value = attribute(die, DW_AT_name);
  return value ? value->string() : std::string_view{};
}

Die typeOf(const Die& die) {
  const auto value = attribute(die, DW_AT_type);
  return value ? value->reference() : Die{};
}

bool flagOf(const Die& die, uint16_t name) {
  const auto value = attribute(die, name);
  return value && value->flag();
}

std::optional<uint64_t> numberOf(const Die& die, uint16_t name) {
  const auto value = attribute(die, name);
  return value ? value->number() : std::nullopt;
}

uint64_t searchedEndOf(const Die& die, uint64_t next) {
  if (die.abbreviation->sibling && die.abbreviation->siblingAt == kFar) {
    const auto value = attribute(die, DW_AT_sibling);
    const Die at = value ? value->reference() : Die{};
    if (at.unit == die.unit && at.offset >= next) return at.offset;
  }
  for (unsigned depth = 1; depth > 0 && next < die.unit->end;) {
    const Die inner = dieAt(*die.unit, next);
    if (!inner) {
      depth--;
      next = inner.attributes;
      continue;
    }
    next = behind(inner);
    if (inner.abbreviation->children) depth++;
  }
  return next;
}

}  // namespace shmscope::dwarf
