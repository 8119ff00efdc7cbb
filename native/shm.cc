// The tmpfs mounts on /dev/shm and the regular files in them.
#include "shm.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "args.h"
#include "errors.h"
#include "fd.h"
#include "stat.h"
#include "text.h"

namespace shmscope {

namespace {

struct Entry {
  std::string name;
  Stat stat;
};

struct Mount {
  std::string path;
  dev_t device = 0;
  double total = 0;
  double free = 0;
  std::vector<Entry> entries;
  std::optional<SysError> error;
};

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

// Regular files of a directory and of those below it on the same device. No link is followed, nothing but directories
// opened.
void list(Mount& mount, int parent, const char* name, const std::string& prefix, int depth) {
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
    if (S_ISREG(stat.mode)) mount.entries.push_back({prefix + own, stat});
    if (S_ISDIR(stat.mode) && stat.device == mount.device && depth < kDepth) {
      list(mount, fd, entry->d_name, prefix + own + "/", depth + 1);
    }
  }
}

Mount readMount(const std::string& path) {
  Mount mount;
  mount.path = path;
  struct statfs status;
  const Fd fd(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd || fstatfs(fd.get(), &status) != 0) {
    mount.error = SysError{errno, fd ? "statfs" : "open", path, {}};
    return mount;
  }
  mount.device = statFd(fd.get(), path).device;
  mount.total = static_cast<double>(status.f_blocks) * static_cast<double>(status.f_bsize);
  mount.free = static_cast<double>(status.f_bavail) * static_cast<double>(status.f_bsize);
  list(mount, fd.get(), ".", "", 0);
  return mount;
}

Napi::Object toJs(Napi::Env env, const Mount& mount) {
  Napi::Array entries = Napi::Array::New(env, mount.entries.size());
  for (size_t i = 0; i < mount.entries.size(); i++) {
    const Napi::HandleScope scope(env);
    const Entry& entry = mount.entries[i];
    Napi::Object object = toJs(env, entry.stat);
    object.Set("name", toString(env, entry.name));
    object.Set("path", toString(env, mount.path + "/" + entry.name));
    entries.Set(static_cast<uint32_t>(i), object);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", toString(env, mount.path));
  object.Set("device", deviceText(mount.device));
  object.Set("total", mount.total);
  object.Set("free", mount.free);
  object.Set("entries", entries);
  if (mount.error) {
    Napi::Object error = Napi::Object::New(env);
    error.Set("code", errnoName(mount.error->number));
    error.Set("syscall", mount.error->syscall);
    error.Set("path", toString(env, mount.error->path));
    object.Set("error", error);
  }
  return object;
}

}  // namespace

Napi::Value listShm(const Napi::CallbackInfo& info) {
  Napi::Array mounts = Napi::Array::New(info.Env());
  for (const std::string& path : mountPaths()) mounts.Set(mounts.Length(), toJs(info.Env(), readMount(path)));
  return mounts;
}

Napi::Value statPath(const Napi::CallbackInfo& info) {
  const std::string path = toBytes(info[0], "path");
  const bool follow = toFlag(info[1], "follow");
  return toJs(info.Env(), statOf(AT_FDCWD, path.c_str(), follow ? 0 : AT_SYMLINK_NOFOLLOW, path));
}

}  // namespace shmscope
