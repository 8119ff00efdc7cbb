#include "watchpoints_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "errors.h"
#include "watchpoints_events.h"

namespace shmscope {

namespace {

Fd ownerOf(int cpu, size_t bytes) {
  Fd owner = openOwner(cpu, static_cast<uint32_t>(bytes / 4));
  if (!owner) fail("perf_event_open");
  return owner;
}

// All rings together: it is memory that cannot be swapped.
constexpr size_t kMostBytes = 64 << 20;
constexpr size_t kFewestBytes = 64 << 10;

}  // namespace

Ring::Ring(int cpu, size_t bytes)
    : cpu_(cpu),
      size_(bytes),
      owner_(ownerOf(cpu, bytes)),
      mapping_(owner_.get(), 0, kPage + bytes, PROT_READ | PROT_WRITE) {
  if (!mapping_.ok()) fail("mmap");
  data_ = static_cast<const uint8_t*>(mapping_.base()) + kPage;
  joined_.resize((UINT16_MAX + 1) / sizeof joined_[0]);
}

const perf_event_header* Ring::at(uint64_t position) {
  const size_t from = position & (size_ - 1);
  // Records are multiples of 8 bytes: the header is never in two parts.
  const auto* header = reinterpret_cast<const perf_event_header*>(data_ + from);
  const size_t length = header->size;
  if (from + length <= size_) return header;
  auto* to = reinterpret_cast<uint8_t*>(joined_.data());
  const size_t before = size_ - from;
  memcpy(to, data_ + from, before);
  memcpy(to + before, data_, length - before);
  return reinterpret_cast<const perf_event_header*>(to);
}

void Ring::giveBack(uint64_t position) {
  done_ = position;
  __atomic_store_n(&page()->data_tail, position, __ATOMIC_RELEASE);
}

std::vector<std::unique_ptr<Ring>> openRings(const std::vector<int>& cpus) {
  const size_t most = std::bit_floor(std::max(kMostBytes / std::max<size_t>(cpus.size(), 1), kFewestBytes));
  for (size_t bytes = std::min(kLargeRing, most);; bytes /= 2) {
    try {
      std::vector<std::unique_ptr<Ring>> rings;
      for (const int cpu : cpus) rings.push_back(std::make_unique<Ring>(cpu, bytes));
      return rings;
    } catch (const SysError& error) {
      if ((error.number != EPERM && error.number != ENOMEM) || bytes / 2 < std::max<size_t>(kFewestBytes, kPage)) throw;
    }
  }
}

}  // namespace shmscope
