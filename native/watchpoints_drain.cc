// The part of a watch that empties the rings.
#include <poll.h>

#include <algorithm>
#include <ctime>

#include "watchpoints_session.h"

namespace shmscope {

namespace {

constexpr uint64_t kMillisecond = 1'000'000;
// Often while stores are few, as the values between them are read.
constexpr uint64_t kCalm = 2 * kMillisecond;
// None for a second.
constexpr uint64_t kIdle = 5 * kMillisecond;
constexpr uint64_t kIdleAfter = 1000 * kMillisecond;
constexpr uint64_t kBusy = 20 * kMillisecond;
// 500 a second.
constexpr uint64_t kWindow = 100 * kMillisecond;
constexpr uint64_t kBusyFrom = 50;
constexpr uint64_t kBetweenLost = 200 * kMillisecond;
// How much is done before others may have a look.
constexpr size_t kBatch = 256;

}  // namespace

void Session::run() {
  while (!ended_) {
    wait();
    pass();
  }
  free();
}

void Session::wait() {
  uint64_t period = 0;
  {
    const std::lock_guard draining(draining_);
    period = period_;
  }
  std::vector<pollfd> waiting{{alarm_.fd(), POLLIN, 0}};
  for (const auto& ring : rings_) waiting.push_back({ring->fd(), POLLIN, 0});
  const timespec time{0, static_cast<long>(period)};
  // Whatever it ends with, a look does no harm.
  ppoll(waiting.data(), waiting.size(), &time, nullptr);
}

// Tasks are read further than samples: a thread's creation is told before its first sample, but in the ring of another
// CPU, which may have been looked at before.
void Session::pass() {
  const std::lock_guard draining(draining_);
  if (rings_.empty()) return;
  pass_++;
  full_ = false;
  const uint64_t headsAt = perfNow();
  std::vector<uint64_t> heads;
  for (const auto& ring : rings_) heads.push_back(ring->head());
  for (const auto& ring : rings_) readTasks(*ring, ring->head());
  for (size_t i = 0; i < rings_.size(); i++) readSamples(i, heads[i]);
  finishPass(headsAt);
}

void Session::readTasks(Ring& ring, uint64_t head) {
  const std::lock_guard state(state_);
  while (ring.read() < head) {
    const perf_event_header* header = ring.at(ring.read());
    readTask(header);
    ring.markRead(ring.read() + header->size);
  }
}

void Session::readTask(const perf_event_header* header) {
  if (header->type == PERF_RECORD_FORK) {
    const TaskRecord task = toTask(header);
    threads_.forked(task);
    processes_.forked(task, pass_);
  } else if (header->type == PERF_RECORD_EXIT) {
    const TaskRecord task = toTask(header);
    processes_.ended(task, pass_);
    endings_.push_back({task, false, pass_});
  } else if (header->type == PERF_RECORD_COMM) {
    const CommRecord comm = toComm(header);
    processes_.renamed(comm, pass_);
    if (comm.exec) endings_.push_back({{comm.pid, 0, comm.tid, 0, comm.time}, true, pass_});
  } else if (header->type == PERF_RECORD_LOST) {
    RecordReader reader(header);
    reader.take<uint64_t>();
    mayHaveLost_ = true;
    // Of all events of the ring: near enough where the kernel tells no better.
    if (!options_.countsLost) lost_ += reader.take<uint64_t>();
  }
}

void Session::readSamples(size_t index, uint64_t head) {
  Ring& ring = *rings_[index];
  // Room only grows by our reading: what there is now, there was since the last pass.
  if (ring.size() - (head - ring.done()) < options_.stackBytes + 512) full_ = mayHaveLost_ = true;
  while (ring.done() < head) {
    const std::lock_guard state(state_);
    uint64_t at = ring.done();
    for (size_t i = 0; i < kBatch && at < head; i++) {
      const perf_event_header* header = ring.at(at);
      if (header->type == PERF_RECORD_SAMPLE) readSample(toSample(header), index);
      at += header->size;
    }
    ring.giveBack(at);
  }
}

void Session::readSample(const Sample& sample, size_t ring) {
  const auto known = events_.find(sample.id);
  if (known == events_.end()) return;
  const Event& event = known->second;
  const auto& process = processes_.at(sample.pid, sample.time);
  // Another program, at the same address (kernels without remove_on_exec).
  if (process->execed && event.openedAt < process->since) return;
  if (threads_.twice(sample.tid) && isAnother(sample, ring, event.watched.field)) return;
  seen_++;
  const size_t site = sites_.add({seen_, event.watched.field, sample, process});
  passSeen_[event.watched.field].add(seen_, site, sample, event.watched.address);
}

// Of one store, which the first event that was met has told already, or will.
bool Session::isAnother(const Sample& sample, size_t ring, uint8_t field) {
  return counting_.try_emplace({sample.tid, ring, field}, sample.id).first->second != sample.id;
}

void Session::finishPass(uint64_t headsAt) {
  {
    const std::lock_guard state(state_);
    settleValues(headsAt);
    applyEndings();
    processes_.sweep(pass_);
  }
  for (bool more = true; more;) {
    const std::lock_guard state(state_);
    more = sites_.retry(kBatch);
  }
  if (mayHaveLost_ && headsAt - lostReadAt_ > kBetweenLost) readLost();
}

void Session::settleValues(uint64_t headsAt) {
  for (const auto& [pid, watched] : std::exchange(begun_, {})) values_[watched.field].begin(pid, watched.address);
  for (size_t field = 0; field < values_.size(); field++) {
    windowSeen_ += passSeen_[field].count;
    values_[field].pass(passSeen_[field], headsAt, full_, sites_);
    passSeen_[field] = {};
  }
  pace(headsAt);
}

void Session::pace(uint64_t now) {
  if (windowSeen_ > 0) seenAt_ = now;
  if (now - windowBegan_ < kWindow) return;
  period_ = windowSeen_ > kBusyFrom ? kBusy : now - seenAt_ > kIdleAfter ? kIdle : kCalm;
  windowBegan_ = now;
  windowSeen_ = 0;
}

void Session::applyEndings() {
  std::erase_if(endings_, [&](const Ending& ending) {
    // Samples of before it may lie behind what this pass has read.
    if (ending.pass == pass_) return false;
    if (ending.exec) {
      threads_.execed(ending.task.pid, ending.task.time);
      execed_.push_back(ending.task.pid);
    } else {
      threads_.ended(ending.task);
    }
    std::erase_if(counting_, [&](const auto& entry) { return std::get<0>(entry.first) == ending.task.tid; });
    return true;
  });
}

void Session::readLost() {
  const std::lock_guard state(state_);
  mayHaveLost_ = false;
  lostReadAt_ = perfNow();
  if (!options_.countsLost) return;
  lost_ = 0;
  for (auto& [id, event] : events_) {
    if (event.fd) event.lost = lostOf(event.fd);
    lost_ += event.lost;
  }
}

void Session::free() {
  const std::lock_guard opening(opening_);
  pass();
  if (mayHaveLost_) readLost();
  std::vector<Fd> closing = std::exchange(trails_, {});
  {
    const std::lock_guard state(state_);
    for (auto& [id, event] : events_) closing.push_back(std::exchange(event.fd, Fd()));
  }
  closing.clear();
  pass();
  const std::lock_guard draining(draining_);
  rings_.clear();
  const std::lock_guard state(state_);
  sites_.giveUp();
}

}  // namespace shmscope
