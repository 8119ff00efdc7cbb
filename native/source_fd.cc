// Bytes by pread(2): an object with a name, or one that a process has open (/proc/PID/fd) or maps
// (/proc/PID/map_files).
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "errors.h"
#include "extents.h"
#include "fd.h"
#include "mapping.h"
#include "source.h"

namespace shmscope {

namespace {

// While a program truncates the object, a store into it can fail though it is as long as before when it is asked: with
// EFAULT, and on Linux 6.18, in one or two of fifty storms of two seconds, with EIO. It passes within milliseconds.
constexpr int kAttempts = 50;
constexpr timespec kPause{0, 100'000};

// More would hold up the caller for milliseconds; descriptors are given out from the lowest number.
constexpr size_t kMostDescriptors = 512;

// The size of the file's pages in memory: those of hugetlbfs are huge (statfs(2), f_bsize).
uint64_t pageOf(int fd) {
  struct statfs status;
  const bool huge = fstatfs(fd, &status) == 0 && status.f_type == HUGETLBFS_MAGIC && status.f_bsize > 0;
  return huge ? static_cast<uint64_t>(status.f_bsize) : kPage;
}

class FdSource : public Source {
 public:
  FdSource(Fd fd, const char* how, std::string path)
      : fd_(std::move(fd)), how_(how), path_(std::move(path)), page_(pageOf(fd_.get())) {}

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
    const Mapping mapping(fd_.get(), offset, length, PROT_READ | PROT_WRITE, page_);
    if (!mapping.ok()) fail("mmap", path_);
    size_t total = 0;
    int attempts = 0;
    while (total < length) {
      const ssize_t had = copyIn(mapping.at() + total, bytes + total, length - total);
      if (had > 0) {
        total += static_cast<size_t>(had);
        continue;
      }
      if (had < 0 && errno != EFAULT && errno != EIO) fail("process_vm_writev", path_);
      // It ended before the range did, and may have grown again since.
      requireInside(offset, length);
      if (++attempts == kAttempts) failShort("process_vm_writev");
      nanosleep(&kPause, nullptr);
    }
    requireInside(offset, length);
  }

  uint64_t compareAndSwap(uint64_t offset, const Swap& swap) const override {
    requireInside(offset, swap.size);
    const Mapping mapping(fd_.get(), offset, swap.size, PROT_READ | PROT_WRITE, page_);
    if (!mapping.ok()) fail("mmap", path_);
    for (int attempts = 0; attempts < kAttempts; attempts++) {
      const Exchange done = exchange(mapping.at(), swap);
      // Where it was cut off meanwhile, the rest of its last page is there, and not a part of it.
      requireInside(offset, swap.size);
      if (done.outcome != Exchanged::kNoPage) return done.held;
      nanosleep(&kPause, nullptr);
    }
    failShort("clone");
  }

  std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const override {
    // hugetlbfs knows no holes and calls all of a file data: only that it holds nothing at all can be told.
    if (page_ != kPage && stat().resident == 0) return {};
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
    const Mapping mapping(fd_.get(), offset, kWord, PROT_READ, page_);
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
  [[noreturn]] void failShort(const char* syscall) const {
    if (page_ != kPage) fail(ENOSPC, syscall, path_, "no huge page is free");
    struct statfs status;
    const bool full = fstatfs(fd_.get(), &status) == 0 && status.f_blocks > 0 && status.f_bavail == 0;
    fail(full ? ENOSPC : EIO, syscall, path_);
  }

  const Fd fd_;
  const char* const how_;
  const std::string path_;
  const uint64_t page_;
};

// fcntl(2), F_GET_SEALS: mmap(2) would refuse the first store, when other ways are no more tried.
void requireUnsealed(const Fd& fd, const std::string& path) {
  const int seals = fcntl(fd.get(), F_GET_SEALS);
  if (seals >= 0 && (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)))
    fail(EPERM, "fcntl", path, "the object is sealed against writing");
}

// What a link of /proc leads to, whatever its name. O_PATH has no effect on what it opens. Type, device and inode only,
// and without waiting for the server of a network file system.
Fd openLink(const std::string& path, struct statx& status) {
  Fd found(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!found) fail("open", path);
  const int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
  if (statx(found.get(), "", flags, STATX_TYPE | STATX_INO, &status) != 0) fail("statx", path);
  return found;
}

bool isRegular(const struct statx& status, dev_t device, uint64_t inode) {
  return S_ISREG(status.stx_mode) && makedev(status.stx_dev_major, status.stx_dev_minor) == device &&
         status.stx_ino == inode;
}

std::unique_ptr<Source> openFound(const Fd& found, const char* how, const std::string& path, bool write) {
  Fd fd = reopen(found, write ? O_RDWR : O_RDONLY, path);
  if (write) requireUnsealed(fd, path);
  return std::make_unique<FdSource>(std::move(fd), how, path);
}

}  // namespace

std::unique_ptr<Source> openPathSource(const std::string& path, bool write) {
  Fd fd = reopen(openRegular(path), write ? O_RDWR : O_RDONLY, path);
  return std::make_unique<FdSource>(std::move(fd), "pread", path);
}

std::unique_ptr<Source> openMapFilesSource(int pid, uint64_t address, uint64_t length, bool write) {
  char path[96];
  snprintf(path, sizeof path, "/proc/%d/map_files/%lx-%lx", pid, static_cast<unsigned long>(address),
           static_cast<unsigned long>(address + length));
  struct statx status;
  const Fd found = openLink(path, status);
  if (!S_ISREG(status.stx_mode)) fail(EINVAL, "open", path, "not a regular file");
  return openFound(found, "map_files", path, write);
}

std::unique_ptr<Source> openDescriptorSource(int pid, int fd, dev_t device, uint64_t inode, bool write) {
  const std::string process = "/proc/" + std::to_string(pid);
  const std::string path = process + "/fd/" + std::to_string(fd);
  try {
    struct statx status;
    const Fd found = openLink(path, status);
    // The process may have closed it and opened another file, pipe or device under this number.
    if (!isRegular(status, device, inode)) fail(ESTALE, "open", path, "the descriptor leads to something else now");
    return openFound(found, "descriptor", path, write);
  } catch (const SysError& error) {
    if (error.number != ENOENT) throw;
    const bool ended = access(process.c_str(), F_OK) != 0;
    fail(ended ? ESRCH : ESTALE, "open", path, ended ? "" : "the process has closed the descriptor");
  }
}

std::vector<int> findDescriptors(int pid, dev_t device, uint64_t inode) {
  const std::string path = "/proc/" + std::to_string(pid) + "/fd";
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory) fail(errno == ENOENT ? ESRCH : errno, "opendir", path);
  std::vector<int> found;
  size_t seen = 0;
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    if (++seen > kMostDescriptors) break;
    struct statx status;
    constexpr unsigned kMask = STATX_TYPE | STATX_INO;
    if (statx(dirfd(directory.get()), entry->d_name, AT_STATX_DONT_SYNC, kMask, &status) != 0) continue;
    if (isRegular(status, device, inode)) found.push_back(atoi(entry->d_name));
  }
  return found;
}

}  // namespace shmscope
