// System V segments: the kernel's tables, and the calls that change them.
#include "sysv.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/stat.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "args.h"
#include "errors.h"
#include "fd.h"
#include "mapping.h"
#include "proc.h"
#include "text.h"

#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15  // Linux 4.17, include/uapi/linux/shm.h
#endif

namespace shmscope {

namespace {

constexpr int64_t kLowKey = INT32_MIN;
constexpr int64_t kHighKey = UINT32_MAX;

// Calls `visit` for each segment of this IPC namespace until it returns false.
void eachSegment(const std::function<bool(int, const shmid_ds&)>& visit) {
  shm_info usage;
  const int highest = shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&usage));
  // No System V in this kernel, or a filter of system calls: there is nothing to be listed.
  if (highest < 0 && (errno == ENOSYS || errno == EPERM || errno == EACCES)) return;
  if (highest < 0) fail("shmctl");
  for (int index = 0; index <= highest; index++) {
    shmid_ds status{};
    int shmid = shmctl(index, SHM_STAT_ANY, &status);
    // Before Linux 4.17 only segments that one may read can be looked up.
    if (shmid < 0 && errno == EINVAL) shmid = shmctl(index, SHM_STAT, &status);
    if (shmid >= 0 && !visit(shmid, status)) return;
  }
}

std::map<int, SysvMemory> memoryOfAll() {
  std::map<int, SysvMemory> all;
  std::string text;
  if (!readAll(AT_FDCWD, "/proc/sysvipc/shm", text)) return all;
  for (const std::string_view line : split(text, '\n')) {
    int shmid = 0;
    unsigned long resident = 0;
    unsigned long swapped = 0;
    // key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap (proc_sysvipc(5)); the heading
    // fits not.
    const int had = sscanf(std::string(line).c_str(), "%*d %d %*o %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %lu %lu",
                           &shmid, &resident, &swapped);
    if (had == 3) all[shmid] = {resident, swapped};
  }
  return all;
}

// Whether the process that made a segment at `changed` (seconds) or before still runs: the pid may be another's by now.
// 2 where it is not known: in another pid namespace it has no pid here.
int creatorAlive(int pid, time_t changed, std::map<int, double>& started) {
  if (pid <= 0) return 2;
  const auto [known, fresh] = started.try_emplace(pid, 0);
  if (fresh) {
    const Fd process = openAt(AT_FDCWD, ("/proc/" + std::to_string(pid)).c_str(), O_RDONLY | O_DIRECTORY);
    const auto stat = process ? processStat(process.get()) : std::nullopt;
    if (stat && stat->state != 'Z' && stat->state != 'X') known->second = stat->startedAt;
  }
  // The segment's time is cut off to seconds.
  return known->second != 0 && known->second < static_cast<double>(changed + 1) * 1000;
}

std::vector<SysvEntry> listIn(uint64_t space, int pid) {
  std::map<int, double> started;
  const auto memory = memoryOfAll();
  std::vector<SysvEntry> entries;
  eachSegment([&](int shmid, const shmid_ds& status) {
    const auto own = memory.find(shmid);
    entries.push_back({shmid, space, pid, status, own == memory.end() ? SysvMemory{} : own->second,
                       creatorAlive(status.shm_cpid, status.shm_ctime, started)});
    return true;
  });
  return entries;
}

int toShmid(const Napi::Value& value) { return static_cast<int>(toInteger(value, "shmid", 0, INT32_MAX)); }

}  // namespace

std::optional<shmid_ds> sysvStatus(int shmid) {
  shmid_ds status;
  if (shmctl(shmid, IPC_STAT, &status) == 0) return status;
  std::optional<shmid_ds> found;
  eachSegment([&](int id, const shmid_ds& each) {
    if (id == shmid) found = each;
    return id != shmid;
  });
  return found;
}

SysvMemory sysvMemory(int shmid) {
  const auto all = memoryOfAll();
  const auto found = all.find(shmid);
  return found == all.end() ? SysvMemory{} : found->second;
}

