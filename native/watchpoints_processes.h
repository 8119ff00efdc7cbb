// The processes that a watch has met, also those that have ended: which program each ran, its parent and its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "watchpoints_images.h"

namespace shmscope {

struct MetProcess {
  int pid = 0;
  // By its FORK record; else 0.
  int parent = 0;
  std::string name;
  // When it began to run this program, by the clock of the records; 0 = before it was watched.
  uint64_t since = 0;
  bool execed = false;
  // Named by itself: what was read once holds.
  bool named = false;
  // The pass in which its end was told; 0 while it runs.
  uint64_t endedAt = 0;
  std::shared_ptr<Image> image;
};

class Processes {
 public:
  explicit Processes(Images& images) : images_(images) {}

  // The number of the program that it runs.
  uint32_t added(int pid, const std::string& name);
  void forked(const TaskRecord& task, uint64_t pass);
  void ended(const TaskRecord& task, uint64_t pass);
  void renamed(const CommRecord& comm, uint64_t pass);

  // Who ran as `pid` at that time; its name is read where it still can be.
  const std::shared_ptr<MetProcess>& at(int pid, uint64_t time);

  // Forgets those that ended before `pass`, of which all samples were seen by now; sites keep theirs.
  void sweep(uint64_t pass);

 private:
  using Line = std::vector<std::shared_ptr<MetProcess>>;

  std::shared_ptr<MetProcess> newest(int pid) const;
  const std::shared_ptr<MetProcess>& append(MetProcess process);

  Images& images_;
  // Those that had a pid, one after another.
  std::unordered_map<int, Line> byPid_;
  // With an end, and not swept yet.
  std::vector<int> ended_;
};

}  // namespace shmscope
