// What the objects themselves tell, beside what the mappings do.
#pragma once

#include <map>
#include <string>

#include "process.h"
#include "records.h"

namespace shmscope {

class Inspector {
 public:
  explicit Inspector(uint64_t ownMount) : ownMount_(ownMount) {}

  // Looks at `object` through one process that maps it (`mapping`) or has it open (`holder`), and by its name.
  // Names in `maps` are as the last look at that process found them, and are asked for again where they lead nowhere.
  void inspect(Object& object, const Process& process, const MappingRecord* mapping, const HolderRecord* holder);

 private:
  bool throughProcess(Object& object, const Process& process, const MappingRecord* mapping, const HolderRecord* holder);
  bool byName(Object& object, const Process& process, const std::string& name);
  int64_t filesystemOf(const std::string& path, dev_t device);

  const uint64_t ownMount_;
  // /proc/PID/map_files is for root and CAP_CHECKPOINT_RESTORE (proc_pid_map_files(5)).
  bool mapFilesDenied_ = false;
  std::map<dev_t, int64_t> filesystems_;
};

// R_OK | W_OK that the effective user has; the last component is not followed.
uint8_t accessOf(int directory, const char* name);

}  // namespace shmscope
