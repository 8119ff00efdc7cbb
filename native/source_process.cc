// Bytes by process_vm_readv(2) from a process that maps the object: for those who may not open what has no name.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "errors.h"
#include "fd.h"
#include "mapping.h"
#include "maps.h"
#include "source.h"

namespace shmscope {

namespace {

// Bits 63 and 62 of an entry of /proc/PID/pagemap: present, swapped (Documentation/admin-guide/mm/pagemap.rst).
constexpr uint64_t kPresent = uint64_t{3} << 62;
constexpr size_t kEntries = 512;

class ProcessSource : public Source {
 public:
  ProcessSource(int pid, uint64_t address, uint64_t length, uint64_t offset)
      : pid_(pid), address_(address), length_(length), offset_(offset), path_("/proc/" + std::to_string(pid)) {
    process_ = Fd(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!process_) fail(errno == ENOENT ? ESRCH : errno, "open", path_);
    maps_ = openIn("maps");
    pagemap_ = openIn("pagemap");
    const auto area = areaAt(maps_.get(), address);
    if (!area || !fits(*area)) fail(ESTALE, "openProcess", path_, "the process has no such mapping any more");
    if (!(area->flags & kShared))
      fail(EINVAL, "openProcess", path_, "the mapping is private: its bytes need not be the object's");
    device_ = area->device;
    inode_ = area->inode;
  }

  const char* how() const override { return "process_vm_readv"; }

  uint64_t begin() const override { return offset_; }

  // No descriptor of the object can be had: its times, links and owner are not known. The size is what the mapping
  // reaches. The memory that it holds is left out, since counting it walks the page tables of the whole mapping, and
  // this is asked before every reading.
  Stat stat() const override {
    const Area area = require();
    const Stat owner = statFd(process_.get(), path_);
    Stat stat;
    stat.device = device_;
    stat.inode = inode_;
    stat.size = offset_ + length_;
    stat.mode = S_IFREG | (area.flags & kRead ? 0400U : 0U) | (area.flags & kWrite ? 0200U : 0U);
    stat.uid = owner.uid;
    stat.gid = owner.gid;
    return stat;
  }

  size_t read(uint8_t* target, size_t length, uint64_t offset) const override {
    if (offset < offset_) fail(ERANGE, "process_vm_readv", path_, "the mapping begins at " + std::to_string(offset_));
    if (offset >= offset_ + length_) return 0;
    length = std::min(length, static_cast<size_t>(offset_ + length_ - offset));
    require();
    const size_t had = alignedRead([this](uint8_t* to, size_t count, uint64_t at) { return readWords(to, count, at); },
                                   target, length, offset);
    // Bytes of another program, or of another object at the same address, must not pass for this one's.
    require();
    return had;
  }

  void write(const uint8_t* bytes, size_t length, uint64_t offset) const override {
    if (offset < offset_ || offset + length > offset_ + length_) {
      fail(ERANGE, "process_vm_writev", path_, "the range is not wholly inside the mapping");
    }
    if (!(require().flags & kWrite)) fail(EACCES, "process_vm_writev", path_, "the process maps it read-only");
    if (length == 0) return;
    const iovec local{const_cast<uint8_t*>(bytes), length};
    const iovec remote{reinterpret_cast<void*>(addressOf(offset)), length};
    const ssize_t had = process_vm_writev(pid_, &local, 1, &remote, 1, 0);
    if (had < 0 && errno != EFAULT) fail("process_vm_writev", path_);
    if (had < 0 || static_cast<size_t>(had) < length)
      fail(ERANGE, "process_vm_writev", path_, "the object ends before the range does");
    require();
  }

  std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const override {
    from = std::max(from, offset_);
    end = std::min(end, offset_ + length_);
    uint64_t entries[kEntries];
    std::optional<Extent> held;
    while (from < end) {
      const uint64_t first = from - from % kPage;
      const size_t count = pages(first, end, entries);
      for (size_t i = 0; i < count; i++) {
        const uint64_t page = first + i * kPage;
        const bool present = entries[i] & kPresent;
        if (held && !present) return held;
        if (present && !held) held = Extent{std::max(page, from), end};
        if (held) held->end = std::min(page + kPage, end);
      }
      from = first + count * kPage;
    }
    return held;
  }

 private:
  Fd openIn(const char* name) const {
    Fd fd(openat(process_.get(), name, O_RDONLY | O_CLOEXEC));
    if (!fd) fail("open", path_ + "/" + name);
    return fd;
  }

  uint64_t addressOf(uint64_t offset) const { return address_ + (offset - offset_); }

  bool fits(const Area& area) const {
    return area.start <= address_ && address_ + length_ <= area.end && area.offset + (address_ - area.start) == offset_;
  }

  Area require() const {
    const auto area = areaAt(maps_.get(), address_);
    if (!area || !fits(*area) || area->device != device_ || area->inode != inode_) {
      fail(ESTALE, "process_vm_readv", path_, "the process does not map it there any more");
    }
    return *area;
  }

  // Entries of the pages of [first, end), as many as fit.
  size_t pages(uint64_t first, uint64_t end, uint64_t (&entries)[kEntries]) const {
    const size_t count = std::min<uint64_t>(kEntries, (end - first + kPage - 1) / kPage);
    const uint64_t at = addressOf(first) / kPage * sizeof entries[0];
    const ssize_t had = pread(pagemap_.get(), entries, count * sizeof entries[0], static_cast<off_t>(at));
    if (had < 0) fail("pread", path_ + "/pagemap");
    if (had == 0) fail(ESTALE, "pread", path_ + "/pagemap", "the process ended or runs another program");
    return static_cast<size_t>(had) / sizeof entries[0];
  }

  // Pages that are not present are left alone, since touching them would allocate them.
  size_t readWords(uint8_t* to, size_t length, uint64_t offset) const {
    const uint64_t end = std::min(offset + length, offset_ + length_);
    length = static_cast<size_t>(end - offset);
    memset(to, 0, length);
    uint64_t at = offset;
    while (const auto held = nextHeld(at, end)) {
      const size_t count = static_cast<size_t>(held->end - held->start);
      const iovec local{to + (held->start - offset), count};
      const iovec remote{reinterpret_cast<void*>(addressOf(held->start)), count};
      const ssize_t had = process_vm_readv(pid_, &local, 1, &remote, 1, 0);
      if (had < 0 && errno == ESRCH) fail(ESTALE, "process_vm_readv", path_, "the process has ended");
      if (had < 0 && errno != EFAULT) fail("process_vm_readv", path_);
      // The object was cut off meanwhile.
      if (had < 0 || static_cast<size_t>(had) < count) {
        return static_cast<size_t>(held->start - offset) + static_cast<size_t>(std::max<ssize_t>(had, 0));
      }
      at = held->end;
    }
    return length;
  }

  const int pid_;
  const uint64_t address_;
  const uint64_t length_;
  const uint64_t offset_;
  const std::string path_;
  Fd process_;
  Fd maps_;
  Fd pagemap_;
  dev_t device_ = 0;
  uint64_t inode_ = 0;
};

}  // namespace

std::unique_ptr<Source> openProcessSource(int pid, uint64_t address, uint64_t length, uint64_t offset) {
  if (length == 0 || address % kPage != 0 || offset % kPage != 0) {
    fail(EINVAL, "openProcess", {}, "address and offset must be those of a page, and length more than 0");
  }
  if (address + length < address) fail(ERANGE, "openProcess", {}, "the range passes the end of the address space");
  return std::make_unique<ProcessSource>(pid, address, length, offset);
}

}  // namespace shmscope
