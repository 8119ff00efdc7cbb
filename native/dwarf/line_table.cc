#include "line_table.h"

#include <algorithm>

#include "debug_file.h"
#include "die.h"

namespace shmscope::dwarf {

namespace {

// Files of one table; the largest programs have some thousands.
constexpr size_t kMostFiles = 1'000'000;

}  // namespace

LineTable::LineTable(const Unit& unit, uint64_t offset) : table_(unit), folder_(unit.directory) {
  table_.section = unit.file->lines();
  table_.end = table_.section.size();
  table_.offsetSize = 4;
  Reader reader(table_.section, offset, table_.swapped);
  uint64_t length = reader.u32();
  if (length == 0xffffffff) {
    table_.offsetSize = 8;
    length = reader.u64();
  }
  if (length > table_.section.size() - reader.at()) broken("a line table reaches past the end of its section");
  table_.end = reader.at() + length;
  table_.version = reader.u16();
  if (table_.version < 2 || table_.version > 5) broken("a line table has an unknown version");
  if (table_.version == 5) {
    table_.addressSize = reader.u8();
    reader.skip(1);
  }
  const uint64_t header = reader.fixed(table_.offsetSize);
  if (header > table_.end - std::min(table_.end, reader.at())) broken("a line table ends in its header");
  program_ = reader.at() + header;
  least_ = reader.u8();
  // The number of operations in an instruction, from version 4 on, and whether rows are statements at first.
  reader.skip(table_.version >= 4 ? 2 : 1);
  lineBase_ = static_cast<int8_t>(reader.u8());
  range_ = reader.u8();
  opcodes_ = reader.u8();
  if (range_ == 0 || opcodes_ == 0) broken("a line table has no opcodes");
  for (unsigned i = 1; i < opcodes_; i++) lengths_.push_back(reader.u8());
  if (table_.version < 5) {
    readOldNames(reader);
  } else {
    readNewNames(reader, false);
    readNewNames(reader, true);
  }
}

void LineTable::define(std::string_view name, uint64_t directory) {
  if (files_.size() >= kMostFiles) broken("a line table has too many files");
  files_.push_back({name, directory});
}

// DWARF 4, 6.2.4: files are counted from 1.
void LineTable::readOldNames(Reader& reader) {
  directories_.push_back(folder_);
  for (auto name = reader.string(); !name.empty(); name = reader.string()) directories_.push_back(name);
  define({}, 0);
  for (auto name = reader.string(); !name.empty(); name = reader.string()) {
    define(name, reader.uleb());
    reader.uleb();
    reader.uleb();
  }
}

// DWARF 5, 6.2.4: lists of directories and files whose fields are described before them; from 0.
void LineTable::readNewNames(Reader& reader, bool files) {
  std::vector<std::pair<uint64_t, uint16_t>> formats(reader.u8());
  for (auto& [content, form] : formats) {
    content = reader.uleb();
    form = static_cast<uint16_t>(reader.uleb());
  }
  const uint64_t count = reader.uleb();
  for (uint64_t i = 0; i < count; i++) {
    const uint64_t before = reader.at();
    std::string_view name;
    uint64_t directory = 0;
    for (const auto& [content, form] : formats) {
      const Value value{&table_, form, reader.at(), 0};
      if (content == DW_LNCT_path) name = value.string();
      if (content == DW_LNCT_directory_index) directory = value.number().value_or(0);
      skipForm(reader, form, table_);
    }
    // Any number of them would take no room.
    if (reader.at() == before) broken("a line table has names of no size");
    if (files)
      define(name, directory);
    else
      directories_.push_back(name);
  }
}

std::string LineTable::fileName(uint64_t number) const {
  if (number >= files_.size() || files_[number].name.empty()) return {};
  const auto& [name, directory] = files_[number];
  const std::string_view in = directory < directories_.size() ? directories_[directory] : std::string_view{};
  std::string text;
  const auto add = [&](std::string_view part) {
    if (part.starts_with("/")) text.clear();
    if (!text.empty() && !text.ends_with("/")) text += '/';
    text += part;
  };
  add(folder_);
  if (in != folder_) add(in);
  add(name);
  return text;
}

// The registers of the state machine, and who waits for which row.
class LineTable::Run {
 public:
  Run(LineTable& table, std::span<const uint64_t> wanted)
      : table_(table),
        wanted_(wanted),
        reader_(table.table_.section.first(table.table_.end), table.program_, table.table_.swapped),
        rows_(wanted.size()) {}

  std::vector<LineRow> run() {
    while (!reader_.atEnd()) {
      const uint8_t code = reader_.u8();
      if (code >= table_.opcodes_)
        special(code - table_.opcodes_);
      else if (code == 0)
        extended();
      else
        standard(code);
    }
    return std::move(rows_);
  }

 private:
  void special(unsigned adjusted) {
    now_.address += uint64_t{table_.least_} * (adjusted / table_.range_);
    now_.line += static_cast<uint64_t>(int64_t{table_.lineBase_} + adjusted % table_.range_);
    row();
  }

  void standard(uint8_t code) {
    switch (code) {
      case DW_LNS_copy:
        return row();
      case DW_LNS_advance_pc:
        now_.address += table_.least_ * reader_.uleb();
        return;
      case DW_LNS_advance_line:
        now_.line += static_cast<uint64_t>(reader_.sleb());
        return;
      case DW_LNS_set_file:
        now_.file = reader_.uleb();
        return;
      case DW_LNS_const_add_pc:
        now_.address += uint64_t{table_.least_} * ((255u - table_.opcodes_) / table_.range_);
        return;
      case DW_LNS_fixed_advance_pc:
        now_.address += reader_.u16();
        return;
      default:
        for (uint8_t left = table_.lengths_[code - 1u]; left > 0; left--) reader_.uleb();
    }
  }

  void extended() {
    const uint64_t length = reader_.uleb();
    const uint64_t at = reader_.at();
    reader_.skip(length);
    if (length == 0) return;
    Reader inner(table_.table_.section.first(at + length), at, table_.table_.swapped);
    switch (inner.u8()) {
      case DW_LNE_end_sequence:
        row();
        now_ = {};
        open_ = dropped_ = begun_ = false;
        return;
      case DW_LNE_set_address:
        if (length <= 9) now_.address = inner.fixed(static_cast<unsigned>(length - 1));
        return;
      case DW_LNE_define_file: {
        const auto name = inner.string();
        table_.define(name, inner.uleb());
        return;
      }
      default:
        return;
    }
  }

  // What is wanted from the last row up to here is that one's.
  void row() {
    if (!begun_) dropped_ = now_.address == 0;
    begun_ = true;
    // Code that the linker has dropped is at 0.
    if (dropped_) return;
    if (open_ && now_.address > last_.address)
      for (; next_ < wanted_.size() && wanted_[next_] < now_.address; next_++)
        if (rows_[next_].address == 0) rows_[next_] = last_;
    if (!open_ || now_.address < last_.address) {
      const auto first = std::lower_bound(wanted_.begin(), wanted_.end(), now_.address);
      next_ = static_cast<size_t>(first - wanted_.begin());
    }
    last_ = now_;
    open_ = true;
  }

  LineTable& table_;
  std::span<const uint64_t> wanted_;
  Reader reader_;
  std::vector<LineRow> rows_;
  LineRow now_, last_;
  // The first of `wanted_` that is not before the last row.
  size_t next_ = 0;
  bool begun_ = false, dropped_ = false, open_ = false;
};

std::vector<LineRow> LineTable::rowsOf(std::span<const uint64_t> addresses) { return Run(*this, addresses).run(); }

}  // namespace shmscope::dwarf
