#include "semaphores.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "args.h"
#include "columns.h"
#include "crew.h"
#include "errors.h"
#include "fd.h"
#include "text.h"
#include "worker.h"

#ifndef SEM_STAT_ANY
#define SEM_STAT_ANY 20  // Linux 4.17, include/uapi/linux/sem.h
#endif

namespace shmscope {

namespace {

// Each takes four system calls: a user may have made a billion (SEMMNS of proc_sys_kernel(5)).
constexpr size_t kMostSemaphores = 1 << 18;

// The caller has to define it (semctl(2)).
union Argument {
  int value;
  semid_ds* status;
  seminfo* usage;
  unsigned short* values;
};

struct Semaphore {
  int32_t value;
  int32_t lastPid;
  int32_t increaseWaiters;
  int32_t zeroWaiters;
};

struct Set {
  int semid = -1;
  semid_ds status{};
  // errno, where its semaphores may not be read.
  int error = 0;
  size_t first = 0;
};

struct Listed {
  std::vector<Set> sets;
  std::vector<Semaphore> semaphores;
};

int control(int id, int semaphore, int command, Argument argument = {}) {
  return semctl(id, semaphore, command, argument);
}

// As far as they may be read, and are not too many.
void addSemaphores(Set& set, std::vector<Semaphore>& all) {
  set.first = all.size();
  const size_t count = set.status.sem_nsems;
  if (count > kMostSemaphores - all.size()) {
    set.error = E2BIG;
    return;
  }
  for (int at = 0; static_cast<size_t>(at) < count; at++) {
    const int value = control(set.semid, at, GETVAL);
    if (value < 0) {
      set.error = errno;
      all.resize(set.first);
      return;
    }
    all.push_back(
        {value, control(set.semid, at, GETPID), control(set.semid, at, GETNCNT), control(set.semid, at, GETZCNT)});
  }
}

// Where semctl(2) is filtered: what /proc tells of all sets, without their semaphores.
std::vector<Set> setsByText(int error) {
  std::vector<Set> sets;
  std::string text;
  if (!readAll(AT_FDCWD, "/proc/sysvipc/sem", text)) return sets;
  for (const std::string_view line : split(text, '\n')) {
    Set set;
    auto& permission = set.status.sem_perm;
    unsigned mode = 0;
    unsigned long count = 0;
    unsigned long operated = 0;
    unsigned long changed = 0;
    // key semid perms nsems uid gid cuid cgid otime ctime (proc_sysvipc(5)); the heading fits not.
    const int had =
        sscanf(std::string(line).c_str(), "%d %d %o %lu %u %u %u %u %lu %lu", &permission.__key, &set.semid, &mode,
               &count, &permission.uid, &permission.gid, &permission.cuid, &permission.cgid, &operated, &changed);
    if (had != 10) continue;
    permission.mode = static_cast<unsigned short>(mode);
    set.status.sem_nsems = count;
    set.status.sem_otime = static_cast<time_t>(operated);
    set.status.sem_ctime = static_cast<time_t>(changed);
    set.error = error;
    sets.push_back(set);
  }
  return sets;
}

Listed list() {
  Listed listed;
  seminfo usage{};
  Argument argument{};
  argument.usage = &usage;
  const int highest = control(0, 0, SEM_INFO, argument);
  if (highest < 0) {
    const int error = errno;
    listed.sets = setsByText(error);
    return listed;
  }
  for (int index = 0; index <= highest; index++) {
    Set set;
    argument.status = &set.status;
    set.semid = control(index, 0, SEM_STAT_ANY, argument);
    // Before Linux 4.17 only sets that one may read can be looked up.
    if (set.semid < 0 && errno == EINVAL) set.semid = control(index, 0, SEM_STAT, argument);
    if (set.semid < 0) continue;
    addSemaphores(set, listed.semaphores);
    // Removed meanwhile.
    if (set.error == EINVAL || set.error == EIDRM) continue;
    listed.sets.push_back(set);
  }
  return listed;
}

// A thread of its own enters the namespace, asks and ends: threads that others use must not change theirs.
Listed listOf(int pid) {
  Listed listed;
  inOwnThread([&] {
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/ipc";
    const Fd fd = openAt(AT_FDCWD, path.c_str(), O_RDONLY);
    if (!fd) fail(errno == ENOENT ? ESRCH : errno, "open", path);
    if (setns(fd.get(), CLONE_NEWIPC) != 0) fail("setns", path);
    listed = list();
  });
  return listed;
}

Napi::Value toJs(Napi::Env env, const Listed& listed) {
  Napi::Object object = Napi::Object::New(env);
  const auto number = [&](const char* name, auto&& value) {
    object.Set(name, column<Napi::Float64Array>(env, listed.sets, value));
  };
  number("key", [](const Set& set) { return static_cast<uint32_t>(set.status.sem_perm.__key); });
  number("semid", [](const Set& set) { return set.semid; });
  number("mode", [](const Set& set) { return set.status.sem_perm.mode; });
  number("uid", [](const Set& set) { return set.status.sem_perm.uid; });
  number("gid", [](const Set& set) { return set.status.sem_perm.gid; });
  number("creatorUid", [](const Set& set) { return set.status.sem_perm.cuid; });
  number("creatorGid", [](const Set& set) { return set.status.sem_perm.cgid; });
  number("count", [](const Set& set) { return set.status.sem_nsems; });
  number("operatedAt", [](const Set& set) { return 1000.0 * static_cast<double>(set.status.sem_otime); });
  number("changedAt", [](const Set& set) { return 1000.0 * static_cast<double>(set.status.sem_ctime); });
  number("first", [](const Set& set) { return set.first; });
  object.Set("errors", texts(env, listed.sets,
                             [](const Set& set) { return set.error == 0 ? std::string() : errnoName(set.error); }));
  const auto each = [&](const char* name, int32_t Semaphore::*member) {
    object.Set(name, column<Napi::Int32Array>(env, listed.semaphores,
                                              [member](const Semaphore& semaphore) { return semaphore.*member; }));
  };
  each("value", &Semaphore::value);
  each("lastPid", &Semaphore::lastPid);
  each("increaseWaiters", &Semaphore::increaseWaiters);
  each("zeroWaiters", &Semaphore::zeroWaiters);
  return object;
}

}  // namespace

Napi::Value semaphoreSets(const Napi::CallbackInfo& info) {
  const auto pid = static_cast<int>(toInteger(info[0], "pid", 0, INT32_MAX));
  return Worker<Listed>::run(
      info.Env(), [pid] { return pid == 0 ? list() : listOf(pid); },
      [](Napi::Env env, Listed& listed) -> Napi::Value { return toJs(env, listed); });
}

}  // namespace shmscope
