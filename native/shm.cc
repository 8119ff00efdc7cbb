#include "shm.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "errors.h"
#include "fd.h"
#include "inspect.h"
#include "proc.h"
#include "stat.h"
#include "text.h"

namespace shmscope {

namespace {

// mountinfo writes space, tab, newline and backslash as three octal digits (proc_pid_mountinfo(5)).
std::string unescape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out += static_cast<char>(strtol(text.substr(i + 1, 3).c_str(), nullptr, 8));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> mountPaths() {
  char resolved[PATH_MAX];
  if (realpath("/dev/shm", resolved) == nullptr) return {};
  // Also where it is no mount of its own, as in some containers: shm_open(3) uses the directory whatever it is.
  std::vector<std::string> paths{resolved};
  const std::string below = paths[0] + "/";
  std::string text;
  if (!readAll(AT_FDCWD, "/proc/self/mountinfo", text)) return paths;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ' ');
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 5 || fields.end() - dash < 2 || dash[1] != "tmpfs") continue;
    const std::string path = unescape(std::string(fields[4]));
    // A path that is mounted on twice shows the later mount only.
    const bool known = std::find(paths.begin(), paths.end(), path) != paths.end();
    if (!known && path.compare(0, below.size(), below) == 0) paths.push_back(path);
  }
  return paths;
}

constexpr int kDepth = 16;
constexpr uint64_t kMountRoot = 0x2000;  // STATX_ATTR_MOUNT_ROOT, include/uapi/linux/stat.h
constexpr int64_t kTmpfs = 0x01021994;   // TMPFS_MAGIC, include/uapi/linux/magic.h

// Rights that were asked for before, and hold as long as what they come from: two system calls saved for each object.
class KnownAccess {
 public:
  explicit KnownAccess(const ShmMount* before) {
    if (before == nullptr) return;
    for (const ShmEntry& entry : before->entries) entries_.emplace(entry.stat.inode, &entry);
  }

  uint8_t of(int directory, const char* name, const Stat& stat) const {
    const auto found = entries_.find(stat.inode);
    if (found != entries_.end() && isSame(found->second->stat, stat)) return found->second->access;
    return accessOf(directory, name);
  }

 private:
  // Mode, owner and access control list move the time of change.
  static bool isSame(const Stat& a, const Stat& b) {
    return a.changedAt == b.changedAt && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid;
  }

  std::unordered_map<uint64_t, const ShmEntry*> entries_;
};

// Regular files of a directory and of those below it on the same device. No link is followed, nothing but directories
// opened.
void list(ShmMount& mount, const KnownAccess& known, int parent, const char* name, const std::string& prefix,
          int depth) {
  const auto failed = [&](const char* syscall) {
    if (!mount.error) mount.error = SysError{errno, syscall, mount.path + (prefix.empty() ? "" : "/" + prefix), {}};
  };
  Fd opened(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened) return errno == ENOENT ? void() : failed("open");
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(opened.get()), closedir);
  if (!directory) return failed("fdopendir");
  const int fd = opened.release();
  while (const dirent* entry = readdir(directory.get())) {
    const std::string own = entry->d_name;
    if (own == "." || own == "..") continue;
    Stat stat;
    try {
      stat = statOf(fd, entry->d_name, AT_SYMLINK_NOFOLLOW, own);
    } catch (const SysError&) {
      continue;  // Removed meanwhile.
    }
    if (S_ISREG(stat.mode)) mount.entries.push_back({prefix + own, stat, known.of(fd, entry->d_name, stat)});
    if (S_ISDIR(stat.mode) && stat.device == mount.device && depth < kDepth) {
      mount.directories.push_back(prefix + own);
      list(mount, known, fd, entry->d_name, prefix + own + "/", depth + 1);
    }
  }
}

