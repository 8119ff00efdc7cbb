#include "process.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

#include "errors.h"

namespace shmscope {

namespace {

Kind kindOf(std::string_view name, bool internal) {
  if (!internal) return Kind::kNamed;
  if (name.starts_with("/SYSV")) return Kind::kSysv;
  if (name.starts_with("/memfd:")) return Kind::kMemfd;
  return Kind::kAnonymous;
}

// Rings that a driver shares with a process have no bytes of their own, and no path either.
bool isSegment(std::string_view name) {
  return name.starts_with("/") && !name.starts_with("/[aio]") && !name.starts_with("/dmabuf:") &&
         !name.starts_with("/anon_inode:");
}

// A memory access error is told only to those who may look: address 0 is never mapped in a process that shares memory.
bool mayRead(int pid, const Kernel& kernel) {
  if (kernel.mayTrace) return true;
  if (kernel.ptraceScope > 0) return false;
  char byte;
  const iovec local{&byte, 1};
  const iovec remote{nullptr, 1};
  return process_vm_readv(pid, &local, 1, &remote, 1, 0) >= 0 || errno == EFAULT;
}

// One number for the root directory of a process; 0 where it may not be looked at.
uint64_t rootOf(int process) {
  struct stat status;
  return fstatat(process, "root", &status, 0) == 0 ? static_cast<uint64_t>(status.st_dev) << 32 ^ status.st_ino : 0;
}

class Look {
 public:
  Look(Process& process, int directory, const LookOptions& options, ObjectTable& table)
      : process_(process),
        directory_(directory),
        shown_(process.thread ? process.thread.get() : directory),
        options_(options),
        table_(table) {}

  Looked run() {
    const Fd maps = openAt(shown_, "maps", O_RDONLY);
    if (!maps) {
      if (errno == EACCES || errno == EPERM) hide(errno);
      looked_.gone = looked_.hidden == 0;
      return std::move(looked_);
    }
    enter(process_.mount, namespaceOf(shown_, "mnt"));
    if (process_.mount != options_.ownMount) enter(process_.root, rootOf(shown_));
    enter(process_.ipc, namespaceOf(shown_, "ipc"));
    const bool query = options_.kernel.query && !options_.text;
    const Walk walked = query ? byQuery(maps.get()) : byText(maps.get());
    if (walked == Walk::kDone) eachDescriptor(shown_, [this](const Descriptor& each) { holder(each); });
    const bool found = !looked_.mappings.empty() || !looked_.holders.empty() || !looked_.views.empty();
    looked_.gone = walked != Walk::kDone || (found && !describe());
    return std::move(looked_);
  }

 private:
  Walk byQuery(int maps) {
    const auto visitArea = [&](const Area& area) {
      visit(area, [&](std::string& name) { return queryName(maps, area, name); });
    };
    if (!process_.viewsKnown) return queryAreas(maps, true, visitArea);
    looked_.views = std::move(process_.views);
    return queryAreas(maps, false, visitArea);
  }

  Walk byText(int maps) {
    return textAreas(maps, [&](const Area& area, std::string_view text) {
      visit(area, [&](std::string& name) { return textName(area, text, name); });
    });
  }

  // The text writes a newline as '\012' and leaves backslashes alone; the link in map_files is exact.
  bool textName(const Area& area, std::string_view text, std::string& name) {
    name = text;
    if (name.find("\\012") == std::string::npos) return true;
    return readLink(shown_, mapFilesName(area.start, area.end).c_str(), name) || errno == EACCES || errno == EPERM;
  }

  template <class NameOf>
  void visit(const Area& area, NameOf&& nameOf) {
    const MappingRecord mapping{0, area.flags, area.start, area.end - area.start, area.offset};
    const bool internal = options_.kernel.isInternal(area.device);
    if (!(area.flags & kShared)) {
      looked_.views.push_back({{area.device, area.inode, 0}, mapping});
      // Of a file it counts only where others share it.
      if (internal || isShm(area.device)) object(area.device, area.inode, internal, nameOf);
      return;
    }
    const auto found = object(area.device, area.inode, internal, nameOf);
    if (!found) return;
    looked_.mappings.push_back(mapping);
    looked_.mappings.back().object = *found;
  }

  void holder(const Descriptor& descriptor) {
    const bool internal = options_.kernel.isInternal(descriptor.device);
    if (!internal && !isShm(descriptor.device)) {
      looked_.files.push_back({{descriptor.device, descriptor.inode, 0}, descriptor.fd});
      return;
    }
    uint8_t access = 0;
    if (!descriptorAccess(shown_, descriptor.fd, access)) return;
    const auto found = object(descriptor.device, descriptor.inode, internal, [&](std::string& name) {
      return readLink(shown_, ("fd/" + std::to_string(descriptor.fd)).c_str(), name);
    });
    if (found) looked_.holders.push_back({*found, descriptor.fd, access});
  }

