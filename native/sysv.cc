// System V segments: the kernel's tables, and the calls that change them.
#include "sysv.h"

#include <fcntl.h>
#include <sys/ipc.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "args.h"
#include "errors.h"
#include "fd.h"
#include "mapping.h"
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
  if (highest < 0) fail("shmctl");
  for (int index = 0; index <= highest; index++) {
    shmid_ds status;
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

double milliseconds(time_t seconds) { return static_cast<double>(seconds) * 1000; }

Napi::Object toJs(Napi::Env env, int shmid, const shmid_ds& status, const SysvMemory& memory) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("key", static_cast<uint32_t>(status.shm_perm.__key));
  object.Set("shmid", shmid);
  object.Set("size", static_cast<double>(status.shm_segsz));
  object.Set("residentBytes", static_cast<double>(memory.resident + memory.swapped));
  object.Set("mode", status.shm_perm.mode & 0777);
  object.Set("uid", status.shm_perm.uid);
  object.Set("gid", status.shm_perm.gid);
  object.Set("creatorUid", status.shm_perm.cuid);
  object.Set("creatorGid", status.shm_perm.cgid);
  object.Set("creatorPid", status.shm_cpid);
  object.Set("lastPid", status.shm_lpid);
  object.Set("attachCount", static_cast<double>(status.shm_nattch));
  object.Set("attachedAt", milliseconds(status.shm_atime));
  object.Set("detachedAt", milliseconds(status.shm_dtime));
  object.Set("changedAt", milliseconds(status.shm_ctime));
  object.Set("removed", (status.shm_perm.mode & SHM_DEST) != 0);
  object.Set("locked", (status.shm_perm.mode & SHM_LOCKED) != 0);
  return object;
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

Napi::Value listSysv(const Napi::CallbackInfo& info) {
  const auto memory = memoryOfAll();
  Napi::Array entries = Napi::Array::New(info.Env());
  eachSegment([&](int shmid, const shmid_ds& status) {
    const Napi::HandleScope scope(info.Env());
    const auto own = memory.find(shmid);
    entries.Set(entries.Length(), toJs(info.Env(), shmid, status, own == memory.end() ? SysvMemory{} : own->second));
    return true;
  });
  return entries;
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
