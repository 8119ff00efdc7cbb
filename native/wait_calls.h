// The system calls in which a thread waits for another one: which one it is, and for what, as the registers tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace shmscope {

// A line of /proc/PID/task/TID/syscall (proc_pid_syscall(5)).
struct SystemCall {
  int64_t number = -1;
  uint64_t arguments[6] = {};
  // Stack pointer and program counter of the thread.
  uint64_t sp = 0;
  uint64_t pc = 0;
};
// Nothing for 'running', and for a thread that is in no system call.
std::optional<SystemCall> parseSystemCall(const char* line);

// The order is that of WAITING_OPERATIONS in src/native/threads.ts.
enum class Operation : uint8_t { kWait, kWaitBitset, kLockPi, kLockPi2, kWaitRequeuePi, kWaitv, kWait2, kSemop };

struct Wait {
  Operation operation;
  // Of the futex; of the array of struct futex_waitv; of the array of struct sembuf.
  uint64_t address = 0;
  // Elements of the array, as many as the thread says.
  uint64_t count = 1;
  int32_t semid = -1;
  uint32_t expected = 0;
  bool isPrivate = false;
  // A time is given at which it ends.
  bool timed = false;
  // Begun anew after a signal: the number is that of restart_syscall(2), the arguments are those of the call before,
  // which need not have been futex(2): the address says it.
  bool restarted = false;
};

// `narrow`: the numbers of 32-bit programs.
std::optional<Wait> waitOf(const SystemCall& call, bool narrow);

// Whether its addresses fit a 32-bit program.
inline bool couldBeNarrow(const SystemCall& call) { return call.sp <= UINT32_MAX && call.pc <= UINT32_MAX; }

}  // namespace shmscope
