#include "aligned.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace shmscope {

namespace {

constexpr size_t kBounce = 64 * 1024;

size_t bounce(const ReadWords& readWords, uint8_t* target, size_t length, uint64_t offset, uint8_t* buffer,
              size_t room) {
  size_t total = 0;
  while (total < length) {
    const uint64_t begin = (offset + total) & ~(kWord - 1);
    const size_t skip = static_cast<size_t>(offset + total - begin);
    const size_t wanted = std::min(length - total, room - skip);
    const size_t had = readWords(buffer, (skip + wanted + kWord - 1) & ~(kWord - 1), begin);
    const size_t got = std::min(wanted, had - std::min(had, skip));
    memcpy(target + total, buffer + skip, got);
    total += got;
    if (got < wanted) break;
  }
  return total;
}

}  // namespace

size_t alignedRead(const ReadWords& readWords, uint8_t* target, size_t length, uint64_t offset) {
  const bool aligned = offset % kWord == 0 && reinterpret_cast<uintptr_t>(target) % kWord == 0;
  alignas(kWord) uint8_t few[256];
  if (!aligned) {
    if (length + kWord <= sizeof few) return bounce(readWords, target, length, offset, few, sizeof few);
    const auto buffer = std::make_unique_for_overwrite<uint64_t[]>(kBounce / kWord);
    return bounce(readWords, target, length, offset, reinterpret_cast<uint8_t*>(buffer.get()), kBounce);
  }
  const size_t whole = length & ~(kWord - 1);
  const size_t had = whole == 0 ? 0 : readWords(target, whole, offset);
  if (had < whole || whole == length) return had;
  return whole + bounce(readWords, target + whole, length - whole, offset + whole, few, sizeof few);
}

}  // namespace shmscope
