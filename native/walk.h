// One pass over /proc: who maps what, and who has it open.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace shmscope {

struct ScanRecords {
  struct Process {
    int pid;
    uint32_t uid;
    double startedAt;
    std::string comm;
    uint64_t ipcNamespace;
  };
  struct Object {
    dev_t device;
    uint64_t inode;
    std::string name;
  };
  struct Mapping {
    uint32_t process;
    uint32_t object;
    uint64_t address;
    uint64_t length;
    uint64_t offset;
    uint8_t flags;
  };
  struct Holder {
    uint32_t process;
    uint32_t object;
    int32_t fd;
    uint8_t access;
  };
  struct Hidden {
    int pid;
    uint32_t uid;
    int error;
  };
  std::vector<Process> processes;
  std::vector<Object> objects;
  std::vector<Mapping> mappings;
  std::vector<Holder> holders;
  std::vector<Hidden> hidden;
  bool query = false;
};

// `text`: from /proc/PID/maps even where PROCMAP_QUERY works. `devices`: those of which private mappings and open
// descriptors count.
ScanRecords walk(bool text, const std::vector<dev_t>& devices);

}  // namespace shmscope
