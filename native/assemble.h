// From what is kept of each process to what is known of each object.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "process.h"
#include "records.h"

namespace shmscope {

// The objects, and their mappings and holders in the order of the objects, those of one object in the order of pids.
struct Maps {
  struct ProcessRecord {
    int pid;
    uint32_t uid;
    double startedAt;
    std::string comm;
    uint64_t ipc;
    uint64_t mount;
    bool readable;
  };
  struct ObjectRecord {
    // Differs when a mapping or holder does (but for one in 2^64).
    uint64_t hash = 0;
    // Where its mappings and holders begin; they end where those of the next one begin.
    uint32_t firstMapping = 0;
    uint32_t firstHolder = 0;
    // Distinct processes.
    uint32_t mappers = 0;
    // A shared mapping may write.
    bool writable = false;
  };
  std::vector<ProcessRecord> processes;
  std::vector<Object> objects;
  // One more than objects: the ends.
  std::vector<ObjectRecord> shown;
  std::vector<MappingRecord> mappings;
  std::vector<uint32_t> mappingProcess;
  std::vector<HolderRecord> holders;
  std::vector<uint32_t> holderProcess;
  std::vector<HiddenProcess> hidden;
  bool query = false;
};

Maps assemble(const std::map<int, Process>& processes, const std::vector<Object>& objects, bool query);

}  // namespace shmscope
