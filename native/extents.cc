#include "extents.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "errors.h"

namespace shmscope {

std::vector<Extent> extents(const Source& source, uint64_t offset, uint64_t length, uint64_t limit) {
  std::vector<Extent> parts;
  const uint64_t end = offset + length;
  uint64_t at = offset;
  while (const auto next = source.nextHeld(at, end)) {
    if (parts.size() == limit) {
      parts.back().end = std::max(next->end, std::min(end, source.stat().size));
      break;
    }
    // Two that touch are one: the kernel's answer can end at a block border.
    if (!parts.empty() && parts.back().end == next->start) {
      parts.back().end = next->end;
    } else {
      parts.push_back(*next);
    }
    at = next->end;
  }
  return parts;
}

std::optional<Extent> nextHeldOfFile(int fd, uint64_t from, uint64_t end) {
  if (from >= end) return {};
  const off_t start = lseek(fd, static_cast<off_t>(from), SEEK_DATA);
  if (start < 0) {
    if (errno == ENXIO) return {};
    if (errno != EINVAL && errno != EOPNOTSUPP) fail("lseek");
    const uint64_t size = statFd(fd).size;
    return from < size ? std::optional<Extent>({from, std::min(end, size)}) : std::nullopt;
  }
  if (static_cast<uint64_t>(start) >= end) return {};
  const off_t stop = lseek(fd, start, SEEK_HOLE);
  // ENXIO: it shrank between the two calls.
  if (stop < 0 && errno == ENXIO) return {};
  if (stop < 0) fail("lseek");
  return Extent{static_cast<uint64_t>(start), std::min(static_cast<uint64_t>(stop), end)};
}

}  // namespace shmscope
