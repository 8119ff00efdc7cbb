#include "find.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace shmscope {

namespace {

constexpr uint64_t kChunk = kChunkPlaces;
// Backward, what holds memory is asked of so much at a time.
constexpr uint64_t kWindow = 64 << 20;

// A window on the object that moves by chunks. What it has already is not read again, and each read begins at a word,
// so that the kernel copies it straight here.
class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) {}

  // The bytes from `from` on, `count` of them or fewer where the object ends.
  std::span<const uint8_t> get(uint64_t from, size_t count) {
    const uint64_t begin = from & ~(kWord - 1);
    const uint64_t end = (from + count + kWord - 1) & ~(kWord - 1);
    uint64_t at = begin;
    reserve(static_cast<size_t>(end - begin));
    uint8_t* const data = bytes();
    if (begin >= start_ && begin < end_ && end_ % kWord == 0) {
      at = std::min(end_, end);
      memmove(data, data + (begin - start_), static_cast<size_t>(at - begin));
    }
    if (at < end) at += source_.read(data + (at - begin), static_cast<size_t>(end - at), at);
    start_ = begin;
    end_ = at;
    const size_t had = static_cast<size_t>(at - std::min(at, from));
    return {data + (from - begin), std::min(had, count)};
  }

 private:
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(words_.get()); }

  void reserve(size_t count) {
    if (room_ >= count) return;
    auto grown = std::make_unique<uint64_t[]>((count + kSlack) / kWord + 1);
    if (room_ > 0) memcpy(grown.get(), words_.get(), room_);
    words_ = std::move(grown);
    room_ = count;
  }

  const Source& source_;
  std::unique_ptr<uint64_t[]> words_;
  size_t room_ = 0;
  uint64_t start_ = 0;
  uint64_t end_ = 0;
};

// Places [from, to): of what holds memory, or wholly in what holds none.
struct Piece {
  uint64_t from;
  uint64_t to;
  bool held;
};

class Finder {
 public:
  Finder(const Source& source, Needle& needle, const Search& search, const TakePlaces& take)
      : source_(source), needle_(needle), search_(search), take_(take), reader_(source), length_(needle.length()) {
    zeros_ = beginsInZeros();
  }

  void run() {
    std::vector<Extent> parts;
    for (const Extent& part : source_.shown()) {
      if (part.end - part.start < length_) continue;
      // Beyond the last offset at which it can begin.
      const Extent places{std::max(search_.from, part.start), std::min(search_.to, part.end - length_ + 1)};
      if (places.start < places.end) parts.push_back(places);
    }
    if (parts.empty()) return;
    first_ = parts.front().start;
    last_ = parts.back().end;
    if (search_.backward) std::reverse(parts.begin(), parts.end());
    for (const Extent& part : parts) {
      if (!(search_.backward ? backward(part) : forward(part))) return;
    }
  }

 private:
  bool beginsInZeros() {
    const std::vector<uint8_t> zeros(length_ + kSlack);
    places_.clear();
    needle_.match(zeros.data(), 1, 0, 1, search_.control, places_);
    return !places_.empty();
  }

  bool goesOn(uint64_t at) const {
    search_.control.progress(search_.backward ? last_ - at : at - first_, last_ - first_);
    search_.control.found(found_);
    return !search_.control.cancelled();
  }

  bool hand(uint64_t offset, const uint8_t* data) {
    if (places_.empty()) return true;
    found_ += places_.size();
    return take_(offset, places_, data);
  }

  // The first piece of the places [at, end). `held` is what was asked last.
  Piece nextPiece(uint64_t at, uint64_t end, std::optional<Extent>& held) const {
    if (!held || held->end <= at) held = source_.nextHeld(at, end + length_ - 1);
    const uint64_t next = held ? held->start : end + length_ - 1;
    // What begins in [at, hole) ends before the next byte that is held.
    const uint64_t hole = std::min(end, next - std::min(next, length_ - 1));
    if (hole > at) return {at, hole, false};
    return {at, std::min(end, held->end), true};
  }

  bool forward(const Extent& part) {
    std::optional<Extent> held;
    for (uint64_t at = part.start; at < part.end;) {
      const Piece piece = nextPiece(at, part.end, held);
      if (!(piece.held ? readForward(piece) : addZeros(piece))) return false;
      at = piece.to;
    }
    return true;
  }

