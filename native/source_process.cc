// Bytes by process_vm_readv(2) from processes that map the object: for those who may not open what has no name.
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "process_view.h"

namespace shmscope {

namespace {

class ProcessSource : public Source {
 public:
  ProcessSource(std::vector<std::unique_ptr<ProcessView>> views, uint64_t size) : views_(std::move(views)) {
    std::vector<Extent> parts;
    for (const auto& view : views_) parts.push_back({view->start(), view->end()});
    std::sort(parts.begin(), parts.end(), [](const Extent& a, const Extent& b) { return a.start < b.start; });
    for (Extent part : parts) {
      if (size > 0) part.end = std::min(part.end, size);
      if (part.start >= part.end) continue;
      if (!shown_.empty() && part.start <= shown_.back().end) {
        shown_.back().end = std::max(shown_.back().end, part.end);
      } else {
        shown_.push_back(part);
      }
    }
    size_ = size > 0 || shown_.empty() ? size : shown_.back().end;
  }

  const char* how() const override { return "process_vm_readv"; }

  std::vector<Extent> shown() const override { return shown_; }

  // No descriptor of the object can be had: its times, links and owner are not known. The memory that it holds is left
  // out, since counting it walks the page tables of all mappings, and this is asked before every reading.
  Stat stat() const override {
    uint8_t flags = 0;
    for (const auto& view : views_) flags |= view->require().flags;
    const Stat owner = views_.front()->owner();
    Stat stat;
    stat.device = views_.front()->device();
    stat.inode = views_.front()->inode();
    stat.size = size_;
    stat.mode = S_IFREG | (flags & kRead ? 0400U : 0U) | (flags & kWrite ? 0200U : 0U);
    stat.uid = owner.uid;
    stat.gid = owner.gid;
    return stat;
  }

  size_t read(uint8_t* target, size_t length, uint64_t offset) const override {
    if (offset >= size_) return 0;
    length = std::min<uint64_t>(length, size_ - offset);
    requireShown(offset, offset + length, "process_vm_readv");
    requireViews(offset, offset + length);
    const size_t had = alignedRead([this](uint8_t* to, size_t count, uint64_t at) { return readWords(to, count, at); },
                                   target, length, offset);
    requireViews(offset, offset + length);
    return had;
  }

  void write(const uint8_t* bytes, size_t length, uint64_t offset) const override {
    const uint64_t end = offset + length;
    if (end > size_) fail(ERANGE, "process_vm_writev", views_.front()->path(), "the object ends before the range does");
    requireShown(offset, end, "process_vm_writev");
    // All of the way before the first store, so that none is made where one would be refused.
    std::vector<std::pair<const ProcessView*, uint64_t>> pieces;
    for (uint64_t at = offset; at < end;) {
      const ProcessView& view = writable(at);
      pieces.emplace_back(&view, at = std::min(view.end(), end));
    }
    uint64_t at = offset;
    for (const auto& [view, stop] : pieces) {
      if (view->copyTo(at, bytes + (at - offset), stop - at) < stop - at)
        fail(ERANGE, "process_vm_writev", view->path(), "the object ends before the range does");
      at = stop;
    }
    requireViews(offset, end);
  }

  uint64_t compareAndSwap(uint64_t, const Swap&) const override {
    fail(ENOTSUP, "process_vm_writev", views_.front()->path(),
         "nothing compares and stores in one step in the memory of another process");
  }

  std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const override {
    const auto piece = nextPiece(from, end);
    return piece ? std::optional(piece->extent) : std::nullopt;
  }

 private:
  struct Piece {
    Extent extent;
    const ProcessView* view;
  };

  // The first part of [from, end) that is present in some process, and that process. By windows, so that a mapping with
  // nothing in it is not walked to its end for every page that another one has.
  std::optional<Piece> nextPiece(uint64_t from, uint64_t end) const {
    end = std::min(end, size_);
    const uint64_t window = 512 * kPage;
    for (; from < end; from = (from / window + 1) * window) {
      uint64_t stop = std::min(end, (from / window + 1) * window);
      std::optional<Piece> first;
      for (const auto& view : views_) {
        const auto present = view->nextPresent(from, stop);
        if (!present) continue;
        first = Piece{*present, view.get()};
        stop = present->start;
      }
      if (first) return first;
    }
    return {};
  }

  void requireViews(uint64_t from, uint64_t end) const {
    for (const auto& view : views_) {
      if (view->overlaps(from, end)) view->require();
    }
  }

  // What no mapping shows must not read as zeros. It is a part of the object, and root could read it.
  void requireShown(uint64_t from, uint64_t end, const char* syscall) const {
    for (const Extent& part : shown_) {
      if (part.start <= from && end <= part.end) return;
    }
    fail(EACCES, syscall, views_.front()->path(),
         "not all of the bytes " + std::to_string(from) + " to " + std::to_string(end) +
             " are mapped by a process that may be read");
  }

  const ProcessView& writable(uint64_t offset) const {
    const ProcessView* best = nullptr;
    for (const auto& view : views_) {
      if (!view->shows(offset) || (best && best->end() >= view->end())) continue;
      if (view->require().flags & kWrite) best = view.get();
    }
    if (!best) fail(EACCES, "process_vm_writev", views_.front()->path(), "the process maps it read-only");
    return *best;
  }

  // Pages that are not present are left alone, since touching them would allocate them.
  size_t readWords(uint8_t* to, size_t length, uint64_t offset) const {
    // Up to a whole word: the pages of a mapping go on where the known size ends.
    const uint64_t end = std::min(offset + length, (size_ + kWord - 1) & ~(kWord - 1));
    length = static_cast<size_t>(end - offset);
    memset(to, 0, length);
    uint64_t at = offset;
    while (const auto piece = nextPiece(at, end)) {
      const auto [start, stop] = piece->extent;
      const size_t count = static_cast<size_t>(std::min((stop + kWord - 1) & ~(kWord - 1), end) - start);
      const size_t had = piece->view->copyFrom(start, to + (start - offset), count);
      // The object was cut off meanwhile.
      if (had < count) return static_cast<size_t>(start - offset) + had;
      at = stop;
    }
    return length;
  }

  std::vector<std::unique_ptr<ProcessView>> views_;
  std::vector<Extent> shown_;
  uint64_t size_ = 0;
};

void check(const MappedPart& part) {
  if (part.length == 0 || part.address % kPage != 0 || part.offset % kPage != 0) {
    fail(EINVAL, "openProcess", {}, "address and offset must be those of a page, and length more than 0");
  }
  if (part.address + part.length < part.address)
    fail(ERANGE, "openProcess", {}, "the range passes the end of the address space");
}

}  // namespace

std::unique_ptr<Source> openProcessSource(const std::vector<MappedPart>& parts, const Expected& expected) {
  std::vector<std::unique_ptr<ProcessView>> views;
  std::optional<SysError> refused;
  for (const MappedPart& part : parts) {
    check(part);
    try {
      auto view = std::make_unique<ProcessView>(part);
      const bool same = expected.device ? view->device() == *expected.device && view->inode() == expected.inode
                                        : views.empty() || (view->device() == views.front()->device() &&
                                                            view->inode() == views.front()->inode());
      if (!same) fail(ESTALE, "openProcess", view->path(), "the process maps another object there");
      views.push_back(std::move(view));
    } catch (const SysError& error) {
      if (!refused) refused = error;
    }
  }
  if (!views.empty()) return std::make_unique<ProcessSource>(std::move(views), expected.size);
  if (refused) throw *refused;
  fail(EINVAL, "openProcess", {}, "no mapping was named");
}

}  // namespace shmscope
