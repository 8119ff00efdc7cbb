#include "waiters.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "args.h"
#include "columns.h"
#include "crew.h"
#include "errors.h"
#include "pages.h"
#include "proc.h"
#include "run_clock.h"
#include "tasks.h"
#include "wait_calls.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr size_t kProcessesForThread = 32;
// What fills a few hundred columns of memory and crosses to JavaScript within 5 ms.
constexpr size_t kMostRows = 1 << 18;
// FUTEX_WAITV_MAX, include/uapi/linux/futex.h.
constexpr uint64_t kMostFutexes = 128;
// SEMOPM, include/uapi/linux/sem.h, which may be raised: what is more is left out.
constexpr uint64_t kMostOperations = 500;

// struct futex_waitv of include/uapi/linux/futex.h, which older headers lack.
struct FutexWaiter {
  uint64_t expected;
  uint64_t address;
  uint32_t flags;
  uint32_t reserved;
};
constexpr uint32_t kPrivateFlag = 128;

// Of the column `flags`.
constexpr uint8_t kPrivate = 1;
constexpr uint8_t kTimed = 2;
constexpr uint8_t kRestarted = 4;
constexpr uint8_t kNarrowProgram = 8;

// One thread that waits, and one of the things it waits for.
struct Row {
  int pid = 0;
  int tid = 0;
  Operation operation{};
  uint8_t flags = 0;
  char state = '?';
  uint64_t address = 0;
  uint32_t expected = 0;
  int32_t semaphore = -1;
  int32_t change = 0;
  uint64_t sp = 0;
  uint64_t pc = 0;
  double started = NAN;
  double switches = NAN;
  int processor = -1;
};

struct Found {
  std::vector<Row> rows;
  std::vector<int32_t> unseen;
  size_t threads = 0;
};

struct Waiting {
  std::vector<Row> rows;
  std::vector<int32_t> unseen;
  size_t threads = 0;
  double spread = 0;
  bool cut = false;
};

// One process; its threads are found through its directory, so that a reused pid mixes no two.
class Look {
 public:
  Look(int proc, int pid, bool privateToo, Found& found, std::atomic<size_t>& rows)
      : pid_(pid), privateToo_(privateToo), found_(found), rows_(rows) {
    process_ = openAt(proc, std::to_string(pid).c_str(), O_RDONLY | O_DIRECTORY);
    if (process_) tasks_ = openAt(process_.get(), "task", O_RDONLY | O_DIRECTORY);
    if (!tasks_ && (errno == EACCES || errno == EPERM)) refused();
  }

  void run() {
    if (!tasks_) return;
    for (const int32_t tid : tids()) {
      if (!lookAt(tid)) return;
      found_.threads++;
    }
  }

 private:
  // A directory has two links and one for each thread (proc_task_getattr() in fs/proc/base.c): most have one.
  std::vector<int32_t> tids() const {
    struct stat status;
    if (fstat(tasks_.get(), &status) == 0 && status.st_nlink == 3) return {pid_};
    return numbersIn(Fd(fcntl(tasks_.get(), F_DUPFD_CLOEXEC, 0)));
  }

  // What the kernel does for itself waits for no program, and hides nothing.
  void refused() {
    const auto stat = process_ ? processStat(process_.get()) : std::nullopt;
    if (!stat || !stat->kernelThread) found_.unseen.push_back(pid_);
  }

  // False where the process may not be looked into.
  bool lookAt(int32_t tid) {
    char name[32];
    char text[256];
    snprintf(name, sizeof name, "%d/syscall", tid);
    if (!readOnce(tasks_.get(), name, text, sizeof text)) {
      if (errno != EACCES && errno != EPERM) return true;
      refused();
      return false;
    }
    const auto call = parseSystemCall(text);
    if (!call) return true;
    const bool narrow = isNarrow(*call);
    const auto wait = waitOf(*call, narrow);
    if (wait) add(tid, *call, *wait, narrow);
    return true;
  }

  // Which table its number is of: the program's file is asked only where it could matter.
  bool isNarrow(const SystemCall& call) {
    if (!couldBeNarrow(call) || (!waitOf(call, true) && !waitOf(call, false))) return false;
    if (!narrow_) narrow_ = classOfProgram() != ELFCLASS64;
    return *narrow_;
  }