  // On the kernel's own mounts the id of a System V segment and the inode of a memfd can be equal: only the name tells.
  template <class NameOf>
  std::optional<uint32_t> object(dev_t device, uint64_t inode, bool internal, NameOf&& nameOf) {
    std::string name;
    ObjectKey key{device, inode, 0};
    if (internal) {
      if (!nameOf(name)) return {};
      if (kindOf(name, internal) == Kind::kSysv) key.space = 1 + process_.ipc;
    }
    return table_.find(key, [&](std::optional<Object>& object) {
      if (name.empty() && !nameOf(name)) return false;
      if (!isSegment(name)) return true;
      object.emplace();
      object->key = key;
      object->kind = kindOf(name, internal);
      object->huge = options_.kernel.isHuge(device);
      object->name = std::move(name);
      return true;
    });
  }

  bool isShm(dev_t device) const {
    return std::find(options_.shm.begin(), options_.shm.end(), device) != options_.shm.end();
  }

  // Kernel threads and zombies have no mappings that could be missed. With hidepid nothing tells: it counts.
  void hide(int error) {
    struct stat status;
    if (fstat(directory_, &status) != 0) return;
    const auto stat = processStat(directory_);
    if (stat && (stat->kernelThread || stat->state == 'Z' || stat->state == 'X')) return;
    process_.uid = status.st_uid;
    looked_.hidden = error;
  }

  // When it started is asked once: the directory is bound to the process. Its name is another after exec(2).
  bool describe() {
    struct stat status;
    if (fstat(directory_, &status) != 0) return false;
    enter(process_.uid, status.st_uid);
    enter(process_.readable, mayRead(process_.pid, options_.kernel));
    if (process_.startedAt != 0) {
      std::string comm;
      if (!processName(directory_, comm)) return false;
      enter(process_.comm, std::move(comm));
      return true;
    }
    auto stat = processStat(directory_);
    if (!stat) return false;
    enter(process_.startedAt, stat->startedAt);
    enter(process_.comm, std::move(stat->comm));
    return true;
  }

  template <class Value>
  void enter(Value& member, Value value) {
    if (member == value) return;
    member = std::move(value);
    looked_.renamed = true;
  }

  Process& process_;
  const int directory_;
  const int shown_;
  const LookOptions& options_;
  ObjectTable& table_;
  Looked looked_;
};

// A thread that has an address space, of a process whose first thread has none any more.
Fd livingThread(int process) {
  Fd opened = openAt(process, "task", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(opened ? fdopendir(opened.get()) : nullptr, closedir);
  if (!tasks) return {};
  const int fd = opened.release();
  while (const dirent* entry = readdir(tasks.get())) {
    if (entry->d_name[0] == '.') continue;
    Fd thread = openAt(fd, entry->d_name, O_RDONLY | O_DIRECTORY);
    const Fd statm = thread ? openAt(thread.get(), "statm", O_RDONLY) : Fd();
    const auto signature = statm ? readSignature(statm.get()) : std::nullopt;
    if (signature && *signature != Signature{}) return thread;
  }
  return {};
}

// False for what has no address space: kernel threads and zombies.
bool findMemory(Process& process, int directory) {
  if (process.thread || !process.statm) return true;
  const auto signature = readSignature(process.statm.get());
  if (!signature || *signature != Signature{}) return true;
  process.thread = livingThread(directory);
  if (process.thread) process.statm = openAt(process.thread.get(), "statm", O_RDONLY);
  return static_cast<bool>(process.thread);
}

// With hidepid=1 (proc(5)) the directory of another user's process may be seen, and not entered. Nothing tells whether
// it is a kernel thread: it counts.
Looked lookFromOutside(Process& process, int error) {
  Looked looked;
  struct stat status;
  looked.gone =
      (error != EACCES && error != EPERM) || stat(("/proc/" + std::to_string(process.pid)).c_str(), &status) != 0;
  if (looked.gone) return looked;
  process.uid = status.st_uid;
  looked.hidden = error;
  return looked;
}

}  // namespace

Looked look(Process& process, const LookOptions& options, ObjectTable& table) {
  const Directory directory(process);
  if (directory.get() < 0) return lookFromOutside(process, errno);
  if (!findMemory(process, directory.get())) return {};
  return Look(process, directory.get(), options, table).run();
}

}  // namespace shmscope
