// What one look at the machine finds, without policy: plain records that cross to JavaScript in columns.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "errors.h"
#include "stat.h"

namespace shmscope {

// Equal in value to KINDS of src/native/addon.ts. What has a name may be a POSIX object, a file or a device: the
// caller knows by where it is.
enum class Kind : uint8_t { kNamed, kSysv, kMemfd, kAnonymous };

struct MappingRecord {
  uint32_t object = 0;
  uint8_t flags = 0;
  uint64_t address = 0;
  uint64_t length = 0;
  uint64_t offset = 0;
  bool operator==(const MappingRecord&) const = default;
};

struct HolderRecord {
  uint32_t object = 0;
  int32_t fd = -1;
  uint8_t access = 0;
  bool operator==(const HolderRecord&) const = default;
};

struct ObjectKey {
  dev_t device = 0;
  uint64_t inode = 0;
  // For System V, whose ids are unique in one IPC namespace only: 1 + the namespace. Else 0, which also keeps apart a
  // memfd that has the inode of a segment, on the same internal mount.
  uint64_t space = 0;
  bool operator==(const ObjectKey&) const = default;
};

struct ObjectKeyHash {
  size_t operator()(const ObjectKey& key) const {
    uint64_t hash = key.inode * 0x9e3779b97f4a7c15;
    hash ^= (key.device + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;
    hash ^= key.space * 0x94d049bb133111eb;
    return hash ^ hash >> 29;
  }
};

// How an object was looked at. Equal in value to SEEN_* of src/native/addon.ts.
enum class Seen : uint8_t { kNot, kByName, kThroughProcess };

struct Object {
  ObjectKey key;
  Kind kind = Kind::kNamed;
  // On one of the kernel's mounts for huge pages.
  bool huge = false;
  // As the kernel spells it for one of the mappings, with its ' (deleted)'.
  std::string name;
  // Where the name leads to it; empty where it does not.
  std::string path;
  Seen seen = Seen::kNot;
  Stat stat;
  // f_type of statfs(2); 0 where it is not known.
  int64_t filesystem = 0;
  // R_OK | W_OK that the effective user has by the name.
  uint8_t access = 0;
  // F_SEAL_WRITE or F_SEAL_FUTURE_WRITE, of a memfd that can be opened (fcntl(2)).
  bool sealed = false;
  bool inspected = false;
  bool operator==(const Object&) const = default;
};

// One regular file of a tmpfs on /dev/shm, or of a directory below it.
struct ShmEntry {
  // Relative to the mount.
  std::string name;
  Stat stat;
  uint8_t access = 0;
  bool operator==(const ShmEntry&) const = default;
};

struct ShmMount {
  std::string path;
  dev_t device = 0;
  bool tmpfs = false;
  // The device holds nothing else: it is a tmpfs, and not a directory of a larger file system.
  bool whole = false;
  // Inode of the mount namespace in which its names mean something; 0 = this process's.
  uint64_t space = 0;
  double total = 0;
  double free = 0;
  std::vector<ShmEntry> entries;
  // Directories in it, relative.
  std::vector<std::string> directories;
  std::optional<SysError> error;
};

// One process for each root directory in each mount namespace (by inode) other than this process's.
using MountRoots = std::map<std::pair<uint64_t, uint64_t>, int>;

struct HiddenProcess {
  int pid;
  uint32_t uid;
  int error;
  bool operator==(const HiddenProcess&) const = default;
};

}  // namespace shmscope
