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

// /proc/PID/comm; false where the process is gone.
bool processName(int process, std::string& comm);

// Inode of /proc/PID/ns/<which>; 0 where it may not be read.
uint64_t namespaceOf(int process, const char* which);

// Sizes of the address space, in pages, from /proc/PID/statm (proc_pid_statm(5)): they move when something is mapped or
// unmapped, and not when memory is merely touched. All are 0 for kernel threads and zombies.
struct Signature {
  uint64_t size = 0;
  uint64_t text = 0;
  uint64_t data = 0;
  bool operator==(const Signature&) const = default;
};
// `statm` is a descriptor of /proc/PID/statm; nothing once the process has ended.
std::optional<Signature> readSignature(int statm);

// How many descriptors the process has open: the size of /proc/PID/fd since Linux 6.2, 0 before.
uint64_t descriptorCount(int process);

// 'map_files/<start>-<end>' (proc_pid_map_files(5)).
std::string mapFilesName(uint64_t start, uint64_t end);

struct Descriptor {
  int fd = -1;
  dev_t device = 0;
  uint64_t inode = 0;
};
// The open descriptors of regular files. False where the directory cannot be read.
bool eachDescriptor(int process, const std::function<void(const Descriptor&)>& visit);

// Whether a descriptor still is of that file.
bool isDescriptorOf(int process, int fd, dev_t device, uint64_t inode);

// O_ACCMODE of a descriptor: 0 read, 1 write, 2 both. False where it was closed meanwhile.
bool descriptorAccess(int process, int fd, uint8_t& access);

// readlink(2), relative to a directory; false where it fails.
bool readLink(int directory, const char* name, std::string& target);

}  // namespace shmscope