  unsigned char classOfProgram() const {
    char header[EI_NIDENT + 1] = {};
    if (!readOnce(process_.get(), "exe", header, sizeof header) || memcmp(header, ELFMAG, SELFMAG) != 0)
      return ELFCLASSNONE;
    return static_cast<unsigned char>(header[EI_CLASS]);
  }

  void add(int32_t tid, const SystemCall& call, const Wait& wait, bool narrow) {
    Row row;
    row.pid = pid_;
    row.tid = tid;
    row.operation = wait.operation;
    row.flags = static_cast<uint8_t>((wait.isPrivate ? kPrivate : 0) | (wait.timed ? kTimed : 0) |
                                     (wait.restarted ? kRestarted : 0) | (narrow ? kNarrowProgram : 0));
    row.address = wait.address;
    row.expected = wait.expected;
    row.sp = call.sp;
    row.pc = call.pc;
    const bool withSince = privateToo_ || !wait.isPrivate || wait.restarted;
    if (withSince && !addSince(row)) return;
    if (wait.operation == Operation::kWaitv) {
      addFutexes(row, wait);
    } else if (wait.operation == Operation::kSemop) {
      addSemaphores(row, wait);
    } else {
      push(row);
    }
  }

  // False where the thread has ended meanwhile.
  bool addSince(Row& row) const {
    char name[32];
    char text[4096];
    ThreadStat stat;
    snprintf(name, sizeof name, "%d/stat", row.tid);
    if (!readThreadStat(tasks_.get(), name, stat)) return false;
    row.state = stat.state;
    row.processor = stat.processor;
    snprintf(name, sizeof name, "%d/sched", row.tid);
    if (readOnce(tasks_.get(), name, text, sizeof text)) {
      row.started = execStart(text).value_or(NAN);
      row.switches = numberAfter(text, "nr_voluntary_switches", NAN);
    }
    if (!std::isnan(row.switches)) return true;
    // Without CONFIG_SCHED_DEBUG.
    snprintf(name, sizeof name, "%d/status", row.tid);
    if (readOnce(tasks_.get(), name, text, sizeof text))
      row.switches = numberAfter(text, "\nvoluntary_ctxt_switches", NAN);
    return true;
  }

  void addFutexes(Row row, const Wait& wait) {
    for (const FutexWaiter& each : array<FutexWaiter>(wait, kMostFutexes)) {
      row.address = each.address;
      row.expected = static_cast<uint32_t>(each.expected);
      row.flags = static_cast<uint8_t>((row.flags & ~kPrivate) | (each.flags & kPrivateFlag ? kPrivate : 0));
      push(row);
    }
  }

  // What adds to a semaphore waits for nothing (semop(2)).
  void addSemaphores(Row row, const Wait& wait) {
    row.address = static_cast<uint32_t>(wait.semid);
    const auto operations = array<sembuf>(wait, kMostOperations);
    if (operations.empty()) push(row);
    for (const sembuf& each : operations) {
      if (each.sem_op > 0) continue;
      row.semaphore = each.sem_num;
      row.change = each.sem_op;
      push(row);
    }
  }

  void push(const Row& row) {
    if (rows_++ < kMostRows) found_.rows.push_back(row);
  }

  // What the thread has handed to the kernel: it was read there, so its pages are held unless they were given back
  // since. To read one that is not would have the kernel make it, or wait for who does (userfaultfd(2)).
  template <class T>
  std::vector<T> array(const Wait& wait, uint64_t most) {
    std::vector<T> elements(std::min(wait.count, most));
    const size_t length = elements.size() * sizeof(T);
    if (length == 0 || !holds(wait.address, length)) return {};
    const iovec local{elements.data(), length};
    const iovec remote{reinterpret_cast<void*>(wait.address), length};
    const ssize_t had = process_vm_readv(pid_, &local, 1, &remote, 1, 0);
    elements.resize(had < 0 ? 0 : static_cast<size_t>(had) / sizeof(T));
    return elements;
  }

  bool holds(uint64_t address, size_t length) const {
    try {
      Pages pages(pid_);
      return pages.hold(address, length);
    } catch (const SysError&) {
      // It has ended.
      return false;
    }
  }

