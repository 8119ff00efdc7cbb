#pragma once

#include <string>

#include "control.h"
#include "source.h"

namespace shmscope {

// Copies what holds memory in [from, to) into a new file at `path`, at the same offsets; gives the bytes copied. The
// file is as long as the object was, or as it became where it was cut off meanwhile. When it fails, or is cancelled
// (ECANCELED), the file is removed again.
uint64_t copyTo(const Source& source, const std::string& path, uint64_t from, uint64_t to, const Control& control);

}  // namespace shmscope
