#include "lines.h"

#include "debug_file.h"
#include "die.h"

namespace shmscope::dwarf {

namespace {

// The name of file number `number` in a table of version 2 to 4 (DWARF 4, 6.2.4); it counts from 1.
std::string_view oldName(Reader& reader, uint64_t number) {
  while (!reader.string().empty()) continue;
  for (uint64_t i = 1;; i++) {
    const std::string_view name = reader.string();
    if (name.empty() || i == number) return name;
    for (int field = 0; field < 3; field++) reader.uleb();
  }
}

// Of version 5 (DWARF 5, 6.2.4): lists of directories and files whose fields are described before them; from 0.
std::string_view newName(Reader& reader, uint64_t number, const Unit& unit) {
  for (int list = 0; list < 2; list++) {
    const uint8_t fields = reader.u8();
    std::vector<std::pair<uint64_t, uint16_t>> formats;
    for (uint8_t i = 0; i < fields; i++) {
      const uint64_t content = reader.uleb();
      formats.emplace_back(content, static_cast<uint16_t>(reader.uleb()));
    }
    // Any number of what has no fields would take no room.
    const uint64_t count = fields > 0 ? reader.uleb() : 0;
    for (uint64_t i = 0; i < count && !reader.atEnd(); i++) {
      for (const auto& [content, form] : formats) {
        if (list == 1 && i == number && content == DW_LNCT_path) return Value{&unit, form, reader.at(), 0}.string();
        skipForm(reader, form, unit);
      }
    }
  }
  return {};
}

std::string_view fileName(const Unit& unit, uint64_t program, uint64_t number) {
  const Bytes lines = unit.file->lines();
  Reader reader(lines, program, unit.swapped);
  // As the values of a unit: they stand in .debug_line, with the table's own size of offsets.
  Unit table = unit;
  table.section = lines;
  table.end = lines.size();
  table.offsetSize = 4;
  if (reader.u32() == 0xffffffff) {
    table.offsetSize = 8;
    reader.u64();
  }
  const uint16_t version = reader.u16();
  if (version < 2 || version > 5) return {};
  if (version == 5) reader.skip(2);
  reader.fixed(table.offsetSize);
  // min_inst_length, from version 4 on max_ops_per_inst, default_is_stmt, line_base, line_range.
  reader.skip(version >= 4 ? 5 : 4);
  const uint8_t opcodes = reader.u8();
  reader.skip(opcodes > 0 ? opcodes - 1u : 0u);
  return version == 5 ? newName(reader, number, table) : oldName(reader, number);
}

}  // namespace

std::string declaredAt(const Die& die) {
  const auto file = numberOf(die, DW_AT_decl_file);
  const auto line = numberOf(die, DW_AT_decl_line);
  if (!file || !line || (*file == 0 && die.unit->version < 5)) return {};
  const Unit& unit = *die.unit;
  uint64_t program = 0;
  if (const auto value = numberOf(dieAt(unit, unit.root), DW_AT_stmt_list))
    program = *value;
  else if (!unit.skeleton)
    return {};
  try {
    const std::string_view name = fileName(unit, program, *file);
    if (name.empty()) return {};
    return std::string(name.substr(name.rfind('/') + 1)) + ":" + std::to_string(*line);
  } catch (const Problem&) {
    // It is for the reader's comfort only.
    return {};
  }
}

}  // namespace shmscope::dwarf
