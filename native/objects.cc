// Making, resizing, removing and syncing objects that have a path.
#include "objects.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <string>
#include <thread>

#include "args.h"
#include "errors.h"
#include "fd.h"
#include "mapping.h"
#include "stat.h"
#include "text.h"
#include "worker.h"

namespace shmscope {

namespace {

// The object that the caller means: one that has taken its path since is another.
struct Identity {
  std::string path;
  dev_t device = 0;
  uint64_t inode = 0;

  explicit Identity(const Napi::CallbackInfo& info) : path(toBytes(info[0], "path")) {
    if (!parseDevice(toBytes(info[1], "device"), device)) fail(EINVAL, "", "", "device must be 'major:minor'");
    inode = toCount(info[2], "inode");
  }

  // The object as it is now; ESTALE where the path leads to another.
  Stat require(int directory, const char* name, int flags) const {
    const Stat stat = statOf(directory, name, flags, path);
    if (stat.device != device || stat.inode != inode) fail(ESTALE, "statx", path, "another object has this path now");
    return stat;
  }

  Fd open() const {
    Fd fd = openRegular(path);
    require(fd.get(), "", AT_EMPTY_PATH);
    return fd;
  }
};

// ENOSPC where `size` bytes cannot fit, given what the object holds already. A tmpfs grants any size and kills by
// SIGBUS later.
void requireRoom(const char* where, uint64_t size, uint64_t held, const std::string& path) {
  struct statfs status;
  if (statfs(where, &status) != 0) fail("statfs", path);
  // A tmpfs without a limit has 0 blocks.
  if (status.f_blocks == 0) return;
  const uint64_t room = static_cast<uint64_t>(status.f_bavail) * static_cast<uint64_t>(status.f_bsize) + held;
  if (size > room) {
    fail(ENOSPC, "statfs", path, std::to_string(size) + " bytes asked for, " + std::to_string(room) + " are free");
  }
}

std::string parentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Stat createNew(const std::string& path, uint64_t size, mode_t mode) {
  requireRoom(parentOf(path).c_str(), size, 0, path);
  const Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd) fail("open", path);
  const auto undo = [&](const char* syscall) {
    const int error = errno;
    unlink(path.c_str());
    fail(error, syscall, path);
  };
  // The umask took bits away at open(2).
  if (fchmod(fd.get(), mode) != 0) undo("fchmod");
  if (ftruncate(fd.get(), static_cast<off_t>(size)) != 0) undo("ftruncate");
  return statFd(fd.get(), path);
}

Stat reuse(const std::string& path, uint64_t size, bool truncate) {
  const Fd fd = reopen(openRegular(path), O_RDWR, path);
  requireRoom(selfPath(fd).c_str(), size, statFd(fd.get(), path).resident, path);
  if (truncate && ftruncate(fd.get(), 0) != 0) fail("ftruncate", path);
  if (ftruncate(fd.get(), static_cast<off_t>(size)) != 0) fail("ftruncate", path);
  return statFd(fd.get(), path);
}

int toSyncFlags(const Napi::Value& how, bool invalidate) {
  const std::string text = toBytes(how, "how");
  if (text != "async" && text != "sync") fail(EINVAL, "", "", "how must be 'async' or 'sync'");
  return (text == "async" ? MS_ASYNC : MS_SYNC) | (invalidate ? MS_INVALIDATE : 0);
}

bool may(const std::string& path, int mode) {
  if (faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0) return true;
  if (errno != EACCES && errno != EPERM && errno != EROFS && errno != ETXTBSY) fail("faccessat", path);
  return false;
}

}  // namespace

Napi::Value statPath(const Napi::CallbackInfo& info) {
  const std::string path = toBytes(info[0], "path");
  const bool follow = toFlag(info[1], "follow");
  return toJs(info.Env(), statOf(AT_FDCWD, path.c_str(), follow ? 0 : AT_SYMLINK_NOFOLLOW, path));
}

Napi::Value createPath(const Napi::CallbackInfo& info) {
  const std::string path = toBytes(info[0], "path");
  const uint64_t size = toCount(info[1], "size");
  const auto mode = static_cast<mode_t>(toInteger(info[2], "mode", 0, 07777));
  const bool exclusive = toFlag(info[3], "exclusive");
  const bool truncate = toFlag(info[4], "truncate");
  if (exclusive) return toJs(info.Env(), createNew(path, size, mode));
  for (;;) {
    // What is there comes first: the room that it takes already counts as room for it.
    try {
      return toJs(info.Env(), reuse(path, size, truncate));
    } catch (const SysError& error) {
      if (error.number != ENOENT) throw;
    }
    try {
      return toJs(info.Env(), createNew(path, size, mode));
    } catch (const SysError& error) {
      // Made by another since.
      if (error.number != EEXIST) throw;
    }
  }
}