  const int pid_;
  const bool privateToo_;
  Found& found_;
  std::atomic<size_t>& rows_;
  Fd process_;
  Fd tasks_;
  std::optional<bool> narrow_;
};

void tellWhen(Waiting& waiting) {
  std::set<int> processors;
  for (const Row& row : waiting.rows) {
    if (!std::isnan(row.started)) processors.insert(row.processor);
  }
  const RunClock clock(processors);
  for (Row& row : waiting.rows) row.started = clock.epochOf(row.started, row.processor);
  waiting.spread = clock.spread();
}

Waiting lookAtAll(std::vector<int32_t> pids, bool privateToo, bool quickly) {
  const Fd proc = openProc();
  if (faccessat(proc.get(), "thread-self/syscall", F_OK, 0) != 0)
    fail(ENOTSUP, "access", "/proc/thread-self/syscall", "this kernel does not tell in which system call a thread is");
  if (pids.empty()) pids = numbersIn(openAt(proc.get(), ".", O_RDONLY | O_DIRECTORY));
  const size_t count = quickly ? crewFor(pids.size(), kProcessesForThread) : 1;
  std::vector<Found> found(count);
  std::atomic<size_t> next = 0;
  std::atomic<size_t> rows = 0;
  inThreads(count, [&](size_t thread) {
    for (size_t at; (at = next++) < pids.size();) Look(proc.get(), pids[at], privateToo, found[thread], rows).run();
  });
  Waiting all;
  for (const Found& each : found) {
    all.rows.insert(all.rows.end(), each.rows.begin(), each.rows.end());
    all.unseen.insert(all.unseen.end(), each.unseen.begin(), each.unseen.end());
    all.threads += each.threads;
  }
  all.cut = rows > kMostRows;
  std::stable_sort(all.rows.begin(), all.rows.end(),
                   [](const Row& a, const Row& b) { return a.pid != b.pid ? a.pid < b.pid : a.tid < b.tid; });
  std::sort(all.unseen.begin(), all.unseen.end());
  tellWhen(all);
  return all;
}

Napi::Value toJs(Napi::Env env, const Waiting& waiting) {
  const auto& rows = waiting.rows;
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.pid; }));
  object.Set("tid", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.tid; }));
  object.Set("operation", column<Napi::Uint8Array>(env, rows, [](const Row& row) { return row.operation; }));
  object.Set("flags", column<Napi::Uint8Array>(env, rows, [](const Row& row) { return row.flags; }));
  object.Set("state", column<Napi::Uint8Array>(env, rows, [](const Row& row) { return row.state; }));
  object.Set("address", column<Napi::BigUint64Array>(env, rows, [](const Row& row) { return row.address; }));
  object.Set("expected", column<Napi::Uint32Array>(env, rows, [](const Row& row) { return row.expected; }));
  object.Set("semaphore", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.semaphore; }));
  object.Set("change", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.change; }));
  object.Set("sp", column<Napi::BigUint64Array>(env, rows, [](const Row& row) { return row.sp; }));
  object.Set("pc", column<Napi::BigUint64Array>(env, rows, [](const Row& row) { return row.pc; }));
  object.Set("started", column<Napi::Float64Array>(env, rows, [](const Row& row) { return row.started; }));
  object.Set("switches", column<Napi::Float64Array>(env, rows, [](const Row& row) { return row.switches; }));
  object.Set("unseen", column<Napi::Int32Array>(env, waiting.unseen, [](int32_t pid) { return pid; }));
  object.Set("threads", static_cast<double>(waiting.threads));
  object.Set("spread", waiting.spread);
  object.Set("cut", waiting.cut);
  return object;
}

}  // namespace

Napi::Value waitingThreads(const Napi::CallbackInfo& info) {
  auto pids = toPids(info[0], "pids");
  const bool privateToo = toFlag(info[1], "privateToo");
  const bool quickly = toFlag(info[2], "quickly");
  return Worker<Waiting>::run(
      info.Env(), [pids = std::move(pids), privateToo, quickly] { return lookAtAll(pids, privateToo, quickly); },
      [](Napi::Env env, Waiting& waiting) -> Napi::Value { return toJs(env, waiting); });
}

}  // namespace shmscope
