#pragma once

#include <napi.h>
#include <sys/shm.h>

#include <cstdint>
#include <optional>

namespace shmscope {

// Addon.listSysv, sysvLimits, createSysv, ftok, removeSysv and setSysvPermissions of src/native/addon.ts.
Napi::Value listSysv(const Napi::CallbackInfo& info);
Napi::Value sysvLimits(const Napi::CallbackInfo& info);
Napi::Value createSysv(const Napi::CallbackInfo& info);
Napi::Value fileToKey(const Napi::CallbackInfo& info);
Napi::Value removeSysv(const Napi::CallbackInfo& info);
Napi::Value setSysvPermissions(const Napi::CallbackInfo& info);

// struct shmid_ds of one segment, without need of the right to read it; nothing where it is gone.
std::optional<shmid_ds> sysvStatus(int shmid);

// Memory that a segment takes, from /proc/sysvipc/shm.
struct SysvMemory {
  uint64_t resident = 0;
  uint64_t swapped = 0;
};
SysvMemory sysvMemory(int shmid);

}  // namespace shmscope
