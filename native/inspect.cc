#include "inspect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <optional>

#include "errors.h"
#include "maps.h"

namespace shmscope {

namespace {

constexpr int64_t kUnknown = 0;

// Of regular files, devices and the like; nothing where it cannot be had. Never waits for the server of a network file
// system longer than the name takes.
std::optional<Stat> tryStat(int directory, const char* name, int flags, int* error = nullptr) {
  try {
    return statOf(directory, name, flags | AT_STATX_DONT_SYNC, {});
  } catch (const SysError& failure) {
    if (error != nullptr) *error = failure.number;
    return {};
  }
}

bool take(Object& object, const std::optional<Stat>& stat) {
  if (!stat || stat->inode != object.key.inode) return false;
  object.stat = *stat;
  return true;
}

// The name of the object now, by the area that shows it at `address`; nothing where another object is there by now.
std::optional<std::string> nameAt(const Process& process, uint64_t address, const ObjectKey& key) {
  const Directory directory(process);
  const Fd maps = openAt(directory.get(), "maps", O_RDONLY);
  std::string name;
  if (!maps) return {};
  const auto area = areaAt(maps.get(), address);
  if (!area || area->inode != key.inode || area->device != key.device) return {};
  if (queryName(maps.get(), *area, name)) return name;
  bool found = false;
  textAreas(maps.get(), [&](const Area& each, std::string_view text) {
    if (each.start == area->start && each.inode == key.inode && each.device == key.device) name = text, found = true;
  });
  return found ? std::optional(name) : std::nullopt;
}

// The same of what is only held open: it may have been renamed before it lost its name.
std::optional<std::string> nameOf(const Process& process, int fd, const ObjectKey& key) {
  const Directory directory(process);
  std::string name;
  if (!isDescriptorOf(directory.get(), fd, key.device, key.inode)) return {};
  return readLink(directory.get(), ("fd/" + std::to_string(fd)).c_str(), name) ? std::optional(name) : std::nullopt;
}

}  // namespace

uint8_t accessOf(int directory, const char* name) {
  const auto may = [&](int right) {
    return faccessat(directory, name, right, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0 ? right : 0;
  };
  return static_cast<uint8_t>(may(R_OK) | may(W_OK));
}

void Sight::take(const Process& process, const HolderRecord& record) {
  if (holder != nullptr) return;
  holder = &process;
  fd = record.fd;
}

void Sight::take(const Process& process, const MappingRecord& record) {
  if (mapper != nullptr && mapper != &process) {
    other = &process;
    otherMapping = record;
  }
  if (mapper != nullptr && ((mapping.flags & kShared) || !(record.flags & kShared))) return;
  mapper = &process;
  mapping = record;
}

void Inspector::inspect(Object& object, const Sight& sight) {
  const bool through = throughDescriptor(object, sight) || throughMapping(object, sight);
  object.path.clear();
  object.seen = through ? Seen::kThroughProcess : Seen::kNot;
  if (object.kind != Kind::kNamed) return;
  device_ = through ? std::optional(object.stat.device) : std::nullopt;
  const Process& process = sight.mapper != nullptr ? *sight.mapper : *sight.holder;
  if (byName(object, process, object.name)) return;
  const auto name = sight.mapper != nullptr ? nameAt(process, sight.mapping.address, object.key)
                                            : nameOf(process, sight.fd, object.key);
  if (name && *name != object.name) {
    object.name = *name;
    if (byName(object, process, object.name)) return;
  }
  // A hard link of it, where another process maps that.
  if (sight.other == nullptr) return;
  const auto link = nameAt(*sight.other, sight.otherMapping.address, object.key);
  if (link && byName(object, *sight.other, *link)) object.name = *link;
}

// By a descriptor: as its owner, without the right to trace it.
bool Inspector::throughDescriptor(Object& object, const Sight& sight) {
  if (sight.holder == nullptr) return false;
  const Directory directory(*sight.holder);
  const std::string link = "fd/" + std::to_string(sight.fd);
  if (!take(object, tryStat(directory.get(), link.c_str(), 0))) return false;
  readSeals(object, directory.get(), link);
  return true;
}

bool Inspector::throughMapping(Object& object, const Sight& sight) {
  if (sight.mapper == nullptr || mapFilesDenied_) return false;
  const Directory directory(*sight.mapper);
  const MappingRecord& mapping = sight.mapping;
  const std::string name = mapFilesName(mapping.address, mapping.address + mapping.length);
  int error = 0;
  const auto stat = tryStat(directory.get(), name.c_str(), 0, &error);
  if (error == EPERM) mapFilesDenied_ = true;
  if (!take(object, stat)) return false;
  readSeals(object, directory.get(), name);
  return true;
}

// The link may lead elsewhere by now: only what was seen to be the memfd is opened.
void Inspector::readSeals(Object& object, int process, const std::string& link) const {
  if (object.kind != Kind::kMemfd) return;
  const Fd found(openat(process, link.c_str(), O_PATH | O_CLOEXEC));
  struct stat status;
  if (!found || fstat(found.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (status.st_ino != object.key.inode || status.st_dev != object.key.device) return;
  const Fd fd(open(selfPath(found).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const int seals = fd ? fcntl(fd.get(), F_GET_SEALS) : -1;
  object.sealed = seals >= 0 && (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0;
}

// The name only leads to the object; the inode decides whether it is the one. btrfs and overlayfs show another device
// in maps than stat(2) does, so the device is compared only where stat(2) told it of the object itself.
bool Inspector::byName(Object& object, const Process& process, const std::string& name) {
  const bool foreign = process.mount != 0 && process.mount != ownMount_;
  const std::string path = foreign ? "/proc/" + std::to_string(process.pid) + "/root" + name : name;
  const auto stat = tryStat(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW);
  if (!stat || stat->inode != object.key.inode || (device_ && stat->device != *device_)) return false;
  object.stat = *stat;
  object.seen = Seen::kByName;
  object.path = path;
  object.access = accessOf(AT_FDCWD, path.c_str());
  object.filesystem = filesystemOf(path, stat->device);
  return true;
}

int64_t Inspector::filesystemOf(const std::string& path, dev_t device) {
  if (const auto known = filesystems_.find(device); known != filesystems_.end()) return known->second;
  struct statfs status;
  const int64_t type = statfs(path.c_str(), &status) == 0 ? static_cast<int64_t>(status.f_type) : kUnknown;
  filesystems_.emplace(device, type);
  return type;
}

}  // namespace shmscope
