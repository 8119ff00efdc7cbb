#include "frames.h"

#include "debug_file.h"
#include "die.h"

namespace shmscope::dwarf {

namespace {

// DWARF register numbers (System V ABI, AMD64, figure 3.36): DW_OP_reg6 is %rbp, DW_OP_reg7 %rsp.
char baseOf(Bytes expression) {
  if (expression.size() != 1) return 0;
  switch (expression[0]) {
    case DW_OP_call_frame_cfa:
      return 'c';
    case DW_OP_reg6:
      return 'b';
    case DW_OP_reg7:
      return 's';
    default:
      return 0;
  }
}

}  // namespace

std::optional<uint64_t> addressAt(const Unit& unit, uint64_t index) {
  const Unit& holder = unit.skeleton ? *unit.skeleton : unit;
  if (index > holder.file->addresses.size()) return {};
  Reader table(holder.file->addresses, holder.addresses, unit.swapped);
  table.skip(index * holder.addressSize);
  return table.fixed(holder.addressSize);
}

std::optional<uint64_t> addressIn(const Value& value) {
  const Unit& unit = *value.unit;
  Reader reader(unit.section.first(unit.end), value.at, unit.swapped);
  switch (value.form) {
    case DW_FORM_addr:
      return reader.fixed(unit.addressSize);
    case DW_FORM_addrx:
    case DW_FORM_GNU_addr_index:
      return addressAt(unit, reader.uleb());
    case DW_FORM_addrx1:
      return addressAt(unit, reader.u8());
    case DW_FORM_addrx2:
      return addressAt(unit, reader.u16());
    case DW_FORM_addrx3:
      return addressAt(unit, reader.fixed(3));
    case DW_FORM_addrx4:
      return addressAt(unit, reader.u32());
    default:
      return {};
  }
}

std::optional<Frame> frameOf(const Die& function) {
  if (function.unit->addressSize != 8 || function.unit->swapped) return {};
  const auto base = attribute(function, DW_AT_frame_base);
  const char letter = base ? baseOf(base->block()) : 0;
  const auto from = attribute(function, DW_AT_low_pc), to = attribute(function, DW_AT_high_pc);
  if (letter == 0 || !from || !to) return {};
  const auto low = addressIn(*from);
  if (!low) return {};
  // An address, or how far it is from the first one (DWARF 5, 2.17.2).
  const auto length = to->number();
  const auto high = length ? *low + *length : addressIn(*to).value_or(0);
  // What the linker has dropped is at 0.
  if (*low == 0 || high <= *low) return {};
  return Frame{letter, *low, high};
}

std::optional<int64_t> frameOffsetOf(Bytes expression, const Unit& unit) {
  if (expression.empty() || expression[0] != DW_OP_fbreg) return {};
  Reader reader(expression, 1, unit.swapped);
  const int64_t offset = reader.sleb();
  return reader.atEnd() ? std::optional(offset) : std::nullopt;
}

}  // namespace shmscope::dwarf
