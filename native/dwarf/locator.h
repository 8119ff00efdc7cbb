// What debug info says of addresses of code: its functions, files and lines.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "function_names.h"
#include "functions.h"
#include "info.h"
#include "line_table.h"

namespace shmscope::dwarf {

// One that is called, and where; or one in which code is. What is not known is empty, or 0.
struct Site {
  std::string function;
  std::string file;
  uint64_t line = 0;
};

struct Located {
  // The innermost function first, then those that it is inlined into.
  std::vector<Site> sites;
  // Where its row and its function begin, 0 where that is not told.
  uint64_t row = 0, function = 0;
};

class Locator {
 public:
  // Looks all the addresses up, which ascend. ENOMEM.
  Locator(Info& info, std::vector<uint64_t> addresses);

  // Of one of them; without sites where no debug info has it.
  Located at(uint64_t address) const;

 private:
  // What one unit says of the addresses in its code.
  struct Part {
    const Unit* unit;
    // The one with its entries; nullptr where that is missing.
    const Unit* entries = nullptr;
    std::vector<uint64_t> addresses;
    std::unique_ptr<LineTable> lines;
    std::vector<LineRow> rows;
    std::vector<Inside> inside;
  };
  struct Place {
    const Part* part = nullptr;
    size_t index = 0;
  };
  void addUnit(const Unit& unit);
  void merge();
  static void look(Part& part);

  std::vector<uint64_t> addresses_;
  std::vector<Part> parts_;
  // For each of the addresses.
  std::vector<Place> places_;
  std::unique_ptr<FunctionNames> names_;
};

}  // namespace shmscope::dwarf
