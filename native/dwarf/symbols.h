// Symbol tables (elf(5)): the functions of a file without debug info.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "image.h"

namespace shmscope::dwarf {

struct Symbol {
  uint64_t address, size;
  std::string_view name;
  // The lower, the better the name.
  uint8_t rank;
};

class Symbols {
 public:
  // Adds .symtab and .dynsym.
  void add(Image& image);
  // After all are added: the symbol whose code it is, or nothing.
  const Symbol* find(uint64_t address);

 private:
  void add(Image& image, const std::string& table, const std::string& names);
  void sort();

  std::vector<Symbol> all_;
  bool sorted_ = true;
};

// As people call it: 'ns::f' for '_ZN2ns1fEi', 'memcpy' for 'memcpy@@GLIBC_2.14'. Of bounded length.
std::string symbolName(std::string_view name);

}  // namespace shmscope::dwarf
