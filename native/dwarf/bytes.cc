#include "bytes.h"

#include <sys/mman.h>
#include <unistd.h>

namespace shmscope::dwarf {

void Buffer::populate() {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<uintptr_t>(data()) + page - 1) & ~(page - 1);
  const auto end = (reinterpret_cast<uintptr_t>(data()) + size_) & ~(page - 1);
#ifdef MADV_POPULATE_WRITE
  // Where the kernel does not know it, pages come one by one, as ever.
  if (begin < end) static_cast<void>(madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE));
#endif
}

}  // namespace shmscope::dwarf
