// Owned file descriptors, and ways to open that have no effect on what is opened.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace shmscope {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// O_PATH on a regular file: opening a FIFO or a device for reading wakes its peers. ELOOP for a symbolic link, EINVAL
// for whatever else is no regular file.
Fd openRegular(const std::string& path);

// Opens anew what an O_PATH descriptor refers to, with O_NOATIME where that is allowed. `path` is for the error.
Fd reopen(const Fd& fd, int flags, const std::string& path);

// '/proc/self/fd/N': a name for what an O_PATH descriptor refers to.
std::string selfPath(const Fd& fd);

// openat(2). Throws where no descriptor or no memory is left to this process: that must not pass for an object that
// went away.
Fd openAt(int directory, const char* name, int flags);

// All of a small file of /proc, which must be read in one go; false with errno set where it cannot be had. Throws as
// openAt does.
bool readAll(int directory, const char* name, std::string& text);

}  // namespace shmscope
