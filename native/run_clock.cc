#include "run_clock.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "fd.h"

namespace shmscope {

namespace {

constexpr std::chrono::milliseconds kLongest{20};
constexpr double kExactMs = 1;
constexpr int kTries = 5;
constexpr size_t kMostSched = 4096;

double now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// On the processor on which this thread is now. Its time is taken when it is put there and at each tick, so it sleeps
// once; nothing where another ran meanwhile.
std::optional<std::pair<int, double>> here() {
  const timespec least{0, 1};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &least, nullptr);
  const double time = now(CLOCK_MONOTONIC);
  const int processor = sched_getcpu();
  const Fd fd(open("/proc/thread-self/sched", O_RDONLY | O_CLOEXEC));
  char text[kMostSched];
  const ssize_t had = fd ? read(fd.get(), text, sizeof text - 1) : -1;
  if (had <= 0 || sched_getcpu() != processor || now(CLOCK_MONOTONIC) - time > kExactMs) return {};
  text[had] = 0;
  const auto at = execStart(text);
  if (!at) return {};
  return std::pair(processor, time - *at);
}

// Goes from processor to processor. One that a real-time thread has for itself would keep it: then it is called away.
class Hopper {
 public:
  explicit Hopper(const std::set<int>& processors) {
    CPU_ZERO(&allowed_);
    sched_getaffinity(0, sizeof allowed_, &allowed_);
    for (const int each : processors) {
      if (each >= 0 && each < CPU_SETSIZE && CPU_ISSET(static_cast<size_t>(each), &allowed_)) wanted_.push_back(each);
    }
  }

  std::map<int, double> run() {
    std::thread thread([this] { hop(); });
    {
      std::unique_lock lock(mutex_);
      // More than once: it may just be on its way.
      while (!changed_.wait_for(lock, kLongest, [this] { return done_; })) {
        late_ = true;
        if (tid_ != 0) sched_setaffinity(tid_, sizeof allowed_, &allowed_);
      }
    }
    thread.join();
    return offsets_;
  }

 private:
  void hop() {
    {
      const std::lock_guard lock(mutex_);
      tid_ = gettid();
    }
    for (const int processor : wanted_) {
      if (!go(processor)) break;
      ask();
    }
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_one();
  }

  void ask() {
    for (int tries = 0; tries < kTries; tries++) {
      if (const auto found = here()) {
        offsets_.insert(*found);
        return;
      }
    }
  }

  // The call returns on that processor, so it is made without the lock.
  bool go(int processor) {
    if (late_) return false;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<size_t>(processor), &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
  }

  cpu_set_t allowed_;
  std::vector<int> wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  pid_t tid_ = 0;
  bool done_ = false;
  std::atomic<bool> late_ = false;
  std::map<int, double> offsets_;
};

}  // namespace

std::optional<double> execStart(const char* sched) {
  const char* at = strstr(sched, "se.exec_start");
  at = at ? strchr(at, ':') : nullptr;
  if (!at) return {};
  return strtod(at + 1, nullptr);
}

RunClock::RunClock(const std::set<int>& processors) : epoch_(now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC)) {
  static std::mutex mutex;
  static std::map<int, double> last;
  if (processors.empty()) return;
  try {
    offsets_ = Hopper(processors).run();
  } catch (const std::system_error&) {
    // No more threads for this user.
  }
  const std::lock_guard lock(mutex);
  for (const auto& [processor, offset] : offsets_) last.insert_or_assign(processor, offset);
  offsets_ = last;
}

double RunClock::spread() const {
  if (offsets_.empty()) return 0;
  const auto [least, most] = std::minmax_element(offsets_.begin(), offsets_.end(),
                                                 [](const auto& a, const auto& b) { return a.second < b.second; });
  return most->second - least->second;
}

double RunClock::epochOf(double at, int processor) const {
  const auto found = offsets_.find(processor);
  if (found == offsets_.end() || std::isnan(at)) return NAN;
  // Clocks that are read one after the other may differ by microseconds.
  return std::min(at + found->second + epoch_, now(CLOCK_REALTIME));
}

}  // namespace shmscope
