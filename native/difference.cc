#include "difference.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

namespace shmscope {

namespace {

constexpr size_t kChunk = 256 * 1024;
constexpr size_t kBlock = 4096;

// The bytes of a word that come first in memory are its lowest.
static_assert(std::endian::native == std::endian::little);

class Ranges {
 public:
  explicit Ranges(uint64_t limit) : limit_(limit) {}

  // False where one more would be too many. Ascending.
  bool add(uint64_t start, uint64_t end) {
    if (!ranges_.empty() && start < ranges_.back().end + kWord) {
      ranges_.back().end = std::max(ranges_.back().end, end);
      return true;
    }
    if (ranges_.size() >= limit_) return false;
    ranges_.push_back({start, end});
    return true;
  }

  // Takes back what was found from `at` on.
  void cut(uint64_t at) {
    while (!ranges_.empty() && ranges_.back().start >= at) ranges_.pop_back();
    if (!ranges_.empty()) ranges_.back().end = std::min(ranges_.back().end, at);
  }

  size_t size() const { return ranges_.size(); }
  std::vector<Extent> take() { return std::move(ranges_); }

 private:
  const uint64_t limit_;
  std::vector<Extent> ranges_;
};

// One of the two: what it holds, and a piece of it.
class Side {
 public:
  explicit Side(const Source& source)
      : source_(source), size_(source.stat().size), buffer_(std::make_unique<uint64_t[]>(kChunk / kWord)) {}

  uint64_t size() const { return size_; }
  // Shorter than it was: it ends there, whatever it becomes afterwards.
  void measure() { size_ = std::min(size_, source_.stat().size); }
  std::vector<Extent> shown() const { return source_.shown(); }

  // Where in [at, end) it holds something next; `end` where it holds nothing.
  uint64_t nextHeld(uint64_t at, uint64_t end) {
    seek(at, end);
    return std::max(at, std::min(held_.start, end));
  }
  // How far it goes on as it is at `at`: held or not.
  uint64_t sameUntil(uint64_t at, uint64_t end) {
    seek(at, end);
    return std::min(end, at < held_.start ? held_.start : held_.end);
  }

  // False where it ends before `at + length`. A hole is zeros, and is not read.
  bool load(uint64_t at, size_t length, uint64_t end) {
    seek(at, end);
    auto* bytes = reinterpret_cast<uint8_t*>(buffer_.get());
    size_t had = length;
    if (held_.start <= at) {
      had = source_.read(bytes, length, at);
      clear_ = 0;
    } else if (clear_ < length) {
      memset(bytes, 0, length);
      clear_ = length;
    }
    // Up to a whole word, as which the last one is compared.
    if (had % kWord != 0) memset(bytes + had, 0, kWord - had % kWord);
    if (had < length) size_ = std::min(size_, at + had);
    return had == length;
  }
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(buffer_.get()); }

 private:
  void seek(uint64_t at, uint64_t end) {
    if (known_ && at >= from_ && at < held_.end && end == end_) return;
    held_ = source_.nextHeld(at, end).value_or(Extent{end, UINT64_MAX});
    from_ = at;
    end_ = end;
    known_ = true;
  }

  const Source& source_;
  uint64_t size_;
  const std::unique_ptr<uint64_t[]> buffer_;
  // The first part of [from_, end_) that it holds.
  Extent held_{0, 0};
  uint64_t from_ = 0;
  uint64_t end_ = 0;
  bool known_ = false;
  // So many bytes of the buffer are zeros.
  size_t clear_ = kChunk;
};

// The parts that lie in both.
std::vector<Extent> common(const std::vector<Extent>& some, const std::vector<Extent>& others) {
  std::vector<Extent> both;
  for (const Extent& one : some) {
    for (const Extent& other : others) {
      const Extent part{std::max(one.start, other.start), std::min(one.end, other.end)};
      if (part.start < part.end) both.push_back(part);
    }
  }
  return both;
}

class Comparer {
 public:
  Comparer(const Comparison& comparison, const Control& control)
      : comparison_(comparison),
        control_(control),
        left_(comparison.left),
        right_(comparison.right),
        ranges_(comparison.limit) {}

  std::vector<Extent> run() {
    const Extent wanted{comparison_.from, comparison_.to};
    for (const Extent& part : common(common(left_.shown(), right_.shown()), {wanted})) {
      if (!comparePart(part)) return ranges_.take();
    }
    compareEnds();
    control_.progress(1, 1);
    return ranges_.take();
  }

 private:
  // False where it was cancelled, or has found enough.
  bool comparePart(const Extent& part) {
    for (uint64_t at = part.start; at < part.end;) {
      if (control_.cancelled()) return false;
      at = std::min(left_.nextHeld(at, part.end), right_.nextHeld(at, part.end));
      if (at >= part.end) break;
      const uint64_t border = (at / kChunk + 1) * kChunk;
      const uint64_t stop = std::min({border, left_.sameUntil(at, part.end), right_.sameUntil(at, part.end)});
      const auto length = static_cast<size_t>(stop - at);
      const bool whole = left_.load(at, length, part.end) & right_.load(at, length, part.end);
      // One of them was cut off: what is beyond differs.
      const uint64_t end = whole ? stop : std::clamp(std::min(left_.size(), right_.size()), at, stop);
      if (!compareBytes(at, static_cast<size_t>(end - at))) return false;
      if (!whole) break;
      at = stop;
      control_.progress(at - comparison_.from, comparison_.to - comparison_.from);
      control_.found(ranges_.size());
    }
    return true;
  }

  bool compareBytes(uint64_t at, size_t length) {
    const uint8_t* left = left_.bytes();
    const uint8_t* right = right_.bytes();
    for (size_t block = 0; block < length; block += kBlock) {
      const size_t count = std::min(kBlock, length - block);
      if (memcmp(left + block, right + block, count) == 0) continue;
      for (size_t i = block; i < block + count; i += kWord) {
        const uint64_t bits = differing(left + i, right + i, std::min<size_t>(kWord, length - i));
        if (bits == 0) continue;
        const auto first = static_cast<uint64_t>(std::countr_zero(bits)) / 8;
        const auto last = 7 - static_cast<uint64_t>(std::countl_zero(bits)) / 8;
        if (!ranges_.add(at + i + first, at + i + last + 1)) return false;
      }
    }
    return true;
  }

  static uint64_t differing(const uint8_t* left, const uint8_t* right, size_t length) {
    uint64_t words[2] = {0, 0};
    memcpy(&words[0], left, length);
    memcpy(&words[1], right, length);
    return words[0] ^ words[1];
  }

  // What only one of them has; either may have been cut off since it was compared.
  void compareEnds() {
    left_.measure();
    right_.measure();
    const uint64_t shorter = std::max(comparison_.from, std::min(left_.size(), right_.size()));
    const uint64_t longer = std::min(comparison_.to, std::max(left_.size(), right_.size()));
    ranges_.cut(shorter);
    if (shorter < longer) ranges_.add(shorter, longer);
    control_.found(ranges_.size());
  }

  const Comparison& comparison_;
  const Control& control_;
  Side left_;
  Side right_;
  Ranges ranges_;
};

}  // namespace

std::vector<Extent> difference(const Comparison& comparison, const Control& control) {
  return Comparer(comparison, control).run();
}

}  // namespace shmscope
