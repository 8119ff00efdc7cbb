#include "proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <mutex>

#include "fd.h"

namespace shmscope {

namespace {

constexpr unsigned long kKernelThread = 0x00200000;  // PF_KTHREAD, include/linux/sched.h

// Taken once: a clock that is set must not give running processes another identity.
double bootTime() {
  static const double boot = [] {
    timespec real;
    timespec since;
    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_BOOTTIME, &since);
    return static_cast<double>(real.tv_sec - since.tv_sec) * 1000 +
           static_cast<double>(real.tv_nsec - since.tv_nsec) / 1e6;
  }();
  return boot;
}

}  // namespace

std::optional<ProcessStat> processStat(int process) {
  std::string text;
  if (!readAll(process, "stat", text)) return {};
  const size_t open = text.find('(');
  const size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  ProcessStat stat;
  unsigned long flags = 0;
  unsigned long long started = 0;
  // Fields 3, 9 and 22 of proc_pid_stat(5).
  const int had = sscanf(text.c_str() + close + 1,
                         " %c %*d %*d %*d %*d %*d %lu %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                         &stat.state, &flags, &started);
  if (had != 3) return {};
  stat.kernelThread = flags & kKernelThread;
  stat.startedAt =
      std::round(bootTime() + static_cast<double>(started) * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  stat.comm = text.substr(open + 1, close - open - 1);
  // stat escapes newlines and backslashes, comm does not (proc_task_name() in fs/proc/array.c).
  if (stat.comm.find('\\') != std::string::npos && !processName(process, stat.comm)) return {};
  return stat;
}

bool processName(int process, std::string& comm) {
  if (!readAll(process, "comm", comm)) return false;
  if (!comm.empty()) comm.pop_back();
  return true;
}

uint64_t namespaceOf(int process, const char* which) {
  char path[32];
  snprintf(path, sizeof path, "ns/%s", which);
  std::string target;
  if (!readLink(process, path, target)) return 0;
  const size_t open = target.find('[');
  return open == std::string::npos ? 0 : strtoull(target.c_str() + open + 1, nullptr, 10);
}

std::optional<Signature> readSignature(int statm) {
  char text[128];
  const ssize_t had = pread(statm, text, sizeof text - 1, 0);
  if (had <= 0) return {};
  text[had] = 0;
  // size resident shared text lib data dirty
  Signature signature;
  char* at = text;
  signature.size = strtoull(at, &at, 10);
  strtoull(at, &at, 10);
  strtoull(at, &at, 10);
  signature.text = strtoull(at, &at, 10);
  strtoull(at, &at, 10);
  signature.data = strtoull(at, &at, 10);
  return signature;
}

uint64_t descriptorCount(int process) {
  struct stat status;
  return fstatat(process, "fd", &status, 0) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

std::string mapFilesName(uint64_t start, uint64_t end) {
  char name[64];
  snprintf(name, sizeof name, "map_files/%lx-%lx", static_cast<unsigned long>(start), static_cast<unsigned long>(end));
  return name;
}

bool eachDescriptor(int process, const std::function<void(const Descriptor&)>& visit) {
  Fd opened = openAt(process, "fd", O_RDONLY | O_DIRECTORY);
  if (!opened) return false;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(opened.get()), closedir);
  if (!directory) return false;
  const int fd = opened.release();
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    struct statx status;
    // AT_STATX_DONT_SYNC: never wait for the server of a network file system.
    if (statx(fd, entry->d_name, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &status) != 0) continue;
    if (!S_ISREG(status.stx_mode)) continue;
    visit({atoi(entry->d_name), makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino});
  }
  return true;
}

bool isDescriptorOf(int process, int fd, dev_t device, uint64_t inode) {
  struct statx status;
  char name[32];
  snprintf(name, sizeof name, "fd/%d", fd);
  return statx(process, name, AT_STATX_DONT_SYNC, STATX_INO, &status) == 0 && status.stx_ino == inode &&
         makedev(status.stx_dev_major, status.stx_dev_minor) == device;
}

bool descriptorAccess(int process, int fd, uint8_t& access) {
  std::string text;
  char name[32];
  snprintf(name, sizeof name, "fdinfo/%d", fd);
  if (!readAll(process, name, text)) return false;
  const size_t at = text.find("flags:");
  unsigned flags = 0;
  if (at == std::string::npos || sscanf(text.c_str() + at, "flags: %o", &flags) != 1) return false;
  // 3 asks for both rights and gives neither (open(2)); only drivers know it.
  access = static_cast<uint8_t>(std::min(flags & O_ACCMODE, 2U));
  return true;
}

bool readLink(int directory, const char* name, std::string& target) {
  char buffer[PATH_MAX];
  const ssize_t length = readlinkat(directory, name, buffer, sizeof buffer);
  if (length < 0) return false;
  target.assign(buffer, static_cast<size_t>(length));
  return true;
}

}  // namespace shmscope
