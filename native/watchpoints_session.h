// One watch: its events, the thread that empties their rings, and what was seen. Knows nothing of JavaScript.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lookout.h"
#include "watchpoints_events.h"
#include "watchpoints_images.h"
#include "watchpoints_processes.h"
#include "watchpoints_ring.h"
#include "watchpoints_sites.h"
#include "watchpoints_threads.h"
#include "watchpoints_values.h"

namespace shmscope {

struct Added {
  struct Refused {
    int tid;
    int error;
  };
  uint32_t watched = 0;
  // The number of the program that the process runs.
  uint32_t image = 0;
  std::vector<Refused> refused;
};

class Session {
 public:
  // Throws as askForBreakpoints and openRings do.
  explicit Session(std::vector<WatchedField> fields);

  // Watches in all threads that the process has. Takes some 20 µs a thread and CPU. Throws ESRCH for a process that has
  // ended, a zombie and a kernel thread, EINVAL for an address that is none of the field, EBADF once it was ended.
  Added add(int pid, const Watched& watched);

  // On a thread of its own until `end`; then frees all events and rings. What was seen stays.
  void run();
  // From any thread.
  void end();

  struct Report {
    const std::vector<Site>& sites;
    uint64_t seen;
    uint64_t lost;
    uint64_t pending;
    uint64_t dropped;
    uint64_t unwalked;
    std::vector<Asked> asked;
    // Processes that began to run another program since the report before: they are watched no more.
    std::vector<int> execed;
  };
  // `use` runs while nothing of it changes.
  template <class Use>
  auto report(Use&& use) {
    const std::lock_guard lock(state_);
    return use(Report{sites_.all(), seen_, lost_, sites_.pending(), sites_.dropped(), sites_.unwalked(),
                      images_.takeAsked(), std::exchange(execed_, {})});
  }
  void answer(uint32_t image, const std::vector<std::pair<CodePlace, Rule>>& rules);

  const std::vector<WatchedField>& fields() const { return fields_; }

 private:
  struct Event {
    Fd fd;
    Watched watched;
    uint64_t openedAt = 0;
    uint64_t lost = 0;
  };
  struct Opened {
    std::vector<Fd> trails;
    std::vector<Fd> breakpoints;
  };
  // The end of a thread, or an exec, whose earlier samples are not all seen yet.
  struct Ending {
    TaskRecord task;
    bool exec;
    uint64_t pass;
  };

  // Opening, on worker threads.
  int watchThread(int pid, int tid, const Watched& watched);
  int openEvents(int tid, const Watched& watched, bool trail, Opened& opened) const;
  void keep(Opened& opened, const Watched& watched);
  uint32_t meet(int pid, int process);
  void reap();

  // Emptying the rings.
  void pass();
  void readTasks(Ring& ring, uint64_t head);
  void readTask(const perf_event_header* header);
  void readSamples(size_t ring, uint64_t head);
  void readSample(const Sample& sample, size_t ring);
  bool isAnother(const Sample& sample, size_t ring, uint8_t field);
  void finishPass(uint64_t headsAt);
  void applyEndings();
  void settleValues(uint64_t headsAt);
  void readLost();
  void pace(uint64_t now);
  void wait();
  void free();

  const std::vector<WatchedField> fields_;
  EventOptions options_;
  std::vector<std::unique_ptr<Ring>> rings_;
  const Alarm alarm_;
  std::atomic<bool> ended_ = false;

  // Taken in this order.
  std::mutex opening_;
  std::mutex draining_;
  std::mutex state_;

  // Below `opening_`.
  std::vector<Fd> trails_;
  uint64_t reapedAt_ = 0;
  // When the processes began that were added: a pid can be another's by now.
  std::unordered_map<int, double> startedAt_;

  // Below `draining_`.
  uint64_t pass_ = 0;
  bool full_ = false;
  bool mayHaveLost_ = false;
  uint64_t lostReadAt_ = 0;
  uint64_t windowBegan_ = 0;
  uint64_t windowSeen_ = 0;
  uint64_t seenAt_ = 0;
  // ns between two looks.
  uint64_t period_ = 2'000'000;

  // Below `state_`. By id; those that were closed keep their names, for samples that are still in a ring.
  std::unordered_map<uint64_t, Event> events_;
  Images images_;
  Processes processes_{images_};
  Threads threads_;
  Sites sites_{images_};
  std::vector<FieldValues> values_;
  std::vector<Seen> passSeen_;
  std::vector<std::pair<int, Watched>> begun_;
  std::vector<Ending> endings_;
  std::vector<int> execed_;
  // Of a thread that has two events for one field and CPU: the one that counts.
  std::map<std::tuple<int, size_t, uint8_t>, uint64_t> counting_;
  uint64_t seen_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace shmscope
