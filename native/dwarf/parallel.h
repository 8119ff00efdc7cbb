// Work that is done by several threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace shmscope::dwarf {

// How many threads work at once: memory that each has for itself grows with them, and what they share bounds the gain.
size_t workers();

// Threads that wait for work: of a new one the kernel may think for 3 ms before it gives it a processor that is idle,
// and one that wakes up has it at once.
class Pool {
 public:
  // That of this process; made when it is first asked for.
  static Pool& ours();

  Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // Calls run(worker) once in each of `count` threads, of which the caller is number 0, and comes back when all have
  // ended. Fewer do where no more could be started (RLIMIT_NPROC, a container's limits). Not to be called from `run`,
  // which throws nothing.
  void runIn(size_t count, const std::function<void(size_t)>& run);

 private:
  void serve(size_t worker);

  std::mutex guard_;
  std::condition_variable begin_, end_;
  const std::function<void(size_t)>* run_ = nullptr;
  // Of the run that is under way: its number, the threads in it, and those that have not ended.
  size_t turn_ = 0, count_ = 0, busy_ = 0;
  bool over_ = false;
  std::vector<std::jthread> threads_;
};

// Calls work(worker, index) once for each index below `count`; workers are numbered, from 0 to below workers(). The
// first exception is thrown when all have ended.
template <class Work>
void inParallel(size_t count, Work&& work) {
  std::atomic<size_t> next = 0;
  std::exception_ptr failure;
  std::mutex guard;
  Pool::ours().runIn(count, [&](size_t worker) {
    try {
      for (size_t index = next++; index < count; index = next++) work(worker, index);
    } catch (...) {
      next = count;
      const std::lock_guard lock(guard);
      if (!failure) failure = std::current_exception();
    }
  });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace shmscope::dwarf
