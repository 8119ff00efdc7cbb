#include "kernel.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "errors.h"
#include "fd.h"
#include "maps.h"

namespace shmscope {

namespace {

// log2 of the sizes of huge pages on the architectures that VS Code runs on, shifted as memfd_create(2) wants it;
// 0 is the default size.
constexpr unsigned kHugeSizes[] = {0, 16U << 26, 21U << 26, 25U << 26, 29U << 26, 30U << 26, 34U << 26};

// Creating a memfd reserves no page.
dev_t deviceOfMemfd(unsigned flags) {
  const Fd fd(memfd_create("shmscope", MFD_CLOEXEC | flags));
  if (!fd && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) fail("memfd_create");
  struct stat status;
  return fd && fstat(fd.get(), &status) == 0 ? status.st_dev : 0;
}

constexpr int kSysPtrace = 19;  // CAP_SYS_PTRACE, include/uapi/linux/capability.h

// Whether this process has a capability in effect (proc_pid_status(5), CapEff).
bool effective(int capability) {
  std::string text;
  if (!readAll(AT_FDCWD, "/proc/self/status", text)) return false;
  const size_t at = text.find("CapEff:");
  return at != std::string::npos && (strtoull(text.c_str() + at + 7, nullptr, 16) >> capability & 1) != 0;
}

bool supportsQuery() {
  const Fd maps = openAt(AT_FDCWD, "/proc/self/maps", O_RDONLY);
  return maps && queryAreas(maps.get(), false, [](const Area&) {}) == Walk::kDone;
}

}  // namespace

Kernel Kernel::ask() {
  Kernel kernel;
  kernel.memory = deviceOfMemfd(0);
  for (const unsigned size : kHugeSizes) {
    const dev_t device = deviceOfMemfd(MFD_HUGETLB | size);
    if (device != 0 && !kernel.isHuge(device)) kernel.huge.push_back(device);
  }
  kernel.query = supportsQuery();
  std::string text;
  if (readAll(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", text)) kernel.ptraceScope = atoi(text.c_str());
  kernel.mayTrace = effective(kSysPtrace);
  return kernel;
}

bool Kernel::isHuge(dev_t device) const { return std::find(huge.begin(), huge.end(), device) != huge.end(); }

}  // namespace shmscope
