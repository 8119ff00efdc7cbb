// Work that is done by several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace shmscope::dwarf {

// How many threads work at once: memory that each has for itself grows with them, and what they share bounds the gain.
inline size_t workers() { return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 4); }

// Calls work(worker, index) once for each index below `count`, in order for each worker, of which the caller is number
// 0 and those below workers() the others. The first exception is thrown when all have ended. Where no thread can be
// started (RLIMIT_NPROC, a container's limits), the caller does all of it.
template <class Work>
void inParallel(size_t count, Work&& work) {
  std::atomic<size_t> next = 0;
  std::exception_ptr failure;
  std::mutex guard;
  const auto run = [&](size_t worker) {
    try {
      for (size_t index = next++; index < count; index = next++) work(worker, index);
    } catch (...) {
      next = count;
      const std::lock_guard lock(guard);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (size_t worker = 1; worker < std::min(workers(), count); worker++) others.emplace_back(run, worker);
    } catch (const std::system_error&) {
      // Those that started are enough.
    }
    run(0);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace shmscope::dwarf
