// Which code an entry is of.
#pragma once

#include <vector>

#include "unit.h"

namespace shmscope::dwarf {

// Addresses as the file counts them.
struct Range {
  uint64_t low, high;
};

// For the entries of one unit.
class Ranges {
 public:
  // ETYPE.
  explicit Ranges(const Unit& unit);

  // By DW_AT_low_pc and DW_AT_high_pc, or DW_AT_ranges; empty for one without code, and for what the linker has
  // dropped. Valid until the next call. ETYPE.
  const std::vector<Range>& of(const Die& die);

 private:
  void add(uint64_t low, uint64_t high);
  void addList(const Die& die);
  void addOld(uint64_t offset);
  void addNew(uint64_t offset);

  const Unit& unit_;
  // DW_AT_low_pc of the unit, DW_AT_rnglists_base, DW_AT_GNU_ranges_base.
  uint64_t base_ = 0, lists_ = 0, old_ = 0;
  // Entries of lists that are read yet: many DIEs may have the same long one.
  unsigned left_ = 4'000'000;
  std::vector<Range> found_;
};

}  // namespace shmscope::dwarf
