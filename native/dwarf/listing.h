// Entries in the order of their names.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "harvest.h"

namespace shmscope::dwarf {

struct Row {
  const Entry* entry;
  std::string_view name;
};

class Listing {
 public:
  // Basic types are left out: pointers lead to them too, but they need no debug info to be known.
  void add(const std::vector<const Entry*>& entries);
  // By name, in the order of bytes.
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  // What their names are views of.
  std::deque<std::string> names_;
};

}  // namespace shmscope::dwarf
