#include "ranges.h"

#include "debug_file.h"
#include "die.h"
#include "frames.h"

namespace shmscope::dwarf {

namespace {

// The part of the executable that a split unit belongs to, else itself.
const Unit& holderOf(const Unit& unit) { return unit.skeleton ? *unit.skeleton : unit; }

uint64_t highest(const Unit& unit) { return unit.addressSize == 4 ? 0xffffffff : ~uint64_t{0}; }

// Bytes before the table of offsets (DWARF 5, 7.28): where a split unit's lists begin.
uint64_t headerSize(const Unit& unit) { return unit.offsetSize == 8 ? 20 : 12; }

}  // namespace

Ranges::Ranges(const Unit& unit) : unit_(unit) {
  if (unit.root >= unit.end) return;
  const Unit& holder = holderOf(unit);
  const Die root = dieAt(holder, holder.root);
  if (const auto low = attribute(root, DW_AT_low_pc)) base_ = addressIn(*low).value_or(0);
  if (unit.skeleton) {
    lists_ = unit.rangeLists + headerSize(unit);
    old_ = numberOf(root, DW_AT_GNU_ranges_base).value_or(0);
  } else {
    lists_ = numberOf(root, DW_AT_rnglists_base).value_or(headerSize(unit));
  }
}

const std::vector<Range>& Ranges::of(const Die& die) {
  found_.clear();
  if (!die) return found_;
  if (die.abbreviation->mayHave(DW_AT_ranges)) addList(die);
  if (!found_.empty() || !die.abbreviation->mayHave(DW_AT_high_pc)) return found_;
  const auto from = attribute(die, DW_AT_low_pc), to = attribute(die, DW_AT_high_pc);
  const auto low = from ? addressIn(*from) : std::nullopt;
  if (!low || !to) return found_;
  // An address, or how far it is from the first one (DWARF 5, 2.17.2).
  const auto length = to->number();
  add(*low, length ? *low + *length : addressIn(*to).value_or(0));
  return found_;
}

void Ranges::add(uint64_t low, uint64_t high) {
  if (left_-- == 0) broken("its lists of ranges are too long");
  // What the linker has dropped is at 0, or at the highest address.
  if (low != 0 && low < high && low != highest(unit_)) found_.push_back({low, high});
}

void Ranges::addList(const Die& die) {
  const auto value = attribute(die, DW_AT_ranges);
  if (!value) return;
  if (value->form == DW_FORM_rnglistx) {
    const uint64_t index = Reader(unit_.section.first(unit_.end), value->at, unit_.swapped).uleb();
    const Bytes section = unit_.file->rangeLists;
    Reader table(section, lists_, unit_.swapped);
    if (index > section.size() / unit_.offsetSize) broken("a list of ranges has too large a number");
    table.skip(index * unit_.offsetSize);
    return addNew(lists_ + table.fixed(unit_.offsetSize));
  }
  const auto offset = value->number();
  if (!offset) return;
  if (unit_.version >= 5)
    addNew((unit_.skeleton ? unit_.rangeLists : 0) + *offset);
  else
    // The unit's own list, in the executable, is counted from the section's start.
    addOld(*offset + (unit_.skeleton ? old_ : 0));
}

// DWARF 4, 2.17.3.
void Ranges::addOld(uint64_t offset) {
  Reader reader(holderOf(unit_).file->oldRanges, offset, unit_.swapped);
  for (uint64_t base = base_;;) {
    const uint64_t low = reader.fixed(unit_.addressSize), high = reader.fixed(unit_.addressSize);
    if (low == 0 && high == 0) return;
    if (low == highest(unit_))
      base = high;
    else
      // Linkers write 1 and 1 for what they have dropped.
      add(low == high ? 0 : base + low, base + high);
  }
}

// DWARF 5, 2.17.3.
void Ranges::addNew(uint64_t offset) {
  Reader reader(unit_.file->rangeLists, offset, unit_.swapped);
  const auto indexed = [&] { return addressAt(unit_, reader.uleb()).value_or(0); };
  for (uint64_t base = base_;;) {
    uint64_t low = 0;
    switch (reader.u8()) {
      case DW_RLE_end_of_list:
        return;
      case DW_RLE_base_addressx:
        base = indexed();
        break;
      case DW_RLE_startx_endx:
        low = indexed();
        add(low, indexed());
        break;
      case DW_RLE_startx_length:
        low = indexed();
        add(low, low + reader.uleb());
        break;
      case DW_RLE_offset_pair:
        low = reader.uleb();
        add(base + low, base + reader.uleb());
        break;
      case DW_RLE_base_address:
        base = reader.fixed(unit_.addressSize);
        break;
      case DW_RLE_start_end:
        low = reader.fixed(unit_.addressSize);
        add(low, reader.fixed(unit_.addressSize));
        break;
      case DW_RLE_start_length:
        low = reader.fixed(unit_.addressSize);
        add(low, low + reader.uleb());
        break;
      default:
        broken("a list of ranges has an unknown entry");
    }
  }
}

}  // namespace shmscope::dwarf
