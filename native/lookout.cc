#include "lookout.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "aligned.h"
#include "errors.h"
#include "extents.h"

namespace shmscope {

namespace {

using Clock = std::chrono::steady_clock;

// Read and compared while it is in the processor's cache.
constexpr size_t kPiece = 64 * 1024;

bool differs(const Source& source, const Told::Piece& piece, uint8_t* buffer) {
  for (size_t at = 0; at < piece.bytes.size(); at += kPiece) {
    const size_t length = std::min(kPiece, piece.bytes.size() - at);
    if (source.read(buffer, length, piece.offset + at) < length) return true;
    if (memcmp(buffer, piece.bytes.data() + at, length) != 0) return true;
  }
  return false;
}

// The gaps between the parts that hold memory.
void addHoles(const Source& source, const Told::Piece& piece, uint64_t limit, std::vector<uint64_t>& holes) {
  uint64_t at = piece.offset;
  const uint64_t end = piece.offset + piece.bytes.size();
  for (const Extent& held : extents(source, piece.offset, piece.bytes.size(), limit)) {
    if (held.start > at) holes.insert(holes.end(), {at, held.start});
    at = held.end;
  }
  if (at < end) holes.insert(holes.end(), {at, end});
}

// What a reading would tell (takeSnapshot in src/live/snapshot.ts) is something else now.
bool differs(const Source& source, const Told& told, uint8_t* buffer) {
  const Stat stat = source.stat();
  if (stat.size != told.size) return true;
  // Of what has no name for us, none is lost.
  if (strcmp(source.how(), "pread") == 0 && (stat.links == 0) != told.unlinked) return true;
  std::vector<uint64_t> holes;
  for (const Told::Piece& piece : told.pieces) {
    if (differs(source, piece, buffer)) return true;
    addHoles(source, piece, told.limit, holes);
  }
  return holes != told.unheld;
}

}  // namespace

Alarm::Alarm() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_) fail("eventfd");
}

void Alarm::ring() const {
  const uint64_t one = 1;
  // It cannot fail but where it rings already.
  if (write(fd_.get(), &one, sizeof one) < 0) return;
}

bool Alarm::sleepUntil(Clock::time_point end) const {
  for (;;) {
    const auto left = std::chrono::nanoseconds(std::max(end - Clock::now(), Clock::duration::zero())).count();
    const timespec time{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
    pollfd waiting{fd_.get(), POLLIN, 0};
    const int had = ppoll(&waiting, 1, &time, nullptr);
    if (had >= 0 || errno != EINTR) return had != 0;
  }
}

bool Lookout::look() const {
  const auto buffer = std::make_unique_for_overwrite<uint64_t[]>(kPiece / kWord);
  auto next = Clock::now();
  const auto last = next + pace_.most;
  while (next < last) {
    // After a look that took longer than a period the next one is not done at once.
    next = std::max(next, Clock::now() - pace_.period) + pace_.period;
    alarm_.sleepUntil(next);
    if (ended_) return true;
    if (control_.cancelled()) return false;
    if (differs(*source_, told_, reinterpret_cast<uint8_t*>(buffer.get()))) return true;
  }
  return false;
}

}  // namespace shmscope
