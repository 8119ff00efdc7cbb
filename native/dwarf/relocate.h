// Relocations of debug info in object files, which no linker has seen.
#pragma once

#include <libelf.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shmscope::dwarf {

// Applies the absolute relocations of section number `index` to its bytes. False where there are none.
bool relocate(Elf* elf, size_t index, uint16_t machine, bool swapped, std::vector<uint8_t>& bytes);

}  // namespace shmscope::dwarf
