// A store past the end of an object raises SIGBUS, and the kernel has no call that compares and stores for us. So a
// child does it that shares our memory and none of our signal handlers (clone(2) with CLONE_VM, without CLONE_SIGHAND):
// what it raises ends the child alone, in a handler of its own, since the default would write a core, for which older
// kernels end all that share the memory. This thread waits meanwhile (CLONE_VFORK), so its stack and thread-local
// memory are the child's.
#include "exchange.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "errors.h"

namespace shmscope {

namespace {

// For a frame of a signal with all registers there are (11 KiB with AMX), and little else.
constexpr size_t kStack = 64 * 1024;
// More than any other program can come between by chance.
constexpr int kTries = 100'000;

class Stack {
 public:
  Stack() : base_(mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
    if (base_ == MAP_FAILED) fail("mmap");
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { munmap(base_, kStack); }
  // Stacks grow down.
  void* top() const { return static_cast<std::byte*>(base_) + kStack; }

 private:
  void* const base_;
};

// struct sigaction of the kernel, which is not that of the C library.
struct KernelAction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  uint64_t mask;
};
constexpr unsigned long kRestorer = 0x04000000;

// All signals but those that a missing page raises, also the two that the C library keeps for itself.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    const uint64_t all = ~(bit(SIGBUS) | bit(SIGSEGV));
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before_, sizeof before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_); }

 private:
  static constexpr uint64_t bit(int signal) { return uint64_t{1} << (signal - 1); }
  uint64_t before_ = 0;
};

struct Job {
  std::byte* at;
  const Swap& swap;
  Exchange done{Exchanged::kNoPage, 0};
  // Of rt_sigaction(2).
  bool refused = false;
  // Bits beside the mask changed all the time.
  bool busy = false;
};

template <class Word>
void swapWord(Job& job) {
  std::atomic_ref<Word> word(*reinterpret_cast<Word*>(job.at));
  const auto mask = static_cast<Word>(job.swap.mask);
  const auto desired = static_cast<Word>(job.swap.desired);
  Word held = word.load();
  for (int i = 0; i < kTries; i++) {
    if (!job.swap.fits(held)) {
      job.done = {Exchanged::kHeldOther, held};
      return;
    }
    if (word.compare_exchange_weak(held, static_cast<Word>((held & ~mask) | (desired & mask)))) {
      job.done = {Exchanged::kStored, held};
      return;
    }
  }
  job.busy = true;
}

void end(int) { syscall(SYS_exit_group, 0); }
// Named to the kernel, which wants one, and never returned to.
void unreached() {}

// In the child: system calls and its own stack only.
int run(void* given) {
  Job& job = *static_cast<Job*>(given);
  const KernelAction action{end, kRestorer, unreached, 0};
  for (const int signal : {SIGBUS, SIGSEGV}) {
    if (syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof action.mask) != 0) job.refused = true;
  }
  if (!job.refused) {
    switch (job.swap.size) {
      case 1:
        swapWord<uint8_t>(job);
        break;
      case 2:
        swapWord<uint16_t>(job);
        break;
      case 4:
        swapWord<uint32_t>(job);
        break;
      default:
        swapWord<uint64_t>(job);
    }
  }
  end(0);
  return 0;
}

}  // namespace

Exchange exchange(std::byte* at, const Swap& swap) {
  const Stack stack;
  Job job{at, swap};
  int status = 0;
  {
    const SignalsBlocked blocked;
    // No signal tells of its end, so nobody who waits for children is disturbed.
    const pid_t child = clone(run, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_FS | CLONE_FILES, &job);
    if (child < 0) fail("clone");
    while (waitpid(child, &status, __WCLONE) < 0 && errno == EINTR) continue;
  }
  if (job.refused) fail(ENOTSUP, "rt_sigaction");
  if (job.busy) fail(EAGAIN, "cmpxchg", {}, "the bits beside those that are to be stored change too fast");
  if (WIFSIGNALED(status))
    fail(EIO, "clone", {}, "the process that stores was ended: whether it has stored is not known");
  return job.done;
}

}  // namespace shmscope
