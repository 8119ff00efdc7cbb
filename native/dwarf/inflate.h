// Compressed sections.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "bytes.h"

namespace shmscope::dwarf {

struct Compressed {
  Bytes bytes;
  // Of what it holds.
  uint64_t size;
  // ELFCOMPRESS_ZLIB or ELFCOMPRESS_ZSTD.
  uint32_t how;
};

// ENOTSUP for what this program was built without, ETYPE for a size that it cannot have. `name` is the file's, for
// messages.
void checkSize(const Compressed& section, const std::string& name);
// False where the bytes do not fill the room, which has the section's size.
bool inflate(const Compressed& section, std::span<uint8_t> room);
// ETYPE: says that they did not.
[[noreturn]] void notDecompressed();

}  // namespace shmscope::dwarf
