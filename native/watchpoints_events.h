// Opens the perf events of a watch (perf_event_open(2)): breakpoints, trails and the owners of rings.
#pragma once

#include <cstdint>
#include <vector>

#include "fd.h"

namespace shmscope {

struct WatchedField {
  // 1, 2, 4 or 8 bytes.
  uint8_t length = 8;
  // Loads too, which x86 cannot tell from stores.
  bool reads = false;
};

// What the kernel can do, and how much of the stack a sample carries.
struct EventOptions {
  // Linux 5.13.
  bool removeOnExec = true;
  // PERF_FORMAT_LOST, Linux 6.1.
  bool countsLost = true;
  uint32_t stackBytes = 256;
};

// Opens a breakpoint on this process and closes it again. Throws where there are none: ENOTSUP, ENOENT, ENODEV (no such
// hardware, or hidden by the virtual machine), EACCES or EPERM (kernel.perf_event_paranoid, seccomp), ENOSYS.
EventOptions askForBreakpoints();

// Their numbers may have gaps.
std::vector<int> onlineCpus();

// ns of the clock that all records carry.
uint64_t perfNow();

// An event per thread and CPU: with cpu == -1 the kernel refuses a ring for inherited events (perf_mmap in
// kernel/events/core.c). Its records go to `ring`, the owner of a ring of that CPU. It waits for `enable`. Empty with
// errno set where it cannot be had.
Fd openBreakpoint(const WatchedField& field, uint64_t address, int tid, int cpu, int ring, const EventOptions& options);

// Tells of forks, ends and execs of a thread and of all that it creates. An event of its own, as a breakpoint is
// removed by an exec before that is told (begin_new_exec in fs/exec.c).
Fd openTrail(int tid, int cpu, int ring);

// An event of this process that counts nothing: a ring must outlive the threads that are watched.
Fd openOwner(int cpu, uint32_t wakeAt);

// Also those that were inherited from it meanwhile.
void enable(const Fd& event);

// PERF_EVENT_IOC_ID: what samples of the event, and of those inherited from it, carry. 0 where it fails.
uint64_t idOf(const Fd& event);

// Samples of the event, and of those inherited from it, that its ring had no room for.
uint64_t lostOf(const Fd& event);

}  // namespace shmscope
