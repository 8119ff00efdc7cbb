#include "fill.h"

#include <algorithm>
#include <cstring>

#include "errors.h"

namespace shmscope {

namespace {

constexpr uint64_t kPiece = 1024 * 1024;

void requireInside(const Source& source, Extent range) {
  const uint64_t size = source.stat().size;
  if (range.end <= size) return;
  fail(ERANGE, "write", {},
       "the range ends at " + std::to_string(range.end) + ", the object at " + std::to_string(size));
}

}  // namespace

uint64_t write(const Source& source, const Stored& stored, uint64_t offset, const Control& control) {
  const size_t length = stored.length();
  requireInside(source, {offset, offset + length});
  size_t done = 0;
  while (done < length && !control.cancelled()) {
    // Pieces end at multiples of their size, so that no aligned word lies in two.
    const uint64_t at = offset + done;
    const size_t count = std::min<size_t>(length - done, (at / kPiece + 1) * kPiece - at);
    source.write(stored.bytes() + done, count, at);
    control.progress(done += count, length);
  }
  return done;
}

uint64_t fill(const Source& source, const std::vector<uint8_t>& pattern, Extent range, const Control& control) {
  requireInside(source, range);
  const uint64_t length = range.end - range.start;
  // Whole patterns and whole words, so that each piece begins like the first one.
  const size_t unit = pattern.size() * kWord;
  const Stored piece(std::min<uint64_t>(length, (kPiece + unit - 1) / unit * unit), range.start);
  for (size_t i = 0; i < piece.length(); i += pattern.size())
    memcpy(piece.bytes() + i, pattern.data(), std::min(pattern.size(), piece.length() - i));
  uint64_t done = 0;
  while (done < length && !control.cancelled()) {
    const size_t count = std::min<uint64_t>(length - done, piece.length());
    source.write(piece.bytes(), count, range.start + done);
    control.progress(done += count, length);
  }
  return done;
}

}  // namespace shmscope
