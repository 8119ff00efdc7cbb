// What this kernel can do and where it keeps memory that has no path.
#pragma once

#include <sys/types.h>

#include <vector>

namespace shmscope {

struct Kernel {
  // The internal tmpfs on which System V segments, memfds and anonymous shared memory live (mm/shmem.c); 0 if unknown.
  dev_t memory = 0;
  // The same for huge pages, one mount a size (fs/hugetlbfs/inode.c).
  std::vector<dev_t> huge;
  // PROCMAP_QUERY, Linux 6.11.
  bool query = false;
  // kernel.yama.ptrace_scope; 0 without Yama. Above 0 each refusal of a look into a process is written to the kernel's
  // log.
  int ptraceScope = 0;
  // CAP_SYS_PTRACE of this process.
  bool mayTrace = false;

  static Kernel ask();
  bool isHuge(dev_t device) const;
  bool isInternal(dev_t device) const { return (memory != 0 && device == memory) || isHuge(device); }
};

}  // namespace shmscope
