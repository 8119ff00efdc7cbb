// Where an ELF file wants its parts (elf(5)): enough to tell how far from there a process has them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace shmscope {

// One PT_LOAD.
struct ElfSegment {
  uint64_t offset = 0;
  uint64_t address = 0;
  uint64_t fileSize = 0;
  bool executable = false;
};

// Those of an open file; nothing where it is no ELF file of this machine's byte order, is cut off,
// or cannot be read. What it says is not believed: numbers may be anything.
std::optional<std::vector<ElfSegment>> elfSegments(int fd);

}  // namespace shmscope
