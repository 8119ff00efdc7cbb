// The line number program of a unit (DWARF 5, 6.2): which line of which file an address is of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unit.h"

namespace shmscope::dwarf {

struct LineRow {
  // Where its code begins, which an instruction does; 0 for none.
  uint64_t address = 0;
  uint64_t file = 1;
  // 0 for code of no line.
  uint64_t line = 1;
};

class LineTable {
 public:
  // The table at an offset of .debug_line of the unit's file. ETYPE.
  LineTable(const Unit& unit, uint64_t offset);
  LineTable(const LineTable&) = delete;
  LineTable& operator=(const LineTable&) = delete;

  // Runs the program, and tells the rows of addresses that ascend; none where it has none. ETYPE.
  std::vector<LineRow> rowsOf(std::span<const uint64_t> addresses);

  // '/src/feed/main.c': the folder that it was compiled in, the directory and the name, as far as they are known. Text,
  // of which nothing is opened. Empty for a file that the table does not have.
  std::string fileName(uint64_t number) const;

 private:
  struct File {
    std::string_view name;
    uint64_t directory;
  };
  class Run;
  void readOldNames(Reader& reader);
  void readNewNames(Reader& reader, bool files);
  void define(std::string_view name, uint64_t directory);

  // As the values of a unit: the names stand in .debug_line, with the table's own sizes.
  Unit table_;
  std::string_view folder_;
  uint64_t program_ = 0;
  uint8_t least_ = 1, range_ = 1, opcodes_ = 1;
  int8_t lineBase_ = 0;
  std::vector<uint8_t> lengths_;
  // From 0 on; of version 2 to 4 the first is the folder, or nothing.
  std::vector<std::string_view> directories_;
  std::vector<File> files_;
};

}  // namespace shmscope::dwarf
