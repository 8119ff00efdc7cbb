#include "fd.h"

#include <sys/stat.h>

#include "errors.h"

namespace shmscope {

Fd openRegular(const std::string& path) {
  Fd fd(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) fail("open", path);
  struct stat status;
  if (fstat(fd.get(), &status) != 0) fail("fstat", path);
  if (S_ISLNK(status.st_mode)) fail(ELOOP, "open", path, "a symbolic link is not followed");
  if (S_ISDIR(status.st_mode)) fail(EISDIR, "open", path);
  if (!S_ISREG(status.st_mode)) fail(EINVAL, "open", path, "not a regular file");
  return fd;
}

std::string selfPath(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

Fd reopen(const Fd& fd, int flags, const std::string& path) {
  const std::string name = selfPath(fd);
  flags |= O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  // O_NOATIME is for the owner and the privileged (open(2)); for others the access time moves as with any read.
  Fd opened(open(name.c_str(), flags | O_NOATIME));
  if (!opened && errno == EPERM) opened = Fd(open(name.c_str(), flags));
  if (!opened) fail("open", path);
  return opened;
}

Fd openAt(int directory, const char* name, int flags) {
  Fd fd(openat(directory, name, flags | O_CLOEXEC));
  if (!fd && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) fail("open", name);
  return fd;
}

bool readAll(int directory, const char* name, std::string& text) {
  const Fd fd = openAt(directory, name, O_RDONLY);
  if (!fd) return false;
  text.clear();
  char buffer[8192];
  for (;;) {
    const ssize_t had = read(fd.get(), buffer, sizeof buffer);
    if (had < 0 && errno == EINTR) continue;
    if (had < 0) return false;
    if (had == 0) return true;
    text.append(buffer, static_cast<size_t>(had));
  }
}

}  // namespace shmscope
