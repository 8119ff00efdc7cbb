// Bytes of a System V segment by shmat(2), which moves its attach count, times and last pid: the last resort.
#include <sys/shm.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "errors.h"
#include "mapping.h"
#include "source.h"
#include "sysv.h"

namespace shmscope {

namespace {

class SysvSource : public Source {
 public:
  SysvSource(int shmid, bool write) : shmid_(shmid), writable_(write) {
    const auto status = sysvStatus(shmid);
    if (!status) fail(EINVAL, "shmat", {}, "no segment has this id");
    size_ = status->shm_segsz;
    void* base = shmat(shmid, nullptr, write ? 0 : SHM_RDONLY);
    // shmat(2) gives (void*)-1 for an error.
    if (reinterpret_cast<intptr_t>(base) == -1) fail("shmat");
    base_ = static_cast<std::byte*>(base);
  }
  SysvSource(const SysvSource&) = delete;
  SysvSource& operator=(const SysvSource&) = delete;
  ~SysvSource() override {
    if (base_) shmdt(base_);
  }

  const char* how() const override { return "shmat"; }

  Stat stat() const override {
    const auto status = sysvStatus(shmid_);
    if (!status) fail(ESTALE, "shmctl", {}, "the segment is gone");
    Stat stat;
    stat.inode = static_cast<uint64_t>(shmid_);
    stat.size = size_;
    const SysvMemory memory = sysvMemory(shmid_);
    stat.resident = memory.resident + memory.swapped;
    stat.mode = S_IFREG | (status->shm_perm.mode & 0777);
    stat.uid = status->shm_perm.uid;
    stat.gid = status->shm_perm.gid;
    stat.links = status->shm_perm.mode & SHM_DEST ? 0 : 1;
    stat.changedAt = static_cast<double>(status->shm_ctime) * 1000;
    return stat;
  }

  size_t read(uint8_t* target, size_t length, uint64_t offset) const override {
    if (offset >= size_) return 0;
    length = std::min(length, static_cast<size_t>(size_ - offset));
    return alignedRead([this](uint8_t* to, size_t count, uint64_t at) { return readWords(to, count, at); }, target,
                       length, offset);
  }

  void write(const uint8_t* bytes, size_t length, uint64_t offset) const override {
    requireWritable(offset, length, "process_vm_writev");
    if (length != 0 && copyIn(base_ + offset, bytes, length) != static_cast<ssize_t>(length)) fail("process_vm_writev");
  }

  // It never shrinks, but a page may be damaged, or no huge page free.
  uint64_t compareAndSwap(uint64_t offset, const Swap& swap) const override {
    requireWritable(offset, swap.size, "clone");
    const Exchange done = exchange(base_ + offset, swap);
    if (done.outcome == Exchanged::kNoPage) fail(EIO, "clone", {}, "the page cannot be had");
    return done.held;
  }

  std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const override {
    end = std::min<uint64_t>(end, size_);
    if (from >= end) return {};
    // mincore(2) does not see pages in swap. Where there are any, a page allocated is better than a zero that is none.
    if (sysvMemory(shmid_).swapped > 0) return Extent{from, end};
    constexpr uint64_t kPages = 4096;
    std::optional<Extent> held;
    for (uint64_t first = from - from % kPage; first < end; first += kPages * kPage) {
      const uint64_t count = std::min(kPages, (end - first + kPage - 1) / kPage);
      std::vector<unsigned char> core(count);
      if (mincore(base_ + first, count * kPage, core.data()) != 0) fail("mincore");
      for (uint64_t i = 0; i < count; i++) {
        const uint64_t page = first + i * kPage;
        const bool present = core[i] & 1;
        if (held && !present) return held;
        if (present && !held) held = Extent{std::max(page, from), end};
        if (held) held->end = std::min(page + kPage, end);
      }
    }
    return held;
  }

 private:
  void requireWritable(uint64_t offset, size_t length, const char* syscall) const {
    if (!writable_) fail(EACCES, syscall, {}, "the segment is attached read-only");
    if (offset + length <= size_) return;
    fail(ERANGE, "write", {},
         "the range ends at " + std::to_string(offset + length) + ", the segment at " + std::to_string(size_));
  }

  // The segment cannot shrink, and its last page is there as a whole.
  size_t readWords(uint8_t* to, size_t length, uint64_t offset) const {
    memset(to, 0, length);
    const uint64_t end = std::min<uint64_t>(offset + length, size_);
    uint64_t at = offset;
    while (const auto held = nextHeld(at, end)) {
      // Whole words, so that none is copied by bytes.
      const size_t count =
          std::min<size_t>((held->end - held->start + kWord - 1) & ~(kWord - 1), offset + length - held->start);
      if (copyOut(base_ + held->start, to + (held->start - offset), count) != static_cast<ssize_t>(count))
        fail("process_vm_readv");
      at = held->end;
    }
    return length;
  }

  const int shmid_;
  const bool writable_;
  size_t size_ = 0;
  std::byte* base_ = nullptr;
};

}  // namespace

std::unique_ptr<Source> openSysvSource(int shmid, bool write) { return std::make_unique<SysvSource>(shmid, write); }

}  // namespace shmscope
