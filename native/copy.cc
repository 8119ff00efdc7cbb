#include "copy.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "errors.h"
#include "fd.h"

namespace shmscope {

namespace {

constexpr uint64_t kChunk = 1024 * 1024;

// A file that did not exist before, and is removed again unless it is kept.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (!fd_) fail("open", path);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!kept_ && isStillThere()) unlink(path_.c_str());
  }

  // Bytes that may still be stored in its file system.
  uint64_t room() const {
    struct statfs status;
    if (fstatfs(fd_.get(), &status) != 0) fail("fstatfs", path_);
    // Without a limit, as a tmpfs can be.
    if (status.f_blocks == 0) return UINT64_MAX;
    return static_cast<uint64_t>(status.f_bavail) * static_cast<uint64_t>(status.f_bsize);
  }

  void setSize(uint64_t size) {
    // Past this limit the kernel sends SIGXFSZ, which ends a process.
    rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && size > limit.rlim_cur)
      fail(EFBIG, "ftruncate", path_, "larger than a file of this process may be (ulimit -f)");
    if (ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) fail("ftruncate", path_);
  }

  void write(const uint8_t* bytes, size_t length, uint64_t offset) {
    for (size_t done = 0; done < length;) {
      const ssize_t had = pwrite(fd_.get(), bytes + done, length - done, static_cast<off_t>(offset + done));
      if (had < 0 && errno == EINTR) continue;
      if (had < 0) fail("pwrite", path_);
      done += static_cast<size_t>(had);
    }
  }

  [[noreturn]] void failFull() const {
    fail(ENOSPC, "copy", path_, "the file system has less free than the segment holds");
  }

  void keep() { kept_ = true; }

 private:
  // Another file may have taken its name.
  bool isStillThere() const {
    struct stat own, named;
    return fstat(fd_.get(), &own) == 0 && lstat(path_.c_str(), &named) == 0 && own.st_dev == named.st_dev &&
           own.st_ino == named.st_ino;
  }

  const std::string path_;
  const Fd fd_;
  bool kept_ = false;
};

// What [from, to) leads to of the source.
std::vector<Extent> partsOf(const Source& source, uint64_t from, uint64_t to) {
  std::vector<Extent> parts;
  for (Extent part : source.shown()) {
    part = {std::max(part.start, from), std::min(part.end, to)};
    if (part.start < part.end) parts.push_back(part);
  }
  return parts;
}

// Whether the parts hold more than `room` bytes: they are counted only where their size alone does not tell.
bool isMoreThan(const Source& source, const std::vector<Extent>& parts, uint64_t room) {
  uint64_t most = 0;
  for (const Extent& part : parts) most += part.end - part.start;
  if (most <= room) return false;
  uint64_t held = 0;
  for (const Extent& part : parts) {
    uint64_t at = part.start;
    while (const auto next = source.nextHeld(at, part.end)) {
      held += next->end - next->start;
      if (held > room) return true;
      at = next->end;
    }
  }
  return false;
}

class Copier {
 public:
  Copier(const Source& source, NewFile& file, const Control& control)
      : source_(source),
        file_(file),
        control_(control),
        buffer_(std::make_unique_for_overwrite<uint64_t[]>(kChunk / sizeof(uint64_t))) {}

  uint64_t run(uint64_t from, uint64_t to) {
    const Stat stat = source_.stat();
    size_ = stat.size;
    to = std::min(to, size_);
    const auto parts = partsOf(source_, from, to);
    if (isMoreThan(source_, parts, file_.room())) file_.failFull();
    file_.setSize(size_);
    from_ = from;
    to_ = to;
    resident_ = stat.resident;
    for (const Extent& part : parts) {
      if (!copyPart(part)) break;
    }
    // What it was cut off to; it may also have been cut where it holds nothing, and nothing was read.
    const uint64_t now = std::min(size_, source_.stat().size);
    if (now < stat.size) file_.setSize(now);
    control_.progress(1, 1);
    return copied_;
  }

 private:
  // False where the object ended before the part did.
  bool copyPart(const Extent& part) {
    uint64_t at = part.start;
    while (const auto held = source_.nextHeld(at, part.end)) {
      for (at = held->start; at < held->end;) {
        if (control_.cancelled()) fail(ECANCELED, "copy");
        // Chunks end at multiples of their size, so that no aligned word lies in two.
        const uint64_t stop = std::min((at / kChunk + 1) * kChunk, held->end);
        if (!copyChunk(at, static_cast<size_t>(stop - at))) return false;
        at = stop;
        tell(at);
      }
    }
    if (control_.cancelled()) fail(ECANCELED, "copy");
    return true;
  }

  bool copyChunk(uint64_t at, size_t length) {
    auto* bytes = reinterpret_cast<uint8_t*>(buffer_.get());
    const size_t had = source_.read(bytes, length, at);
    file_.write(bytes, had, at);
    copied_ += had;
    if (had < length) size_ = at + had;
    return had == length;
  }

  // By what is held, where that is known, and by the place where little of it is in the range.
  void tell(uint64_t at) const {
    const uint64_t span = to_ - from_;
    const uint64_t total = std::min(resident_ > 0 ? resident_ : span, span);
    const bool byPlace = static_cast<double>(at - from_) / static_cast<double>(span) >
                         static_cast<double>(copied_) / static_cast<double>(total);
    if (byPlace) {
      control_.progress(at - from_, span);
    } else {
      control_.progress(copied_, total);
    }
  }

  const Source& source_;
  NewFile& file_;
  const Control& control_;
  const std::unique_ptr<uint64_t[]> buffer_;
  uint64_t size_ = 0;
  uint64_t resident_ = 0;
  uint64_t from_ = 0;
  uint64_t to_ = 0;
  uint64_t copied_ = 0;
};

}  // namespace

uint64_t copyTo(const Source& source, const std::string& path, uint64_t from, uint64_t to, const Control& control) {
  NewFile file(path);
  const uint64_t copied = Copier(source, file, control).run(from, to);
  file.keep();
  return copied;
}

}  // namespace shmscope
