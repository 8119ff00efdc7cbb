// Names that are put together of scopes and what stands in them, each made once.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "bytes.h"

namespace shmscope::dwarf {

// A large C++ program has tens of thousands of long names that begin alike: only those that are asked for are written
// out.
struct Name {
  // What it begins with, which may be nothing, and what follows: in the file, or kept by the table.
  const Name* before;
  std::string_view own;
  // Of the whole text, in bytes.
  size_t length;
  // Of the texts of its parts. Scopes are the same parts in each unit.
  uint64_t hash;
  // Where `own` stands in the file, as that has it.
  const uint8_t* rest = nullptr;
  // The name as the scope of others: with '::'.
  mutable const Name* scope = nullptr;
  // What is put behind it stands there as it is, and not as spelled() has it.
  bool raw = false;

  std::string text() const;
  // Its `length` bytes.
  void write(char* to) const;
};

// A large C++ program has the same names in each of its units; linkers keep their bytes once.
class NameTable {
 public:
  // `rest`, which ends with its NUL, behind `before`. Names are told apart by where `rest` is, which has to stay there.
  const Name& joined(const Name& before, Bytes rest);
  // 'ns::' for 'ns'.
  const Name& scopeOf(const Name& name);
  // `text` has to stay.
  const Name& add(std::string_view text, bool raw = false);

 private:
  // Small, as most of the time that is spent here is waiting for them.
  struct Slot {
    // Of the key's hash.
    uint32_t check = 0;
    // From 1 on; 0 where nothing is.
    uint32_t name = 0;
  };
  // Where the name is, or would be.
  size_t place(uint64_t hash, const Name* before, const uint8_t* rest) const;
  void grow();
  Name& make(const Name* before, std::string_view own);
  std::string_view keep(const std::string& text);

  std::pmr::monotonic_buffer_resource room_{size_t{1} << 18};
  std::vector<const Name*> joined_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
};

}  // namespace shmscope::dwarf
