#pragma once

#include <vector>

#include "control.h"
#include "source.h"

namespace shmscope {

// Two objects, and the part of both that is compared.
struct Comparison {
  const Source& left;
  const Source& right;
  uint64_t from = 0;
  uint64_t to = 0;
  // Ranges, at most.
  uint64_t limit = 0;
};

// The ranges in which the two differ, ascending; those less than a word apart are one. What holds no memory counts as
// zeros, and is not read; what only one of them has, beyond the other one's end, differs; what one of them does not
// show is not compared. Cancelled, it gives those that it has found.
std::vector<Extent> difference(const Comparison& comparison, const Control& control);

}  // namespace shmscope
