// Memory for what is unpacked, and how far it has been filled.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "bytes.h"

namespace shmscope::dwarf {

// Pages of its own, which the kernel gives as they are written to. std::bad_alloc where there are none.
class Buffer {
 public:
  explicit Buffer(size_t size);
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();
  uint8_t* data() { return bytes_; }
  size_t size() const { return size_; }
  operator Bytes() const { return {bytes_, size_}; }

 private:
  uint8_t* bytes_ = nullptr;
  size_t size_;
};

// A buffer that one thread fills from front to back, while another reads what is there. Decompressors for a whole
// buffer do not say how far they have come, but the kernel does: it has no page for what nobody has written to
// (mincore(2)). What was written before it made a page is there for whoever has seen that page: both took the lock of
// the page table.
class Arrival {
 public:
  // Before anything is written to it.
  explicit Arrival(Bytes room);
  // By the thread that fills it, at the end; `whole`: nothing went wrong.
  void end(bool whole);
  // By one thread: comes back when so many bytes are there; false where they will never be.
  bool wait(size_t bytes);

 private:
  enum class State : uint8_t { filling, whole, broken };
  size_t written();

  const Bytes room_;
  // Some page is there before its time: the kernel says so of each, as gVisor's does.
  bool blind_ = true;
  // Bytes that are there.
  size_t known_ = 0;
  std::vector<uint8_t> pages_;
  std::mutex guard_;
  std::condition_variable ended_;
  State state_ = State::filling;
};

}  // namespace shmscope::dwarf
