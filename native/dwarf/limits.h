// What this process may take before it has read a byte: debug info is made by programs that need not mean well.
#pragma once

#include <cstdint>

namespace shmscope::dwarf {

// 448 MiB of memory that is its own (files that are mapped for reading are not: they may be large and cost nothing but
// cache), 4 GiB of addresses, 4 s of processor time, no core, no privileges gained by execve(2).
// Its threads take all cores: others go first (nice 10). setrlimit(2), setpriority(2), prctl(2).
void limitThisProcess();

// More processor time for large files: 4 s, and 1 s for each 64 MiB.
void allowTimeFor(uint64_t bytes);

}  // namespace shmscope::dwarf
