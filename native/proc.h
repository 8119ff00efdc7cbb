// What /proc/PID tells of one process, read through a descriptor of that directory, so that a reused pid mixes no two
// processes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace shmscope {

struct ProcessStat {
  std::string comm;
  char state = '?';
  bool kernelThread = false;
  // ms since the epoch.
  double startedAt = 0;
};

// /proc/PID/stat and comm; nothing where the process is gone (or the mount hides it).
std::optional<ProcessStat> processStat(int process);

// Inode of /proc/PID/ns/ipc; 0 where it may not be read.
uint64_t ipcNamespace(int process);

struct Descriptor {
  int fd = -1;
  dev_t device = 0;
  uint64_t inode = 0;
};
// The open descriptors of regular files. False where the directory cannot be read.
bool eachDescriptor(int process, const std::function<void(const Descriptor&)>& visit);

// O_ACCMODE of a descriptor: 0 read, 1 write, 2 both. False where it was closed meanwhile.
bool descriptorAccess(int process, int fd, uint8_t& access);

// readlink(2), relative to a directory; false where it fails.
bool readLink(int directory, const char* name, std::string& target);

}  // namespace shmscope