// A thread of its own enters the namespace, asks and ends: threads that others use must not change theirs. Needs
// CAP_SYS_ADMIN (setns(2)); nothing without.
std::vector<SysvEntry> listSysvOf(uint64_t space, int pid) {
  std::vector<SysvEntry> entries;
  std::thread([&] {
    try {
      const Fd fd = openAt(AT_FDCWD, ("/proc/" + std::to_string(pid) + "/ns/ipc").c_str(), O_RDONLY);
      struct stat status;
      // The pid may be another process by now, and that in another namespace.
      if (fd && fstat(fd.get(), &status) == 0 && status.st_ino == space && setns(fd.get(), CLONE_NEWIPC) == 0)
        entries = listIn(space, pid);
    } catch (...) {
      // The process ended meanwhile, or no memory or descriptor is left: nothing is seen there this time.
      entries.clear();
    }
  }).join();
  return entries;
}

std::vector<SysvEntry> listSysv() { return listIn(0, 0); }

std::string sysvLook() {
  std::string look;
  eachSegment([&](int shmid, const shmid_ds& status) {
    look.append(reinterpret_cast<const char*>(&shmid), sizeof shmid);
    look.append(reinterpret_cast<const char*>(&status), sizeof status);
    return true;
  });
  return look;
}

Napi::Value sysvLimits(const Napi::CallbackInfo& info) {
  shminfo limits;
  shm_info usage;
  if (shmctl(0, IPC_INFO, reinterpret_cast<shmid_ds*>(&limits)) < 0) fail("shmctl");
  if (shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&usage)) < 0) fail("shmctl");
  const double page = static_cast<double>(kPage);
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("segments", usage.used_ids);
  object.Set("maxSegments", static_cast<double>(limits.shmmni));
  object.Set("maxSegmentSize", static_cast<double>(limits.shmmax));
  object.Set("totalBytes", static_cast<double>(usage.shm_tot) * page);
  object.Set("maxTotalBytes", static_cast<double>(limits.shmall) * page);
  return object;
}

Napi::Value createSysv(const Napi::CallbackInfo& info) {
  const auto key = static_cast<key_t>(toInteger(info[0], "key", kLowKey, kHighKey));
  const uint64_t size = toCount(info[1], "size");
  const auto mode = static_cast<int>(toInteger(info[2], "mode", 0, 0777));
  const bool exclusive = toFlag(info[3], "exclusive");
  const int shmid = shmget(key, size, IPC_CREAT | (exclusive ? IPC_EXCL : 0) | mode);
  if (shmid < 0) fail("shmget");
  return Napi::Number::New(info.Env(), shmid);
}

Napi::Value fileToKey(const Napi::CallbackInfo& info) {
  const std::string path = toBytes(info[0], "path");
  const auto projectId = static_cast<int>(toInteger(info[1], "projectId", INT32_MIN, INT32_MAX));
  errno = 0;
  const key_t key = ftok(path.c_str(), projectId);
  // -1 is a possible key as well: only errno tells.
  if (key == -1 && errno != 0) fail("ftok", path);
  return Napi::Number::New(info.Env(), static_cast<uint32_t>(key));
}

Napi::Value removeSysv(const Napi::CallbackInfo& info) {
  if (shmctl(toShmid(info[0]), IPC_RMID, nullptr) != 0) fail("shmctl");
  return info.Env().Undefined();
}

Napi::Value removeSysvUnused(const Napi::CallbackInfo& info) {
  const int shmid = toShmid(info[0]);
  const auto status = sysvStatus(shmid);
  if (!status) fail(EINVAL, "shmctl", {}, "no segment has this id");
  // Who attaches it between these two calls keeps it: the kernel removes it when the last one detaches.
  if (status->shm_nattch != 0) fail(EBUSY, "shmctl", {}, "a process has it attached");
  if (shmctl(shmid, IPC_RMID, nullptr) != 0) fail("shmctl");
  return info.Env().Undefined();
}

Napi::Value setSysvPermissions(const Napi::CallbackInfo& info) {
  const int shmid = toShmid(info[0]);
  const int64_t mode = toInteger(info[1], "mode", -1, 0777);
  const int64_t uid = toId(info[2], "uid");
  const int64_t gid = toId(info[3], "gid");
  auto status = sysvStatus(shmid);
  if (!status) fail(EINVAL, "shmctl", {}, "no segment has this id");
  if (mode >= 0) status->shm_perm.mode = static_cast<unsigned short>(mode);
  if (uid >= 0) status->shm_perm.uid = static_cast<uid_t>(uid);
  if (gid >= 0) status->shm_perm.gid = static_cast<gid_t>(gid);
  if (shmctl(shmid, IPC_SET, &*status) != 0) fail("shmctl");
  return info.Env().Undefined();
}

}  // namespace shmscope
