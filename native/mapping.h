// An owned mapping of this process. Never touched directly: the object can shrink under it, and that is a SIGBUS. The
// kernel copies to and from it (process_vm_readv and process_vm_writev on this process), which gives EFAULT instead.
#pragma once

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace shmscope {

inline const uint64_t kPage = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));

class Mapping {
 public:
  // Maps [offset, offset + length), rounded out to pages; on failure `ok()` is false and errno set. `page` is the size
  // of the file's pages, which for hugetlbfs are huge.
  Mapping(int fd, uint64_t offset, uint64_t length, int protection, uint64_t page = kPage)
      : skip_(offset % page), length_((skip_ + length + page - 1) / page * page) {
    const auto start = static_cast<off_t>(offset - skip_);
    if (page == kPage) {
      base_ = mmap(nullptr, length_, protection, MAP_SHARED, fd, start);
      return;
    }
    // hugetlbfs lets a file grow to a writable mapping's end (hugetlbfs_file_mmap in fs/hugetlbfs/inode.c), and
    // reserves huge pages that outlive the mapping: so it becomes writable afterwards, without a reservation.
    base_ = mmap(nullptr, length_, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, start);
    if (!ok() || !(protection & PROT_WRITE) || mprotect(base_, length_, protection) == 0) return;
    const int error = errno;
    munmap(base_, length_);
    base_ = MAP_FAILED;
    errno = error;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (ok()) munmap(base_, length_);
  }
  bool ok() const { return base_ != MAP_FAILED; }
  // Where the byte at `offset` is.
  std::byte* at() const { return static_cast<std::byte*>(base_) + skip_; }
  void* base() const { return base_; }
  size_t length() const { return length_; }

 private:
  size_t skip_;
  size_t length_;
  void* base_ = MAP_FAILED;
};

// Bytes copied out of or into the own address space by the kernel; fewer where it meets the end of the object.
inline ssize_t copyOut(const std::byte* from, void* to, size_t length) {
  const iovec local{to, length};
  const iovec remote{const_cast<std::byte*>(from), length};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}
inline ssize_t copyIn(std::byte* to, const void* from, size_t length) {
  const iovec local{const_cast<void*>(from), length};
  const iovec remote{to, length};
  return process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
}

}  // namespace shmscope
