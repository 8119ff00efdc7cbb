#include "find.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>

namespace shmscope {

namespace {

constexpr uint64_t kChunk = 256 * 1024;

class Finder {
 public:
  Finder(const Source& source, const Search& search)
      : source_(source),
        search_(search),
        length_(search.pattern.size()),
        zeros_(std::all_of(search.pattern.begin(), search.pattern.end(), [](uint8_t byte) { return byte == 0; })) {}

  std::vector<double> run() {
    for (const Extent& part : source_.shown()) {
      if (part.end - part.start < length_) continue;
      // Beyond the last offset at which it can begin.
      const uint64_t end = std::min(search_.to, part.end - length_ + 1);
      if (!searchPart(std::max(search_.from, part.start), end)) break;
    }
    return std::move(hits_);
  }

 private:
  bool full() const { return hits_.size() >= search_.limit; }
  bool cancelled() const {
    return search_.cancel &&
           std::atomic_ref(*const_cast<int32_t*>(search_.cancel)).load(std::memory_order_relaxed) != 0;
  }

  void addRun(uint64_t from, uint64_t to) {
    while (from < to && !full()) {
      if ((from & (kChunk - 1)) == 0 && cancelled()) return;
      hits_.push_back(static_cast<double>(from++));
    }
  }

  // Those that begin in [at, end); false where there is nothing more to search.
  bool searchPart(uint64_t at, uint64_t end) {
    std::optional<Extent> held;
    while (at < end && !full() && !cancelled()) {
      if (!held || held->end <= at) held = source_.nextHeld(at, end + length_ - 1);
      const uint64_t next = held ? held->start : end + length_ - 1;
      // What begins in [at, hole) ends before the next byte that is held.
      const uint64_t hole = std::min(end, next - std::min(next, length_ - 1));
      if (hole > at) {
        if (zeros_) addRun(at, hole);
        at = hole;
      } else {
        const uint64_t stop = std::min({at + kChunk, end, held->end});
        if (!searchChunk(at, stop)) return false;
        at = stop;
      }
    }
    return !full() && !cancelled();
  }

  // Those that begin in [from, to); false where the object has shrunk meanwhile.
  bool searchChunk(uint64_t from, uint64_t to) {
    const size_t wanted = static_cast<size_t>(to - from + length_ - 1);
    if (room_ < wanted) {
      room_ = std::max(wanted, static_cast<size_t>(kChunk + length_));
      buffer_ = std::make_unique_for_overwrite<uint8_t[]>(room_);
    }
    const uint8_t* data = buffer_.get();
    const size_t had = source_.read(buffer_.get(), wanted, from);
    const uint8_t* stop = data + had;
    for (const uint8_t* begin = data; begin < stop && !full(); begin++) {
      begin = static_cast<const uint8_t*>(
          memmem(begin, static_cast<size_t>(stop - begin), search_.pattern.data(), length_));
      if (begin == nullptr) break;
      hits_.push_back(static_cast<double>(from + static_cast<uint64_t>(begin - data)));
    }
    return had == wanted;
  }

  const Source& source_;
  const Search& search_;
  const uint64_t length_;
  const bool zeros_;
  std::vector<double> hits_;
  std::unique_ptr<uint8_t[]> buffer_;
  size_t room_ = 0;
};

}  // namespace

std::vector<double> find(const Source& source, const Search& search) { return Finder(source, search).run(); }

}  // namespace shmscope
