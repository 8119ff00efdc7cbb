// Bytes by pread(2): an object with a name, or one that a process maps, through /proc/PID/map_files.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <cstdio>
#include <cstring>
#include <ctime>

#include "errors.h"
#include "extents.h"
#include "fd.h"
#include "mapping.h"
#include "source.h"

namespace shmscope {

namespace {

// While a program truncates the object, process_vm_writev(2) has been seen to give EIO on Linux 6.18, in one or two of
// fifty storms of two seconds, and eight attempts at once all to give it. Why is not known; it passes within milliseconds.
constexpr int kAttempts = 50;
constexpr timespec kPause{0, 100'000};

class FdSource : public Source {
 public:
  FdSource(Fd fd, const char* how, std::string path) : fd_(std::move(fd)), how_(how), path_(std::move(path)) {}

  const char* how() const override { return how_; }
  Stat stat() const override { return statFd(fd_.get(), path_); }

  size_t read(uint8_t* target, size_t length, uint64_t offset) const override {
    return alignedRead([this](uint8_t* to, size_t count, uint64_t at) { return readWords(to, count, at); }, target,
                       length, offset);
  }

  // pwrite(2) would let an object grow that shrinks at this moment; the kernel's copy into a mapping stops at its end.
  void write(const uint8_t* bytes, size_t length, uint64_t offset) const override {
    requireInside(offset, length);
    if (length == 0) return;
    const Mapping mapping(fd_.get(), offset, length, PROT_READ | PROT_WRITE);
    if (!mapping.ok()) fail("mmap", path_);
    size_t total = 0;
    int attempts = 0;
    while (total < length) {
      const ssize_t had = copyIn(mapping.at() + total, bytes + total, length - total);
      if (had < 0 && errno == EIO && ++attempts < kAttempts) {
        nanosleep(&kPause, nullptr);
        requireInside(offset, length);
        continue;
      }
      if (had < 0 && errno != EFAULT) fail("process_vm_writev", path_);
      if (had <= 0) break;
      total += static_cast<size_t>(had);
    }
    requireInside(offset, length);
    if (total < length) failShort();
  }

  std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const override {
    return nextHeldOfFile(fd_.get(), from, end);
  }

 private:
  size_t readWords(uint8_t* to, size_t length, uint64_t offset) const {
    size_t total = 0;
    while (total < length) {
      const ssize_t had = pread(fd_.get(), to + total, length - total, static_cast<off_t>(offset + total));
      if (had < 0 && errno == EINTR) continue;
      if (had < 0) fail("pread", path_);
      if (had == 0) break;
      total += static_cast<size_t>(had);
    }
    if (total % kWord != 0) readLastWord(to + total - total % kWord, total % kWord, offset + total - total % kWord);
    return total;
  }

  // The object ends inside a word: pread(2) stops there and, on a processor without FSRM, copies the rest by single
  // bytes, which can tear an int. Through a mapping the whole word is there. Only where the page holds memory: a
  // mapping would allocate it.
  void readLastWord(uint8_t* to, size_t count, uint64_t offset) const {
    const auto held = nextHeld(offset, offset + count);
    if (!held || held->start != offset) return;
    const Mapping mapping(fd_.get(), offset, kWord, PROT_READ);
    alignas(kWord) uint8_t word[kWord];
    if (mapping.ok() && copyOut(mapping.at(), word, kWord) == static_cast<ssize_t>(kWord)) memcpy(to, word, count);
  }

  void requireInside(uint64_t offset, size_t length) const {
    const uint64_t size = stat().size;
    if (offset + length <= size) return;
    fail(ERANGE, "write", path_,
         "the range ends at " + std::to_string(offset + length) + ", the object at " + std::to_string(size));
  }

  // The range is inside, and yet a page of it could not be had.
  [[noreturn]] void failShort() const {
    struct statfs status;
    const bool full = fstatfs(fd_.get(), &status) == 0 && status.f_blocks > 0 && status.f_bavail == 0;
    fail(full ? ENOSPC : EIO, "process_vm_writev", path_);
  }

  const Fd fd_;
  const char* const how_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<Source> openPathSource(const std::string& path, bool write) {
  Fd fd = reopen(openRegular(path), write ? O_RDWR : O_RDONLY, path);
  return std::make_unique<FdSource>(std::move(fd), "pread", path);
}

std::unique_ptr<Source> openMapFilesSource(int pid, uint64_t address, uint64_t length, bool write) {
  char path[96];
  snprintf(path, sizeof path, "/proc/%d/map_files/%lx-%lx", pid, static_cast<unsigned long>(address),
           static_cast<unsigned long>(address + length));
  // The link itself is followed: it leads to the object, whatever its name. O_PATH has no effect on what it opens.
  const Fd found(open(path, O_PATH | O_CLOEXEC));
  if (!found) fail("open", path);
  struct stat status;
  if (fstat(found.get(), &status) != 0) fail("fstat", path);
  if (!S_ISREG(status.st_mode)) fail(EINVAL, "open", path, "not a regular file");
  return std::make_unique<FdSource>(reopen(found, write ? O_RDWR : O_RDONLY, path), "map_files", path);
}

}  // namespace shmscope
