#pragma once

#include <vector>

#include "source.h"

namespace shmscope {

struct Search {
  std::vector<uint8_t> pattern;
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t limit = 0;
  // Non-zero ends the search; may be null.
  const int32_t* cancel = nullptr;
};

// Offsets at which the pattern begins in [from, to), ascending, overlapping ones too.
std::vector<double> find(const Source& source, const Search& search);

}  // namespace shmscope
