#include "walk.h"

#include <dirent.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>

#include "errors.h"
#include "fd.h"
#include "maps.h"
#include "proc.h"

namespace shmscope {

namespace {

// The device of the kernel's own tmpfs, on which System V segments, memfds and anonymous shared memory live; 0 if
// unknown.
dev_t kernelDevice() {
  const Fd fd(memfd_create("shmscope", MFD_CLOEXEC));
  if (!fd && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) fail("memfd_create");
  struct stat status;
  return fd && fstat(fd.get(), &status) == 0 ? status.st_dev : 0;
}

bool begins(const std::string& name, std::string_view prefix) { return name.compare(0, prefix.size(), prefix) == 0; }

bool isSysv(const std::string& name) { return begins(name, "/SYSV"); }

// Device memory and rings that a driver shares with a process are no segments: they have no bytes that pread(2) could
// give, and reading some (a PCI resource below /sys) has effects.
bool isSegment(const std::string& name) {
  if (name.empty() || name[0] != '/') return false;
  if (begins(name, "/sys/") || begins(name, "/proc/") || begins(name, "/[aio]") || begins(name, "/dmabuf:"))
    return false;
  if (!begins(name, "/dev/") || begins(name, "/dev/shm/") || name == "/dev/zero (deleted)") return true;
  struct stat status;
  return stat(name.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

class Walker {
 public:
  Walker(bool text, const std::vector<dev_t>& devices)
      : devices_(devices), which_(devices.empty() ? Which::kShared : Which::kFileBacked), kernel_(kernelDevice()) {
    records_.query = !text && supportsQuery();
  }

  ScanRecords run() {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc"), closedir);
    if (!directory) fail("open", "/proc");
    const int self = getpid();
    while (const dirent* entry = readdir(directory.get())) {
      const int pid = atoi(entry->d_name);
      if (pid <= 0 || pid == self) continue;
      const Fd process = openAt(dirfd(directory.get()), entry->d_name, O_RDONLY | O_DIRECTORY);
      if (process) visit(process.get(), pid);
    }
    return std::move(records_);
  }

 private:
  // Device, inode, and for System V, whose inode is its id and unique in its namespace only, 1 + the namespace.
  using Key = std::tuple<dev_t, uint64_t, uint64_t>;

  bool supportsQuery() {
    const Fd maps = openAt(AT_FDCWD, "/proc/self/maps", O_RDONLY);
    return maps && queryAreas(maps.get(), Which::kShared, [](const Area&) {}) == Walk::kDone;
  }

  bool isWatched(dev_t device) const { return std::find(devices_.begin(), devices_.end(), device) != devices_.end(); }
  bool isKept(const Area& area) const { return (area.flags & kShared) || isWatched(area.device); }

  void visit(int process, int pid) {
    const size_t mappings = records_.mappings.size();
    const size_t holders = records_.holders.size();
    const size_t objects = records_.objects.size();
    added_.clear();
    namespace_.reset();
    process_ = process;
    const bool whole = collect(pid);
    const bool found = records_.mappings.size() > mappings || records_.holders.size() > holders;
    if (whole && found && describe(pid)) return;
    // It ended or runs another program now: as if it had never been.
    records_.mappings.resize(mappings);
    records_.holders.resize(holders);
    records_.objects.resize(objects);
    for (const Key& key : added_) index_.erase(key);
  }

  // False where the process went away meanwhile, or may not be looked at.
  bool collect(int pid) {
    const Fd maps = openAt(process_, "maps", O_RDONLY);
    if (!maps) {
      if (errno == EACCES || errno == EPERM) hide(pid, errno);
      return false;
    }
    Walk walked = Walk::kDone;
    if (records_.query) {
      walked = queryAreas(maps.get(), which_, [&](const Area& area) {
        if (isKept(area)) mapping(area, [&](std::string& name) { return queryName(maps.get(), area.start, name); });
      });
    } else {
      walked = textAreas(maps.get(), which_, [&](const Area& area, std::string&& text) {
        if (isKept(area)) mapping(area, [&](std::string& name) { return textName(area, std::move(text), name); });
      });
    }
    if (walked != Walk::kDone) return false;
    if (!devices_.empty()) eachDescriptor(process_, [&](const Descriptor& descriptor) { holder(descriptor); });
    return true;
  }

  void hide(int pid, int error) {
    struct stat status;
    if (fstat(process_, &status) != 0) return;
    const auto stat = processStat(process_);
    // Kernel threads and zombies have no mappings that could be missed. With hidepid nothing tells: it counts.
    if (stat && (stat->kernelThread || stat->state == 'Z' || stat->state == 'X')) return;
    records_.hidden.push_back({pid, status.st_uid, error});
  }

  // The text writes a newline as '\012' and leaves backslashes alone; the link in map_files is exact.
  bool textName(const Area& area, std::string&& text, std::string& name) {
    name = std::move(text);
    if (name.find("\\012") == std::string::npos) return true;
    char link[64];
    snprintf(link, sizeof link, "map_files/%lx-%lx", static_cast<unsigned long>(area.start),
             static_cast<unsigned long>(area.end));
    return readLink(process_, link, name) || errno == EACCES || errno == EPERM;
  }

  template <class NameOf>
  void mapping(const Area& area, NameOf&& nameOf) {
    const auto found = object(area.device, area.inode, nameOf);
    if (!found) return;
    const auto process = static_cast<uint32_t>(records_.processes.size());
    records_.mappings.push_back({process, *found, area.start, area.end - area.start, area.offset, area.flags});
  }

  void holder(const Descriptor& descriptor) {
    if (!isWatched(descriptor.device)) return;
    uint8_t access = 0;
    if (!descriptorAccess(process_, descriptor.fd, access)) return;
    const auto found = object(descriptor.device, descriptor.inode, [&](std::string& name) {
      return readLink(process_, ("fd/" + std::to_string(descriptor.fd)).c_str(), name);
    });
    if (!found) return;
    const auto process = static_cast<uint32_t>(records_.processes.size());
    records_.holders.push_back({process, *found, descriptor.fd, access});
  }

  // Index of the object, its name fetched when it is met first; nothing for what is no segment.
  template <class NameOf>
  std::optional<uint32_t> object(dev_t device, uint64_t inode, NameOf&& nameOf) {
    std::string name;
    uint64_t space = 0;
    // On the kernel's own mount the id of a System V segment and the inode of a memfd can be equal: only the name
    // tells.
    if (device == kernel_ && kernel_ != 0) {
      if (!nameOf(name)) return {};
      if (isSysv(name)) space = 1 + ownNamespace();
    }
    const Key key{device, inode, space};
    if (const auto known = index_.find(key); known != index_.end()) return known->second;
    if (name.empty() && !nameOf(name)) return {};
    std::optional<uint32_t> result;
    if (isSegment(name)) {
      result = static_cast<uint32_t>(records_.objects.size());
      records_.objects.push_back({device, inode, std::move(name)});
    }
    index_.emplace(key, result);
    added_.push_back(key);
    return result;
  }

  uint64_t ownNamespace() {
    if (!namespace_) namespace_ = ipcNamespace(process_);
    return *namespace_;
  }

  bool describe(int pid) {
    struct stat status;
    if (fstat(process_, &status) != 0) return false;
    auto stat = processStat(process_);
    if (!stat || stat->state == 'Z' || stat->state == 'X') return false;
    records_.processes.push_back({pid, status.st_uid, stat->startedAt, std::move(stat->comm), ownNamespace()});
    return true;
  }

  const std::vector<dev_t>& devices_;
  const Which which_;
  const dev_t kernel_;
  ScanRecords records_;
  std::map<Key, std::optional<uint32_t>> index_;
  std::vector<Key> added_;
  std::optional<uint64_t> namespace_;
  int process_ = -1;
};

}  // namespace

ScanRecords walk(bool text, const std::vector<dev_t>& devices) { return Walker(text, devices).run(); }

}  // namespace shmscope
