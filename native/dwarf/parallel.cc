#include "parallel.h"

#include <algorithm>
#include <system_error>

namespace shmscope::dwarf {

size_t workers() { return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 4); }

Pool& Pool::ours() {
  static Pool pool;
  return pool;
}

Pool::Pool() {
  std::unique_lock lock(guard_);
  try {
    for (size_t worker = 1; worker < workers(); worker++) {
      threads_.emplace_back([this, worker] { serve(worker); });
      busy_++;
    }
  } catch (const std::system_error&) {
    // Those that started are enough.
  }
  end_.wait(lock, [this] { return busy_ == 0; });
}

Pool::~Pool() {
  {
    const std::lock_guard lock(guard_);
    over_ = true;
  }
  begin_.notify_all();
}

void Pool::runIn(size_t count, const std::function<void(size_t)>& run) {
  {
    const std::lock_guard lock(guard_);
    run_ = &run;
    count_ = std::min(count, threads_.size() + 1);
    busy_ = std::max<size_t>(count_, 1) - 1;
    turn_++;
  }
  begin_.notify_all();
  run(0);
  std::unique_lock lock(guard_);
  end_.wait(lock, [this] { return busy_ == 0; });
}

void Pool::serve(size_t worker) {
  std::unique_lock lock(guard_);
  for (size_t done = 0;;) {
    if (--busy_ == 0) end_.notify_one();
    do {
      begin_.wait(lock, [&] { return over_ || turn_ != done; });
      done = turn_;
      if (over_) return;
    } while (worker >= count_);
    const auto& run = *run_;
    lock.unlock();
    run(worker);
    lock.lock();
  }
}

}  // namespace shmscope::dwarf
