#include "buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <new>

namespace shmscope::dwarf {

namespace {

// Bytes. Decompressors copy a little past what they have come to, and zstd's keeps up to a block of 128 KiB and its
// literals there.
constexpr size_t kAhead = size_t{512} << 10;
// Bytes that are looked at at once.
constexpr size_t kLook = size_t{4} << 20;
constexpr auto kPause = std::chrono::microseconds(100);

size_t pageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

Buffer::Buffer(size_t size) : size_(size) {
  if (size == 0) return;
  void* const pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  bytes_ = static_cast<uint8_t*>(pages);
  // A huge page would be there before a byte of most of it is. Without any in the kernel it is EINVAL.
  static_cast<void>(madvise(pages, size, MADV_NOHUGEPAGE));
}

Buffer::~Buffer() {
  if (bytes_) munmap(bytes_, size_);
}

Arrival::Arrival(Bytes room) : room_(room), pages_(kLook / pageSize()) {
  blind_ = room.size() < 2 * kAhead || written() > 0;
}

// The first bytes in a row that have pages, behind those that are known.
size_t Arrival::written() {
  const size_t page = pageSize();
  for (size_t at = known_ / page * page; at < room_.size();) {
    const size_t length = std::min(kLook, room_.size() - at);
    const size_t count = (length + page - 1) / page;
    auto* const from = const_cast<uint8_t*>(room_.data()) + at;
    if (mincore(from, length, pages_.data()) != 0) return at;
    const auto last = pages_.begin() + static_cast<ptrdiff_t>(count);
    const auto missing = std::find_if(pages_.begin(), last, [](uint8_t one) { return (one & 1) == 0; });
    if (missing != last) return at + static_cast<size_t>(missing - pages_.begin()) * page;
    at += length;
  }
  return room_.size();
}

void Arrival::end(bool whole) {
  const std::lock_guard lock(guard_);
  state_ = whole ? State::whole : State::broken;
  ended_.notify_one();
}

bool Arrival::wait(size_t bytes) {
  if (bytes <= known_) return true;
  std::unique_lock lock(guard_);
  const auto over = [this] { return state_ != State::filling; };
  while (!over()) {
    if (blind_) {
      ended_.wait(lock, over);
      break;
    }
    const size_t had = written();
    known_ = std::max(known_, had - std::min(had, kAhead));
    if (bytes <= known_) return true;
    ended_.wait_for(lock, kPause, over);
  }
  if (state_ == State::broken) return false;
  known_ = room_.size();
  return true;
}

}  // namespace shmscope::dwarf
