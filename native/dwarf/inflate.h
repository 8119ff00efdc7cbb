// Compressed sections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bytes.h"

namespace shmscope::dwarf {

// `how`: ELFCOMPRESS_ZLIB or ELFCOMPRESS_ZSTD. ETYPE where the bytes do not give `size` bytes, ENOTSUP for what this
// program was built without. `name` is the file's, for messages.
std::vector<uint8_t> inflated(Bytes bytes, uint64_t size, uint32_t how, const std::string& name);

}  // namespace shmscope::dwarf
