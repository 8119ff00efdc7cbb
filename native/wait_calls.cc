#include "wait_calls.h"

#include <linux/futex.h>

#include <cstdlib>

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13  // Linux 5.14, include/uapi/linux/futex.h
#endif

namespace shmscope {

namespace {

// arch/x86/entry/syscalls, include/uapi/asm-generic/unistd.h, arch/arm/tools/syscall.tbl. -2: there is none (-1 stands
// for a thread in no system call).
struct Numbers {
  int64_t futex;
  int64_t semop;
  int64_t semtimedop;
  int64_t restart;
  int64_t futexTime64 = -2;
  int64_t semtimedopTime64 = -2;
  int64_t ipc = -2;
};
constexpr int64_t kFutexWaitv = 449;
constexpr int64_t kFutexWait = 455;

#if defined(__x86_64__)
constexpr Numbers kOwn{202, 65, 220, 219};
constexpr Numbers kNarrow{240, -2, -2, 0, 422, 420, 117};
#else
constexpr Numbers kOwn{98, 193, 192, 128};
constexpr Numbers kNarrow{240, 298, 312, 0, 422, 420};
#endif

// Calls of ipc(2), include/uapi/linux/ipc.h.
constexpr uint64_t kIpcSemop = 1;
constexpr uint64_t kIpcSemtimedop = 4;
constexpr uint32_t kFutexCommand = 0x7f;
// FUTEX2_PRIVATE is the same bit.
constexpr uint32_t kFutexFlags = FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
constexpr uint64_t kLowestAddress = 4096;

std::optional<Operation> operationOf(uint32_t op) {
  switch (op & kFutexCommand) {
    case FUTEX_WAIT:
      return Operation::kWait;
    case FUTEX_WAIT_BITSET:
      return Operation::kWaitBitset;
    case FUTEX_LOCK_PI:
      return Operation::kLockPi;
    case FUTEX_LOCK_PI2:
      return Operation::kLockPi2;
    case FUTEX_WAIT_REQUEUE_PI:
      return Operation::kWaitRequeuePi;
    default:
      return {};
  }
}

std::optional<Wait> futex(const uint64_t (&arguments)[6]) {
  const auto op = static_cast<uint32_t>(arguments[1]);
  const auto operation = operationOf(op);
  if (!operation) return {};
  Wait wait{*operation};
  wait.address = arguments[0];
  const bool compares = *operation != Operation::kLockPi && *operation != Operation::kLockPi2;
  if (compares) wait.expected = static_cast<uint32_t>(arguments[2]);
  wait.isPrivate = op & FUTEX_PRIVATE_FLAG;
  wait.timed = arguments[3] != 0;
  return wait;
}

// Only a wait with a time is restarted so (futex_wait() in kernel/futex/waitwake.c), as are sleeps and poll(2): what
// cannot be a futex call is none.
std::optional<Wait> restarted(const uint64_t (&arguments)[6]) {
  if (arguments[0] < kLowestAddress || arguments[0] % sizeof(uint32_t) != 0 || arguments[3] == 0) return {};
  if (static_cast<uint32_t>(arguments[1]) & ~(kFutexCommand | kFutexFlags)) return {};
  auto wait = futex(arguments);
  if (!wait || (wait->operation != Operation::kWait && wait->operation != Operation::kWaitBitset)) return {};
  wait->restarted = true;
  return wait;
}

Wait semop(uint64_t semid, uint64_t operations, uint64_t count, uint64_t timeout) {
  Wait wait{Operation::kSemop};
  wait.semid = static_cast<int32_t>(semid);
  wait.address = operations;
  wait.count = static_cast<uint32_t>(count);
  wait.timed = timeout != 0;
  return wait;
}

Wait waitv(const uint64_t (&arguments)[6]) {
  Wait wait{Operation::kWaitv};
  wait.address = arguments[0];
  wait.count = static_cast<uint32_t>(arguments[1]);
  wait.timed = arguments[3] != 0;
  return wait;
}

Wait wait2(const uint64_t (&arguments)[6]) {
  Wait wait{Operation::kWait2};
  wait.address = arguments[0];
  wait.expected = static_cast<uint32_t>(arguments[1]);
  wait.isPrivate = arguments[3] & FUTEX_PRIVATE_FLAG;
  wait.timed = arguments[4] != 0;
  return wait;
}

}  // namespace

std::optional<SystemCall> parseSystemCall(const char* line) {
  char* end = nullptr;
  SystemCall call;
  call.number = strtoll(line, &end, 10);
  if (end == line || call.number < 0) return {};
  for (uint64_t& argument : call.arguments) argument = strtoull(end, &end, 16);
  call.sp = strtoull(end, &end, 16);
  call.pc = strtoull(end, &end, 16);
  return call;
}

std::optional<Wait> waitOf(const SystemCall& call, bool narrow) {
  const Numbers& numbers = narrow ? kNarrow : kOwn;
  const auto& arguments = call.arguments;
  const int64_t number = call.number;
  if (number == numbers.futex || number == numbers.futexTime64) return futex(arguments);
  if (number == kFutexWaitv) return waitv(arguments);
  if (number == kFutexWait) return wait2(arguments);
  if (number == numbers.restart) return restarted(arguments);
  if (number == numbers.semop) return semop(arguments[0], arguments[1], arguments[2], 0);
  if (number == numbers.semtimedop || number == numbers.semtimedopTime64)
    return semop(arguments[0], arguments[1], arguments[2], arguments[3]);
  if (number != numbers.ipc) return {};
  // The upper half is a version (ipc(2)).
  const uint64_t version = arguments[0] & 0xffff;
  if (version == kIpcSemop) return semop(arguments[1], arguments[4], arguments[2], 0);
  if (version == kIpcSemtimedop) return semop(arguments[1], arguments[4], arguments[2], arguments[5]);
  return {};
}

}  // namespace shmscope
