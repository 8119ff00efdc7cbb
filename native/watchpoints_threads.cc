#include "watchpoints_threads.h"

#include <algorithm>

namespace shmscope {

namespace {

// How long a clone(2) may take.
constexpr uint64_t kCreation = 1'000'000'000;

}  // namespace

const Threads::Thread* Threads::find(int tid) const {
  const auto thread = threads_.find(tid);
  return thread == threads_.end() ? nullptr : &thread->second;
}

void Threads::opening(int tid, int pid, uint64_t now) {
  Thread& thread = threads_[tid];
  thread.openedAt = now;
  thread.pid = pid;
  thread.own = true;
  if (thread.inherits) thread.twice = true;
}

void Threads::opened(int tid, const Watched& watched, uint64_t now) {
  // It may have ended, or run another program, meanwhile.
  const auto thread = threads_.find(tid);
  if (thread == threads_.end() || !thread->second.own || covers(tid, watched)) return;
  thread->second.covers.push_back({watched, now});
}

bool Threads::covers(int tid, const Watched& watched) const {
  const Thread* thread = find(tid);
  return thread && std::ranges::any_of(thread->covers, [&](const Cover& cover) { return cover.watched == watched; });
}

bool Threads::inherits(int tid) const {
  const Thread* thread = find(tid);
  return thread && thread->inherits;
}

bool Threads::twice(int tid) const {
  const Thread* thread = find(tid);
  return thread && thread->twice;
}

bool Threads::trailed(int tid) const {
  const Thread* thread = find(tid);
  return thread && thread->trailed;
}

void Threads::forked(const TaskRecord& task) {
  const auto parent = threads_.find(task.parentTid);
  std::vector<Cover> inherited;
  bool twice = false;
  if (parent != threads_.end()) {
    twice = parent->second.twice;
    for (const Cover& cover : parent->second.covers) {
      if (task.time > cover.since + kCreation) inherited.push_back({cover.watched, 0});
    }
  }
  Thread& thread = threads_[task.tid];
  if (thread.born != 0 && isSameEvent(thread.born, task.time)) return;
  // The end of an earlier one was not told.
  if (thread.born != 0) thread = {};
  thread.pid = task.pid;
  thread.born = task.time;
  thread.inherits = true;
  thread.trailed = thread.trailed || !inherited.empty();
  thread.twice = twice || thread.own;
  for (const Cover& cover : inherited) {
    if (!covers(task.tid, cover.watched)) thread.covers.push_back(cover);
  }
}

void Threads::ended(const TaskRecord& task) {
  const auto thread = threads_.find(task.tid);
  // Another may have the tid by now.
  if (thread == threads_.end() || std::max(thread->second.born, thread->second.openedAt) > task.time) return;
  threads_.erase(thread);
}

void Threads::execed(int pid, uint64_t time) {
  std::erase_if(threads_, [&](const auto& entry) {
    const Thread& thread = entry.second;
    return thread.pid == pid && std::max(thread.born, thread.openedAt) <= time;
  });
}

}  // namespace shmscope
