// x86 machine code, as far as it takes to tell where an instruction begins and whether it stores.
#pragma once

#include <cstdint>
#include <optional>

#include "bytes.h"

namespace shmscope::dwarf {

struct Instruction {
  // Bytes, up to 15.
  uint8_t length = 0;
  // It writes memory by an ordinary move or by arithmetic, and not where the stack or frame pointer leads.
  bool stores = false;
  // 'rep stos' or 'rep movs': the processor tells of a store while the instruction is still under way.
  bool repeatedStore = false;
};

// The instruction at the beginning of `code` (Intel SDM, volume 2, chapter 2 and appendix A). Nothing for what is none,
// as far as that shows, and where the bytes end too early. `wide`: 64-bit code.
std::optional<Instruction> instructionAt(Bytes code, bool wide);

}  // namespace shmscope::dwarf
