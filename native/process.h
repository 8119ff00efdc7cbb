// One process: what is kept of it between two looks, and the look itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "fd.h"
#include "kernel.h"
#include "maps.h"
#include "proc.h"
#include "records.h"

namespace shmscope {

// The objects that one thread met in one scan.
class ObjectTable {
 public:
  // Index of the object. When it is met first, `make` fills in its record, which stays empty for what is no segment, or
  // gives false where this process cannot tell: then the next one that shows it is asked.
  template <class Make>
  std::optional<uint32_t> find(const ObjectKey& key, Make&& make) {
    const auto known = index_.find(key);
    if (known != index_.end()) return known->second;
    std::optional<uint32_t> result;
    std::optional<Object> object;
    if (!make(object)) return {};
    if (object) {
      result = static_cast<uint32_t>(objects.size());
      objects.push_back(std::move(*object));
    }
    index_.emplace(key, result);
    return result;
  }

  std::vector<Object> objects;

 private:
  std::unordered_map<ObjectKey, std::optional<uint32_t>, ObjectKeyHash> index_;
};

// A private mapping of a file: of interest only where others share that file.
struct PrivateView {
  ObjectKey key;
  MappingRecord mapping;
};

// A file that is open: of interest only where somebody shares it.
struct OpenFile {
  ObjectKey key;
  int fd = -1;
};

struct Looked {
  // It ended, or began another program meanwhile: as if it had never been, until the next look.
  bool gone = false;
  // errno, where its mappings may not be read.
  int hidden = 0;
  // What `process` says of itself is another than before.
  bool renamed = false;
  std::vector<MappingRecord> mappings;
  std::vector<HolderRecord> holders;
  std::vector<PrivateView> views;
  std::vector<OpenFile> files;
};

struct Process {
  int pid = 0;
  // /proc/PID, bound to this very process: a reused pid is another one. Not kept where descriptors are scarce.
  Fd directory;
  Fd statm;
  // /proc/PID/task/TID where its first thread has ended and others go on: nothing but that tells of what they map.
  Fd thread;
  Signature signature;
  uint64_t descriptors = 0;
  uint64_t lookedAt = 0;
  // When all of its mappings were asked for.
  uint64_t viewedAt = 0;

  uint32_t uid = 0;
  double startedAt = 0;
  std::string comm;
  uint64_t ipc = 0;
  uint64_t mount = 0;
  // Its root directory, in another mount namespace than this process's: there, too, a process can have its own
  // (chroot(2)).
  uint64_t root = 0;
  // process_vm_readv(2) on it is allowed.
  bool readable = false;

  int hidden = 0;
  std::vector<MappingRecord> mappings;
  std::vector<HolderRecord> holders;
  // Two of three mappings of a process are private: they are asked for again only where its signature differs, and in
  // the rotation.
  std::vector<PrivateView> views;
  bool viewsKnown = false;
  std::vector<OpenFile> files;

  bool shows() const { return !mappings.empty() || !holders.empty(); }
};

// /proc/PID of a process, for as long as it is used.
class Directory {
 public:
  explicit Directory(const Process& process)
      : opened_(process.directory ? Fd() : openAt(AT_FDCWD, path(process).c_str(), O_RDONLY | O_DIRECTORY)),
        fd_(process.directory ? process.directory.get() : opened_.get()) {}
  int get() const { return fd_; }

 private:
  static std::string path(const Process& process) { return "/proc/" + std::to_string(process.pid); }
  Fd opened_;
  int fd_;
};

struct LookOptions {
  const Kernel& kernel;
  // Take the text of /proc/PID/maps even where PROCMAP_QUERY works.
  bool text;
  // The tmpfs mounts on /dev/shm.
  const std::vector<dev_t>& shm;
  // The mount namespace of this process.
  uint64_t ownMount;
};

// Its mappings and open descriptors, with indices into `table`. Fills what `process` says of itself.
Looked look(Process& process, const LookOptions& options, ObjectTable& table);

}  // namespace shmscope