Napi::Value resizePath(const Napi::CallbackInfo& info) {
  const Identity identity(info);
  const uint64_t size = toCount(info[3], "size");
  const Fd fd = reopen(identity.open(), O_RDWR, identity.path);
  const Stat stat = statFd(fd.get(), identity.path);
  if (size > stat.size) requireRoom(selfPath(fd).c_str(), size, stat.resident, identity.path);
  if (ftruncate(fd.get(), static_cast<off_t>(size)) != 0) fail("ftruncate", identity.path);
  return toJs(info.Env(), statFd(fd.get(), identity.path));
}

Napi::Value unlinkPath(const Napi::CallbackInfo& info) {
  const Identity identity(info);
  identity.require(AT_FDCWD, identity.path.c_str(), AT_SYMLINK_NOFOLLOW);
  if (unlink(identity.path.c_str()) != 0) fail("unlink", identity.path);
  return info.Env().Undefined();
}

namespace {

enum class Use { unused, used, untold };

// A write lease is granted only while nobody else has the object open or maps it (fcntl(2), Leases), whoever that is:
// the kernel counts those too that /proc does not show. Who opens it meanwhile waits until `fd` is closed. Of others'
// objects (EACCES) and where there are no leases (EINVAL) the kernel tells nothing.
Use takeLease(const Fd& fd, const std::string& path) {
  if (!fd) return Use::untold;
  // The kernel tells of others' opening by SIGIO, which ends a process that does not expect it: it goes to this thread,
  // which blocks all signals and ends.
  const f_owner_ex owner{F_OWNER_TID, gettid()};
  if (fcntl(fd.get(), F_SETOWN_EX, &owner) != 0) fail("fcntl", path);
  if (fcntl(fd.get(), F_SETLEASE, F_WRLCK) == 0)
    return fcntl(fd.get(), F_GETLEASE) == F_WRLCK ? Use::unused : Use::used;
  return errno == EAGAIN ? Use::used : Use::untold;
}

// Runs `work` with the lease taken, on a thread of its own that no signal reaches.
template <typename Work>
void leased(const Identity& identity, Work work) {
  std::exception_ptr failure;
  std::thread([&] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    try {
      const Fd found = identity.open();
      const Fd fd(open(selfPath(found).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
      work(takeLease(fd, identity.path));
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

Napi::Value isUnused(const Napi::CallbackInfo& info) {
  Use found = Use::untold;
  leased(Identity(info), [&found](Use use) { found = use; });
  return Napi::Boolean::New(info.Env(), found == Use::unused);
}

Napi::Value unlinkUnused(const Napi::CallbackInfo& info) {
  const Identity identity(info);
  leased(identity, [&identity](Use use) {
    if (use == Use::used) fail(EBUSY, "fcntl", identity.path, "a process has it open or maps it");
    identity.require(AT_FDCWD, identity.path.c_str(), AT_SYMLINK_NOFOLLOW);
    if (unlink(identity.path.c_str()) != 0) fail("unlink", identity.path);
  });
  return info.Env().Undefined();
}

Napi::Value setPathPermissions(const Napi::CallbackInfo& info) {
  const Identity identity(info);
  const int64_t mode = toInteger(info[3], "mode", -1, 07777);
  const int64_t uid = toId(info[4], "uid");
  const int64_t gid = toId(info[5], "gid");
  // By way of /proc, since an owner may change the mode of what its mode forbids to open, and fchmod(2) refuses O_PATH.
  const Fd fd = identity.open();
  const std::string name = selfPath(fd);
  // chown(2) first: it takes the set-user-ID bits away.
  if ((uid >= 0 || gid >= 0) && chown(name.c_str(), static_cast<uid_t>(uid), static_cast<gid_t>(gid)) != 0)
    fail("chown", identity.path);
  if (mode >= 0 && chmod(name.c_str(), static_cast<mode_t>(mode)) != 0) fail("chmod", identity.path);
  return toJs(info.Env(), statFd(fd.get(), identity.path));
}

Napi::Value syncPath(const Napi::CallbackInfo& info) {
  const Identity identity(info);
  const uint64_t offset = toCount(info[3], "offset");
  const uint64_t length = toCount(info[4], "length");
  const int flags = toSyncFlags(info[5], toFlag(info[6], "invalidate"));
  const auto fd = std::make_shared<Fd>(reopen(identity.open(), O_RDONLY, identity.path));
  return Worker<bool>::run(
      info.Env(),
      [fd, offset, length, flags, path = identity.path] {
        const uint64_t size = statFd(fd->get(), path).size;
        if (offset > size) fail(ERANGE, "msync", path, "the range begins past the end of the object");
        const uint64_t count = std::min(length, size - offset);
        if (count == 0) return true;
        const Mapping mapping(fd->get(), offset, count, PROT_READ);
        if (!mapping.ok()) fail("mmap", path);
        if (msync(mapping.base(), mapping.length(), flags) != 0) fail("msync", path);
        return true;
      },
      [](Napi::Env env, bool&) { return env.Undefined(); });
}

Napi::Value accessPath(const Napi::CallbackInfo& info) {
  const std::string path = toBytes(info[0], "path");
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("read", may(path, R_OK));
  object.Set("write", may(path, W_OK));
  return object;
}

}  // namespace shmscope
