// An owned mapping of this process. Never touched directly: the object can shrink under it, and that is a SIGBUS. The
// kernel copies to and from it (process_vm_readv and process_vm_writev on this process), which gives EFAULT instead.
#pragma once

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace shmscope {

inline const uint64_t kPage = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));

class Mapping {
 public:
  // Maps [offset, offset + length), offset rounded down to a page; on failure `ok()` is false and errno set.
  Mapping(int fd, uint64_t offset, uint64_t length, int protection)
      : skip_(offset % kPage),
        length_(length + skip_),
        base_(mmap(nullptr, length_, protection, MAP_SHARED, fd, static_cast<off_t>(offset - skip_))) {}
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
  void* base_;
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
