#pragma once

#include <napi.h>
#include <sys/shm.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shmscope {

// Addon.sysvLimits, createSysv, ftok, removeSysv and setSysvPermissions of src/native/addon.ts.
Napi::Value sysvLimits(const Napi::CallbackInfo& info);
Napi::Value createSysv(const Napi::CallbackInfo& info);
Napi::Value fileToKey(const Napi::CallbackInfo& info);
Napi::Value removeSysv(const Napi::CallbackInfo& info);
Napi::Value removeSysvUnused(const Napi::CallbackInfo& info);
Napi::Value setSysvPermissions(const Napi::CallbackInfo& info);

// struct shmid_ds of one segment, without need of the right to read it; nothing where it is gone.
std::optional<shmid_ds> sysvStatus(int shmid);

// Memory that a segment takes, from /proc/sysvipc/shm.
struct SysvMemory {
  uint64_t resident = 0;
  uint64_t swapped = 0;
};
SysvMemory sysvMemory(int shmid);

struct SysvEntry {
  int shmid;
  // Inode of its IPC namespace; 0 = this process's.
  uint64_t space;
  // A process of that namespace; 0 for our own.
  int pid;
  shmid_ds status;
  SysvMemory memory;
  // 0 no, 1 yes, 2 not known.
  int creatorAlive;
};

std::vector<SysvEntry> listSysv();

// Those of the IPC namespace `space`, of which `pid` is a process; none where this user may not enter it.
std::vector<SysvEntry> listSysvOf(uint64_t space, int pid);

// Differs when a segment of this namespace was made, removed, attached, detached or changed: no event tells of these.
std::string sysvLook();

}  // namespace shmscope
