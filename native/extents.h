#pragma once

#include <vector>

#include "source.h"

namespace shmscope {

// The parts of [offset, offset + length) that hold memory, at most `limit`; the last one then reaches to the end of the
// range.
std::vector<Extent> extents(const Source& source, uint64_t offset, uint64_t length, uint64_t limit);

// The first part of [from, end) of a file that holds memory, by SEEK_DATA and SEEK_HOLE; all of it where the file
// system does not tell.
std::optional<Extent> nextHeldOfFile(int fd, uint64_t from, uint64_t end);

}  // namespace shmscope
