#include "watchpoints_events.h"

#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "errors.h"
#include "watchpoints_record.h"

namespace shmscope {

namespace {

// Since the headers of Linux 6.1.
constexpr uint64_t kFormatLost = 1U << 4;

perf_event_attr common() {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ID;
  attr.sample_id_all = 1;
  // As an ordinary user must where kernel.perf_event_paranoid is 2.
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  // Events of one ring must have one clock.
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  return attr;
}

perf_event_attr dummy() {
  perf_event_attr attr = common();
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_DUMMY;
  return attr;
}

perf_event_attr breakpoint(const WatchedField& field, uint64_t address, const EventOptions& options) {
  perf_event_attr attr = common();
  attr.type = PERF_TYPE_BREAKPOINT;
  attr.bp_type = field.reads ? HW_BREAKPOINT_RW : HW_BREAKPOINT_W;
  attr.bp_addr = address;
  attr.bp_len = field.length;
  attr.sample_period = 1;
  attr.sample_type |= PERF_SAMPLE_IP | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
  attr.sample_regs_user = kSampledRegisters;
  attr.sample_stack_user = options.stackBytes;
  attr.inherit = 1;
  if (options.removeOnExec) attr.remove_on_exec = 1;
  if (options.countsLost) attr.read_format = kFormatLost;
  return attr;
}

Fd openEvent(perf_event_attr& attr, int tid, int cpu) {
  return Fd(static_cast<int>(syscall(SYS_perf_event_open, &attr, tid, cpu, -1, PERF_FLAG_FD_CLOEXEC)));
}

Fd into(Fd event, int ring) {
  if (event && ioctl(event.get(), PERF_EVENT_IOC_SET_OUTPUT, ring) != 0) return {};
  return event;
}

}  // namespace

EventOptions askForBreakpoints() {
  if (kSampledRegisters == 0) fail(ENOTSUP, "perf_event_open", "", "there are no breakpoints for this architecture");
  alignas(8) static uint64_t target = 0;
  EventOptions options;
  for (;;) {
    perf_event_attr attr = breakpoint({}, reinterpret_cast<uint64_t>(&target), options);
    attr.disabled = 1;
    // A debugger that has taken all registers of this process has not taken those of others.
    if (openEvent(attr, getpid(), -1) || errno == ENOSPC) return options;
    // What a kernel does not know, it refuses so: the newer first.
    if (errno != EINVAL || !options.removeOnExec) fail("perf_event_open");
    (options.countsLost ? options.countsLost : options.removeOnExec) = false;
  }
}

std::vector<int> onlineCpus() {
  std::string text;
  std::vector<int> cpus;
  if (!readAll(AT_FDCWD, "/sys/devices/system/cpu/online", text)) {
    for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++) cpus.push_back(cpu);
    return cpus;
  }
  // '0-3,6,8-9'
  for (const char* at = text.c_str(); *at >= '0' && *at <= '9';) {
    char* end = nullptr;
    const long first = strtol(at, &end, 10);
    const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
    for (long cpu = first; cpu <= last; cpu++) cpus.push_back(static_cast<int>(cpu));
    at = *end == ',' ? end + 1 : end;
  }
  return cpus;
}

uint64_t perfNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

Fd openBreakpoint(const WatchedField& field, uint64_t address, int tid, int cpu, int ring,
                  const EventOptions& options) {
  perf_event_attr attr = breakpoint(field, address, options);
  // Until its id is known and its ring is set, no record would be understood.
  attr.disabled = 1;
  return into(openEvent(attr, tid, cpu), ring);
}

Fd openTrail(int tid, int cpu, int ring) {
  perf_event_attr attr = dummy();
  attr.inherit = 1;
  attr.task = 1;
  attr.comm = 1;
  return into(openEvent(attr, tid, cpu), ring);
}

Fd openOwner(int cpu, uint32_t wakeAt) {
  perf_event_attr attr = dummy();
  attr.disabled = 1;
  attr.watermark = 1;
  attr.wakeup_watermark = wakeAt;
  return openEvent(attr, getpid(), cpu);
}

void enable(const Fd& event) {
  // It fails for none that was opened, and of a thread that has ended nothing comes.
  ioctl(event.get(), PERF_EVENT_IOC_ENABLE, 0);
}

uint64_t idOf(const Fd& event) {
  uint64_t id = 0;
  return ioctl(event.get(), PERF_EVENT_IOC_ID, &id) == 0 ? id : 0;
}

uint64_t lostOf(const Fd& event) {
  struct {
    uint64_t value;
    uint64_t lost;
  } read{};
  return ::read(event.get(), &read, sizeof read) == sizeof read ? read.lost : 0;
}

}  // namespace shmscope
