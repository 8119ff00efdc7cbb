// The scheduler's clock, by which /proc/PID/task/TID/sched tells when a thread last began or ceased to run. Each
// processor has its own: it stands still in interrupts, while a hypervisor runs others, and while the machine sleeps
// (rq_clock_task() in kernel/sched/sched.h).
#pragma once

#include <map>
#include <optional>
#include <set>

namespace shmscope {

// What must be added to a time of each of these processors, in ms, to give one since the epoch. A thread of its own
// goes to each of them on which this process may run and reads its own time there; those that it did not get to within
// 20 ms are as they were when it last did, in this process. To a processor that is kept from all others it never goes.
class RunClock {
 public:
  explicit RunClock(const std::set<int>& processors);
  // `at`: se.exec_start, or NaN. NaN where that processor's clock is not known.
  double epochOf(double at, int processor) const;
  // How far apart the known clocks are, ms. A thread that has just gone to sleep can be moved to another processor
  // (delayed dequeue, Linux 6.12, kernel/sched/fair.c): then its time is by the clock of one and it is said to be on
  // the other.
  double spread() const;

 private:
  // To CLOCK_MONOTONIC, and from there: nobody sets that clock.
  std::map<int, double> offsets_;
  double epoch_ = 0;
};

// se.exec_start in the text of a `sched` file, ms.
std::optional<double> execStart(const char* sched);

}  // namespace shmscope
