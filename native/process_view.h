// What one shared mapping of another process shows of an object: a part of it, of which pages may not be present.
#pragma once

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "errors.h"
#include "fd.h"
#include "mapping.h"
#include "maps.h"
#include "source.h"

namespace shmscope {

class ProcessView {
 public:
  explicit ProcessView(const MappedPart& part) : part_(part), path_("/proc/" + std::to_string(part.pid)) {
    process_ = Fd(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!process_) fail(errno == ENOENT ? ESRCH : errno, "open", path_);
    maps_ = openIn("maps");
    pagemap_ = openIn("pagemap");
    const auto area = areaAt(maps_.get(), part.address);
    if (!area || !fits(*area)) fail(ESTALE, "openProcess", path_, "the process has no such mapping any more");
    if (!(area->flags & kShared))
      fail(EINVAL, "openProcess", path_, "the mapping is private: its bytes need not be the object's");
    device_ = area->device;
    inode_ = area->inode;
  }

  uint64_t start() const { return part_.offset; }
  uint64_t end() const { return part_.offset + part_.length; }
  bool shows(uint64_t offset) const { return start() <= offset && offset < end(); }
  bool overlaps(uint64_t from, uint64_t to) const { return start() < to && from < end(); }
  dev_t device() const { return device_; }
  uint64_t inode() const { return inode_; }
  const std::string& path() const { return path_; }
  Stat owner() const { return statFd(process_.get(), path_); }

  // The area as it is now; ESTALE where the process ended or maps something else there: bytes of another program, or of
  // another object at the same address, must not pass for this one's.
  Area require() const {
    const auto area = areaAt(maps_.get(), part_.address);
    if (!area || !fits(*area) || area->device != device_ || area->inode != inode_) {
      fail(ESTALE, "process_vm_readv", path_, "the process does not map it there any more");
    }
    return *area;
  }

  // The first run of present pages in [from, end).
  std::optional<Extent> nextPresent(uint64_t from, uint64_t to) const {
    from = std::max(from, start());
    to = std::min(to, end());
    uint64_t entries[kEntries];
    std::optional<Extent> held;
    while (from < to) {
      const uint64_t first = from - from % kPage;
      const size_t count = pages(first, to, entries);
      for (size_t i = 0; i < count; i++) {
        const uint64_t page = first + i * kPage;
        const bool present = entries[i] & kPresent;
        if (held && !present) return held;
        if (present && !held) held = Extent{std::max(page, from), to};
        if (held) held->end = std::min(page + kPage, to);
      }
      from = first + count * kPage;
    }
    return held;
  }

  // Bytes copied; fewer than `length` where the object was cut off.
  size_t copyFrom(uint64_t offset, uint8_t* to, size_t length) const {
    const iovec local{to, length};
    const iovec remote{addressOf(offset), length};
    return copied(process_vm_readv(part_.pid, &local, 1, &remote, 1, 0), "process_vm_readv");
  }
  size_t copyTo(uint64_t offset, const uint8_t* bytes, size_t length) const {
    const iovec local{const_cast<uint8_t*>(bytes), length};
    const iovec remote{addressOf(offset), length};
    return copied(process_vm_writev(part_.pid, &local, 1, &remote, 1, 0), "process_vm_writev");
  }

 private:
  // Bits 63 and 62 of an entry of /proc/PID/pagemap: present, swapped (Documentation/admin-guide/mm/pagemap.rst).
  static constexpr uint64_t kPresent = uint64_t{3} << 62;
  static constexpr size_t kEntries = 512;

  Fd openIn(const char* name) const {
    Fd fd(openat(process_.get(), name, O_RDONLY | O_CLOEXEC));
    if (!fd) fail("open", path_ + "/" + name);
    return fd;
  }

  uint64_t at(uint64_t offset) const { return part_.address + (offset - part_.offset); }
  void* addressOf(uint64_t offset) const { return reinterpret_cast<void*>(at(offset)); }

  bool fits(const Area& area) const {
    return area.start <= part_.address && part_.address + part_.length <= area.end &&
           area.offset + (part_.address - area.start) == part_.offset;
  }

  size_t copied(ssize_t had, const char* syscall) const {
    if (had >= 0) return static_cast<size_t>(had);
    if (errno == EFAULT) return 0;
    if (errno == ESRCH) fail(ESTALE, syscall, path_, "the process has ended");
    fail(syscall, path_);
  }

  // Entries of the pages of [first, to), as many as fit.
  size_t pages(uint64_t first, uint64_t to, uint64_t (&entries)[kEntries]) const {
    const size_t count = std::min<uint64_t>(kEntries, (to - first + kPage - 1) / kPage);
    const ssize_t had = pread(pagemap_.get(), entries, count * sizeof entries[0],
                              static_cast<off_t>(at(first) / kPage * sizeof entries[0]));
    if (had < 0) fail("pread", path_ + "/pagemap");
    const size_t whole = static_cast<size_t>(had) / sizeof entries[0];
    if (whole == 0) fail(ESTALE, "pread", path_ + "/pagemap", "the process ended or runs another program");
    return whole;
  }

  const MappedPart part_;
  const std::string path_;
  Fd process_;
  Fd maps_;
  Fd pagemap_;
  dev_t device_ = 0;
  uint64_t inode_ = 0;
};

}  // namespace shmscope
