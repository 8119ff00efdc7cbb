// Names that are put together of scopes and what stands in them, each made once.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bytes.h"

namespace shmscope::dwarf {

struct Name {
  std::string text;
  // Of the text.
  uint64_t hash;
  // What is put behind it stands there as it is, and not as spelled() has it.
  bool raw = false;
  // The name as the scope of others: with '::'.
  mutable const Name* scope = nullptr;
};

// A large C++ program has the same long names in each of its units; linkers keep their bytes once.
class NameTable {
 public:
  // `rest`, which ends with its NUL, behind `before`. Names are told apart by where `rest` is, which has to stay there.
  const Name& joined(const Name& before, Bytes rest);
  // 'ns::' for 'ns'.
  const Name& scopeOf(const Name& name);
  const Name& add(std::string text, bool raw = false);

 private:
  struct Slot {
    const Name* before = nullptr;
    const uint8_t* rest = nullptr;
    const Name* name = nullptr;
  };
  size_t place(const Name* before, const uint8_t* rest) const;
  void grow();

  std::deque<Name> names_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  size_t used_ = 0;
};

}  // namespace shmscope::dwarf
