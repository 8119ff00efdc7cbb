// What the objects themselves tell, beside what the mappings do.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "process.h"
#include "records.h"

namespace shmscope {

// A process that has an object open, one that maps it, shared if there is one, and another one that does.
struct Sight {
  const Process* holder = nullptr;
  int fd = -1;
  const Process* mapper = nullptr;
  MappingRecord mapping;
  const Process* other = nullptr;
  MappingRecord otherMapping;

  void take(const Process& process, const HolderRecord& record);
  void take(const Process& process, const MappingRecord& record);
};

class Inspector {
 public:
  explicit Inspector(uint64_t ownMount) : ownMount_(ownMount) {}

  // Looks at `object` through a process, and by its name, which is as the last look at that process found it, and is
  // asked for again where it leads nowhere.
  void inspect(Object& object, const Sight& sight);
  // Device numbers of file systems that went away are given out again.
  void forgetFilesystems() { filesystems_.clear(); }

 private:
  bool throughDescriptor(Object& object, const Sight& sight);
  bool throughMapping(Object& object, const Sight& sight);
  void readSeals(Object& object, int process, const std::string& link) const;
  bool byName(Object& object, const Process& process, const std::string& name);
  int64_t filesystemOf(const std::string& path, dev_t device);

  const uint64_t ownMount_;
  // /proc/PID/map_files is for root and CAP_CHECKPOINT_RESTORE (proc_pid_map_files(5)).
  bool mapFilesDenied_ = false;
  std::map<dev_t, int64_t> filesystems_;
  // Of the object that is inspected now, where a look through a process told it.
  std::optional<dev_t> device_;
};

// R_OK | W_OK that the effective user has; the last component is not followed.
uint8_t accessOf(int directory, const char* name);

}  // namespace shmscope
