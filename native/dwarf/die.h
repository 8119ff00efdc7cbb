// Reading entries: attributes, their values, children.
#pragma once

#include <dwarf.h>

#include <optional>
#include <string_view>

#include "unit.h"

namespace shmscope::dwarf {

// The entry at an offset of the unit's section; none where a list of children ends. ETYPE where no entry can stand.
inline Die dieAt(const Unit& unit, uint64_t offset) {
  if (offset < unit.root || offset >= unit.end) broken("a reference leads out of its unit");
  Reader reader(unit.section.first(unit.end), offset, unit.swapped);
  const uint64_t code = reader.uleb();
  const Abbreviation* abbreviation = code == 0 ? nullptr : &unit.abbreviations->find(code);
  return {&unit, offset, abbreviation, reader.at()};
}

// The value of one attribute, as it stands in the file.
struct Value {
  const Unit* unit;
  uint16_t form;
  uint64_t at;
  // DW_FORM_implicit_const.
  int64_t constant;

  // A number, an offset into a section, a flag; nothing for other forms. Numbers of fixed size have no sign of their
  // own.
  std::optional<uint64_t> number() const;
  bool flag() const { return number().value_or(0) != 0; }
  bool isSigned() const { return form == DW_FORM_sdata || form == DW_FORM_implicit_const; }
  // Empty for other forms, and where the string section is not there.
  std::string_view string() const {
    const Bytes bytes = text();
    return bytes.empty() ? std::string_view{} : Reader(bytes, 0, false).string();
  }
  // From where the string begins to the end of its section, its NUL not looked for.
  Bytes text() const;
  // What it refers to, none for other forms and where the file that it refers to is not there.
  Die reference() const;
  // The bytes of a block or an expression; empty for other forms.
  Bytes block() const;
};

// Moves past a value of a form that has no fixed size. ETYPE for a form of which the length is not known.
void skipForm(Reader& reader, uint16_t form, const Unit& unit);

// Moves past a value, of which the form is given back: DW_FORM_indirect has it before the value.
inline void skipValue(Reader& reader, const AttributeSpec& spec, uint16_t form, const Unit& unit) {
  if (spec.size != kVaries)
    reader.skip(spec.size);
  else
    skipForm(reader, form, unit);
}

inline uint16_t formOf(Reader& reader, const AttributeSpec& spec) {
  uint16_t form = spec.form;
  while (form == DW_FORM_indirect) form = static_cast<uint16_t>(reader.uleb());
  return form;
}

// Calls each(name, Value) for every attribute; gives the offset behind the entry: that of its first child, or of the
// next.
template <class Each>
uint64_t forEachAttribute(const Die& die, Each&& each) {
  Reader reader(die.unit->section.first(die.unit->end), die.attributes, die.unit->swapped);
  const AttributeSpec* spec = die.unit->abbreviations->specs(*die.abbreviation);
  for (uint32_t i = 0; i < die.abbreviation->count; i++, spec++) {
    const uint16_t form = formOf(reader, *spec);
    each(spec->name, Value{die.unit, form, reader.at(), spec->constant});
    skipValue(reader, *spec, form, *die.unit);
  }
  return reader.at();
}

// The offset behind the values of an entry.
inline uint64_t behind(const Die& die) {
  if (!die.abbreviation->fixed) return forEachAttribute(die, [](uint16_t, const Value&) {});
  Reader reader(die.unit->section.first(die.unit->end), die.attributes, die.unit->swapped);
  reader.skip(die.abbreviation->size);
  return reader.at();
}

std::optional<Value> attribute(const Die& die, uint16_t name);

// As Value::text().
Bytes nameBytes(const Die& die);
inline bool isNamed(const Die& die) {
  const Bytes name = nameBytes(die);
  return !name.empty() && name[0] != 0;
}
// Its DW_AT_name, or an empty string.
std::string_view nameOf(const Die& die);
// What DW_AT_type refers to; none for void.
Die typeOf(const Die& die);
bool flagOf(const Die& die, uint16_t name);
std::optional<uint64_t> numberOf(const Die& die, uint16_t name);

// As endOf() has it, for entries that do not say it in the usual form.
uint64_t searchedEndOf(const Die& die, uint64_t next);

// Where the entry and all that is in it end; `next`: what is behind its own values.
inline uint64_t endOf(const Die& die, uint64_t next) {
  if (!die.abbreviation->children) return next;
  if (die.abbreviation->siblingAt != kFar) {
    // Nearly all of them, and half of a walk over a unit: nobody looks at the entry there.
    Reader reader(die.unit->section.first(die.unit->end), die.attributes, die.unit->swapped);
    reader.skip(die.abbreviation->siblingAt);
    const uint64_t at = die.unit->offset + reader.u32();
    if (at >= next && at <= die.unit->end) return at;
  }
  return searchedEndOf(die, next);
}

// Calls each(child) for the children of an entry.
template <class Each>
void forEachChild(const Die& die, Each&& each) {
  if (!die || !die.abbreviation->children) return;
  uint64_t next = behind(die);
  // A unit may end without the last end marks.
  while (next < die.unit->end) {
    const Die child = dieAt(*die.unit, next);
    if (!child) return;
    each(child);
    next = endOf(child, behind(child));
  }
}

}  // namespace shmscope::dwarf
