// Which threads have which breakpoints: their own, opened here, or those that they inherited.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "watchpoints_record.h"

namespace shmscope {

struct Watched {
  uint8_t field = 0;
  uint64_t address = 0;
  bool operator==(const Watched&) const = default;
};

// A FORK record is no proof that the new thread has inherited a breakpoint: it is written at the end of clone(2), and
// what was opened meanwhile is not in the copy. So whoever was created within a second of the opening gets its own, and
// of two samples of one store one is taken (`twice`).
class Threads {
 public:
  // Own events are about to be opened for it.
  void opening(int tid, int pid, uint64_t now);
  // All CPUs have them since `now`.
  void opened(int tid, const Watched& watched, uint64_t now);
  bool covers(int tid, const Watched& watched) const;
  // A thread that was watched has created it.
  bool inherits(int tid) const;
  bool twice(int tid) const;
  bool trailed(int tid) const;
  void setTrailed(int tid) { threads_[tid].trailed = true; }

  void forked(const TaskRecord& task);
  // Told when all samples of before it were seen.
  void ended(const TaskRecord& task);
  // As `ended`. The other threads of the process have ended, and this one has none of its breakpoints any more.
  void execed(int pid, uint64_t time);

 private:
  struct Cover {
    Watched watched;
    // 0: since it began.
    uint64_t since;
  };
  struct Thread {
    int pid = 0;
    uint64_t born = 0;
    uint64_t openedAt = 0;
    bool own = false;
    bool inherits = false;
    bool twice = false;
    bool trailed = false;
    std::vector<Cover> covers;
  };

  const Thread* find(int tid) const;

  std::unordered_map<int, Thread> threads_;
};

}  // namespace shmscope