  bool readForward(const Piece& piece) {
    for (uint64_t at = piece.from; at < piece.to;) {
      if (!goesOn(at)) return false;
      // So that reads end at multiples of a chunk.
      const uint64_t end = ((at + length_ - 1) / kChunk + 1) * kChunk - (length_ - 1);
      const uint64_t stop = std::min(piece.to, end);
      bool whole = false;
      if (!searchChunk(at, stop, whole) || !whole) return false;
      at = stop;
    }
    return true;
  }

  bool backward(const Extent& part) {
    uint64_t width = kWindow;
    for (uint64_t end = part.end; end > part.start;) {
      if (!goesOn(end)) return false;
      const uint64_t start = end - part.start > width ? end - width : part.start;
      std::optional<Extent> held = source_.nextHeld(start, end + length_ - 1);
      const bool empty = !held;
      // It is looked at in smaller parts again where there is something.
      if (!empty && width > kWindow) {
        width = kWindow;
        continue;
      }
      std::vector<Piece> pieces;
      for (uint64_t at = start; at < end; at = pieces.back().to) pieces.push_back(nextPiece(at, end, held));
      for (auto piece = pieces.rbegin(); piece != pieces.rend(); piece++) {
        if (!(piece->held ? readBackward(*piece) : addZeros(*piece))) return false;
      }
      width = empty ? std::min(width * 2, uint64_t{1} << 52) : kWindow;
      end = start;
    }
    return true;
  }

  bool readBackward(const Piece& piece) {
    for (uint64_t end = piece.to; end > piece.from;) {
      if (!goesOn(end)) return false;
      const uint64_t start = std::max(piece.from, (end - 1) / kChunk * kChunk);
      bool whole = false;
      if (!searchChunk(start, end, whole)) return false;
      end = start;
    }
    return true;
  }

  // Those that begin in [from, to); `whole` false where the object has shrunk meanwhile.
  bool searchChunk(uint64_t from, uint64_t to, bool& whole) {
    const size_t wanted = static_cast<size_t>(to - from + length_ - 1);
    const auto data = reader_.get(from, wanted);
    whole = data.size() == wanted;
    if (data.size() < length_) return true;
    places_.clear();
    needle_.match(data.data(), data.size() - length_ + 1, from, SIZE_MAX, search_.control, places_);
    return hand(from, data.data());
  }

  // All places of a part that holds no memory.
  bool addZeros(const Piece& piece) {
    if (!zeros_) return true;
    const uint64_t step = needle_.step();
    const uint64_t first = (piece.from + step - 1) / step * step;
    for (uint64_t done = first; done < piece.to; done += kChunk) {
      const uint64_t from =
          search_.backward ? std::max(first, piece.to - std::min(piece.to, done - first + kChunk)) : done;
      const uint64_t to = search_.backward ? piece.to - (done - first) : std::min(piece.to, done + kChunk);
      if (!goesOn(from)) return false;
      places_.clear();
      const uint64_t skip = (from + step - 1) / step * step - from;
      for (uint64_t at = skip; at < to - from; at += step) places_.push_back(static_cast<uint32_t>(at));
      if (!hand(from, nullptr)) return false;
    }
    return true;
  }

  const Source& source_;
  Needle& needle_;
  const Search& search_;
  const TakePlaces& take_;
  Reader reader_;
  const uint64_t length_;
  bool zeros_ = false;
  uint64_t first_ = 0;
  uint64_t last_ = 0;
  uint64_t found_ = 0;
  std::vector<uint32_t> places_;
};

}  // namespace

void eachPlace(const Source& source, Needle& needle, const Search& search, const TakePlaces& take) {
  Finder(source, needle, search, take).run();
}

std::vector<double> find(const Source& source, Needle& needle, const Search& search, uint64_t limit) {
  std::vector<double> hits;
  if (limit == 0) return hits;
  const auto take = [&](uint64_t offset, std::span<const uint32_t> places, const uint8_t*) {
    const size_t count = static_cast<size_t>(std::min<uint64_t>(places.size(), limit - hits.size()));
    for (size_t i = 0; i < count; i++)
      hits.push_back(static_cast<double>(offset + places[search.backward ? places.size() - 1 - i : i]));
    return hits.size() < limit;
  };
  eachPlace(source, needle, search, take);
  return hits;
}

}  // namespace shmscope
