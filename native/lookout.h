// Looks at an object until it holds something else than was told of it. Knows nothing of JavaScript.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "control.h"
#include "fd.h"
#include "source.h"

namespace shmscope {

// What was told last.
struct Told {
  struct Piece {
    uint64_t offset;
    std::vector<uint8_t> bytes;
  };
  uint64_t size = 0;
  bool unlinked = false;
  std::vector<Piece> pieces;
  // [start, end, …] of what holds no memory in the pieces.
  std::vector<uint64_t> unheld;
  // How many parts of a piece that hold memory are told apart.
  uint64_t limit = 0;
};

struct Pace {
  std::chrono::nanoseconds period;
  std::chrono::nanoseconds most;
};

// Ends the sleep of a thread.
class Alarm {
 public:
  Alarm();
  void ring() const;
  // Readable once it rang.
  int fd() const { return fd_.get(); }
  // True: it rang.
  bool sleepUntil(std::chrono::steady_clock::time_point end) const;

 private:
  Fd fd_;
};

class Lookout {
 public:
  Lookout(std::shared_ptr<const Source> source, Told told, Pace pace, Control control)
      : source_(std::move(source)), told_(std::move(told)), pace_(pace), control_(control) {}

  // One at a time. True: something differs, or it was ended; false: the time is over, or it was cancelled. Throws what
  // reading does.
  bool look() const;
  // From any thread.
  void end() {
    ended_ = true;
    alarm_.ring();
  }

 private:
  const std::shared_ptr<const Source> source_;
  const Told told_;
  const Pace pace_;
  const Control control_;
  const Alarm alarm_;
  std::atomic<bool> ended_ = false;
};

}  // namespace shmscope
