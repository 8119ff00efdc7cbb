// The ring that the kernel writes the records of one CPU to (perf_event_open(2), "MMAP layout").
#pragma once

#include <linux/perf_event.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "fd.h"
#include "mapping.h"

namespace shmscope {

class Ring {
 public:
  // `bytes` is a power of two of pages. Throws EPERM where it is more than may be locked (perf_event_mlock_kb).
  Ring(int cpu, size_t bytes);

  int cpu() const { return cpu_; }
  int fd() const { return owner_.get(); }
  uint64_t head() const { return __atomic_load_n(&page()->data_head, __ATOMIC_ACQUIRE); }
  // Where records end that were read, and that were given back.
  uint64_t read() const { return read_; }
  uint64_t done() const { return done_; }
  size_t size() const { return size_; }

  // The record at `position`, whole until the next call.
  const perf_event_header* at(uint64_t position);
  void markRead(uint64_t position) { read_ = position; }
  // The kernel may use what lies before it again.
  void giveBack(uint64_t position);

 private:
  perf_event_mmap_page* page() const { return static_cast<perf_event_mmap_page*>(mapping_.base()); }

  const int cpu_;
  const size_t size_;
  Fd owner_;
  Mapping mapping_;
  const uint8_t* data_ = nullptr;
  uint64_t read_ = 0;
  uint64_t done_ = 0;
  // For a record that goes on at the beginning: header.size has 16 bits.
  std::vector<uint64_t> joined_;
};

// One for each CPU, as large as allowed; all equal.
std::vector<std::unique_ptr<Ring>> openRings(const std::vector<int>& cpus);

// From this size on, more of the stack is asked for.
constexpr size_t kLargeRing = 4 << 20;

}  // namespace shmscope
