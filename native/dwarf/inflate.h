// Compressed sections.
#pragma once

#include <cstdint>
#include <string>

#include "buffer.h"

namespace shmscope::dwarf {

struct Compressed {
  Bytes bytes;
  // Of what it holds.
  uint64_t size;
  // ELFCOMPRESS_ZLIB or ELFCOMPRESS_ZSTD.
  uint32_t how;
};

// Room for what is in there. ENOTSUP for what this program was built without, ETYPE for a size that it cannot have.
// `name` is the file's, for messages.
Buffer roomFor(const Compressed& section, const std::string& name);
// False where the bytes do not fill the room.
bool inflate(const Compressed& section, Buffer& room);

}  // namespace shmscope::dwarf