// Whether `fd` lies on a mount of a part of a file system: the mount's line in the mountinfo of a process that sees it
// tells in field 4 which directory is mounted (proc_pid_mountinfo(5), mnt_id in proc_pid_fdinfo(5)).
bool isPart(const Fd& fd, const std::string& process) {
  std::string text;
  if (!readAll(AT_FDCWD, ("/proc/self/fdinfo/" + std::to_string(fd.get())).c_str(), text)) return false;
  const size_t at = text.find("mnt_id:");
  if (at == std::string::npos) return false;
  const std::string mount = std::to_string(strtoull(text.c_str() + at + 7, nullptr, 10));
  if (!readAll(AT_FDCWD, (process + "/mountinfo").c_str(), text)) return false;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ' ');
    if (fields.size() > 3 && fields[0] == mount) return fields[3] != "/";
  }
  return false;
}

// A directory somewhere in a tmpfs (a root file system in memory, or a bind mount of a part of one) shares its device
// with all else there. Linux 5.8 tells; before, a tmpfs is taken for one that was mounted here.
bool isWholeMount(const Fd& fd, const std::string& process) {
  struct statx status;
  if (statx(fd.get(), "", AT_EMPTY_PATH, STATX_TYPE, &status) != 0) return true;
  if ((status.stx_attributes_mask & kMountRoot) && !(status.stx_attributes & kMountRoot)) return false;
  return !isPart(fd, process);
}

// `process` sees the mount: '/proc/PID'.
ShmMount readMount(const Fd& fd, const std::string& path, uint64_t space, const std::string& process,
                   const std::vector<ShmMount>& before) {
  ShmMount mount;
  mount.path = path;
  mount.space = space;
  struct statfs status;
  if (!fd || fstatfs(fd.get(), &status) != 0) {
    mount.error = SysError{errno, fd ? "statfs" : "open", path, {}};
    return mount;
  }
  mount.device = statFd(fd.get(), path).device;
  mount.tmpfs = status.f_type == kTmpfs;
  mount.whole = mount.tmpfs && isWholeMount(fd, process);
  mount.total = static_cast<double>(status.f_blocks) * static_cast<double>(status.f_bsize);
  mount.free = static_cast<double>(status.f_bavail) * static_cast<double>(status.f_bsize);
  const auto old = std::find_if(before.begin(), before.end(),
                                [&](const ShmMount& one) { return one.device == mount.device && one.path == path; });
  list(mount, KnownAccess(old == before.end() ? nullptr : &*old), fd.get(), ".", "", 0);
  return mount;
}

// /dev/shm as a process of another mount namespace sees it. Links in it are resolved inside its root, so that none
// leads out into ours; Linux 5.6. Nothing where the pid is by now another process, outside the namespace `space`.
Fd openShmOf(uint64_t space, int pid) {
  const Fd process = openAt(AT_FDCWD, ("/proc/" + std::to_string(pid)).c_str(), O_RDONLY | O_DIRECTORY);
  const Fd root = process ? openAt(process.get(), "root", O_PATH | O_DIRECTORY) : Fd();
  if (!root || namespaceOf(process.get(), "mnt") != space) return {};
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(syscall(SYS_openat2, root.get(), "dev/shm", &how, sizeof how)));
}

bool isListed(const std::vector<ShmMount>& mounts, dev_t device) {
  return std::any_of(mounts.begin(), mounts.end(), [&](const ShmMount& mount) { return mount.device == device; });
}

}  // namespace

std::vector<ShmMount> listShm(const MountRoots& foreign, const std::vector<ShmMount>& before) {
  std::vector<ShmMount> mounts;
  for (const std::string& path : mountPaths()) {
    mounts.push_back(
        readMount(Fd(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), path, 0, "/proc/self", before));
  }
  for (const auto& [root, pid] : foreign) {
    const uint64_t space = root.first;
    const Fd fd = openShmOf(space, pid);
    struct stat status;
    struct statfs type;
    // A plain directory on a container's disk is no shared memory of its own; what is mapped of it is listed as a file.
    if (!fd || fstat(fd.get(), &status) != 0 || fstatfs(fd.get(), &type) != 0 || type.f_type != kTmpfs) continue;
    if (!isListed(mounts, status.st_dev)) {
      const std::string process = "/proc/" + std::to_string(pid);
      mounts.push_back(readMount(fd, process + "/root/dev/shm", space, process, before));
    }
  }
  return mounts;
}

}  // namespace shmscope
