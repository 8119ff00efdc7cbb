// Work shared out among a few threads that stand back for the extension host's own.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace shmscope {

constexpr int kCrewNice = 5;

// How many threads pay for so many tasks, of which one should have `each` or more.
inline size_t crewFor(size_t tasks, size_t each) {
  constexpr size_t kMost = 4;
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::min({kMost, cores, 1 + tasks / each});
}

// Calls `body` with 0 to count - 1, each on a thread of its own; what one throws is thrown when all have ended.
template <class Body>
void inThreads(size_t count, Body&& body) {
  std::vector<std::thread> threads;
  std::vector<std::exception_ptr> failures(count);
  const auto run = [&](size_t thread) {
    try {
      body(thread);
    } catch (...) {
      failures[thread] = std::current_exception();
    }
  };
  try {
    // On all cores at once they would keep the extension host's own thread waiting for its turn.
    for (size_t thread = 0; count > 1 && thread < count; thread++) {
      threads.emplace_back([&run, thread] {
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kCrewNice);
        run(thread);
      });
    }
  } catch (const std::system_error&) {
    // No more threads for this user (RLIMIT_NPROC, pids.max): those that are there do it, or this one.
  }
  if (threads.empty()) run(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

// Calls `body` on a thread of its own, for what changes the thread; throws what it throws.
template <class Body>
void inOwnThread(Body&& body) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace shmscope
