// The part of a watch that opens events; watchpoints_drain.cc has the other.
#include "watchpoints_session.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "errors.h"
#include "proc.h"

namespace shmscope {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;
// A process could make threads faster than they are listed.
constexpr int kMostRounds = 100;

// The threads of a process, listed again and again through one descriptor: there may be no other one left.
class ThreadList {
 public:
  explicit ThreadList(int process) {
    Fd fd = openAt(process, "task", O_RDONLY | O_DIRECTORY);
    if (fd) directory_ = fdopendir(fd.get());
    if (directory_) fd.release();
  }
  ThreadList(const ThreadList&) = delete;
  ThreadList& operator=(const ThreadList&) = delete;
  ~ThreadList() {
    if (directory_) closedir(directory_);
  }

  std::vector<int> list() const {
    std::vector<int> tids;
    if (!directory_) return tids;
    rewinddir(directory_);
    while (const dirent* entry = readdir(directory_)) {
      const int tid = atoi(entry->d_name);
      if (tid > 0) tids.push_back(tid);
    }
    return tids;
  }

 private:
  DIR* directory_ = nullptr;
};

// Descriptors are numbered from below: what the events may not take, the rest of this process goes on with.
bool isReserved(const Fd& fd) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
  return static_cast<rlim_t>(fd.get()) >= limit.rlim_cur - std::min<rlim_t>(256, limit.rlim_cur / 4);
}

}  // namespace

Session::Session(std::vector<WatchedField> fields) : fields_(std::move(fields)), options_(askForBreakpoints()) {
  rings_ = openRings(onlineCpus());
  options_.stackBytes = rings_.front()->size() >= kLargeRing ? 1024 : 256;
  for (const WatchedField& field : fields_) values_.emplace_back(field.length);
  passSeen_.resize(fields_.size());
}

Added Session::add(int pid, const Watched& watched) {
  const uint8_t length = fields_[watched.field].length;
  if (watched.address % length != 0) fail(EINVAL, "", "", "the address must be a multiple of the field's length");
  const std::lock_guard lock(opening_);
  if (ended_) fail(EBADF, "perf_event_open", "", "the watch is closed");
  reap();
  const Fd process = openAt(AT_FDCWD, ("/proc/" + std::to_string(pid)).c_str(), O_RDONLY | O_DIRECTORY);
  if (!process) fail(ESRCH, "open", "/proc/" + std::to_string(pid));
  Added added;
  added.image = meet(pid, process.get());
  const ThreadList threads(process.get());
  std::unordered_set<int> refused;
  for (int round = 0; round < kMostRounds; round++) {
    bool fresh = false;
    for (const int tid : threads.list()) {
      if (ended_) return added;
      if (const std::lock_guard state(state_); refused.contains(tid) || threads_.covers(tid, watched)) continue;
      fresh = true;
      const int error = watchThread(pid, tid, watched);
      if (error == 0) {
        added.watched++;
        continue;
      }
      if (error == EINVAL) fail(EINVAL, "perf_event_open");
      refused.insert(tid);
      if (error != ESRCH) added.refused.push_back({tid, error});
    }
    if (!fresh) break;
  }
  const std::lock_guard state(state_);
  begun_.emplace_back(pid, watched);
  return added;
}

// Brings up to date what is known of the process, so that no thread passes for watched that is another by now.
uint32_t Session::meet(int pid, int process) {
  const auto stat = processStat(process);
  if (!stat || stat->kernelThread || stat->state == 'Z' || stat->state == 'X')
    fail(ESRCH, "perf_event_open", "/proc/" + std::to_string(pid));
  // The second applies the endings of the first.
  pass();
  pass();
  const std::lock_guard draining(draining_);
  const std::lock_guard state(state_);
  const auto known = startedAt_.find(pid);
  if (known != startedAt_.end() && known->second != stat->startedAt) {
    threads_.execed(pid, UINT64_MAX);
    processes_.ended({pid, 0, pid, 0, perfNow()}, pass_);
  }
  startedAt_[pid] = stat->startedAt;
  return processes_.added(pid, stat->comm);
}

int Session::watchThread(int pid, int tid, const Watched& watched) {
  bool trail = false;
  {
    const std::lock_guard state(state_);
    threads_.opening(tid, pid, perfNow());
    trail = !threads_.trailed(tid);
  }
  Opened opened;
  const int error = openEvents(tid, watched, trail, opened);
  const std::lock_guard state(state_);
  // Who takes the registers is what it has inherited: a debugger that does so as well is not told from that.
  const bool inherited = error == ENOSPC && threads_.inherits(tid);
  if (error != 0 && !inherited) return error;
  if (error == 0) keep(opened, watched);
  threads_.opened(tid, watched, perfNow());
  return 0;
}

// The trail first: of whoever inherits a breakpoint, a FORK record tells.
int Session::openEvents(int tid, const Watched& watched, bool trail, Opened& opened) const {
  const auto each = [&](std::vector<Fd>& fds, auto&& open) {
    for (const auto& ring : rings_) {
      Fd fd = open(*ring);
      // Taken offline meanwhile.
      if (!fd && errno == ENODEV) continue;
      if (!fd) return errno;
      if (isReserved(fd)) return EMFILE;
      fds.push_back(std::move(fd));
    }
    return 0;
  };
  if (trail) {
    const int error = each(opened.trails, [&](const Ring& ring) { return openTrail(tid, ring.cpu(), ring.fd()); });
    if (error != 0) return error;
  }
  return each(opened.breakpoints, [&](const Ring& ring) {
    return openBreakpoint(fields_[watched.field], watched.address, tid, ring.cpu(), ring.fd(), options_);
  });
}

void Session::keep(Opened& opened, const Watched& watched) {
  const uint64_t now = perfNow();
  for (Fd& fd : opened.trails) trails_.push_back(std::move(fd));
  for (Fd& fd : opened.breakpoints) {
    const uint64_t id = idOf(fd);
    Event& event = events_[id];
    event = {std::move(fd), watched, now, 0};
    enable(event.fd);
  }
}

// Closes the events of threads that have ended and have left none to another: poll(2) tells POLLHUP of those.
void Session::reap() {
  const uint64_t now = perfNow();
  if (now - reapedAt_ < kSecond) return;
  reapedAt_ = now;
  const auto isOver = [](const Fd& fd) {
    pollfd asked{fd.get(), 0, 0};
    return poll(&asked, 1, 0) == 1 && (asked.revents & POLLHUP) != 0;
  };
  std::erase_if(trails_, isOver);
  const std::lock_guard state(state_);
  for (auto& [id, event] : events_) {
    if (!event.fd || !isOver(event.fd)) continue;
    if (options_.countsLost) event.lost = lostOf(event.fd);
    event.fd = Fd();
  }
}

void Session::answer(uint32_t image, const std::vector<std::pair<CodePlace, Rule>>& rules) {
  const std::lock_guard state(state_);
  images_.answer(image, rules);
  sites_.answered();
}

void Session::end() {
  ended_ = true;
  alarm_.ring();
}

}  // namespace shmscope
