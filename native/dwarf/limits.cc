#include "limits.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

namespace shmscope::dwarf {

namespace {

constexpr uint64_t kMiB = 1024 * 1024;
constexpr int kNice = 10;
constexpr rlim_t kSeconds = 4, kMostSeconds = 60;

void limit(decltype(RLIMIT_CPU) what, rlim_t soft, rlim_t hard) {
  rlimit now{};
  getrlimit(what, &now);
  now.rlim_max = std::min(now.rlim_max, hard);
  now.rlim_cur = std::min(soft, now.rlim_max);
  setrlimit(what, &now);
}

// Tables grow, and a process that lives for a tenth of a second has no need to give memory back: a tenth of its time
// went into asking for the same pages anew (mallopt(3)).
void keepMemory() {
  mallopt(M_MMAP_THRESHOLD, 32 * static_cast<int>(kMiB));
  mallopt(M_TRIM_THRESHOLD, 512 * static_cast<int>(kMiB));
  mallopt(M_TOP_PAD, 4 * static_cast<int>(kMiB));
}

}  // namespace

void limitThisProcess() {
  keepMemory();
  limit(RLIMIT_DATA, 448 * kMiB, 448 * kMiB);
  limit(RLIMIT_AS, 4096 * kMiB, 4096 * kMiB);
  limit(RLIMIT_CPU, kSeconds, kMostSeconds);
  limit(RLIMIT_CORE, 0, 0);
  setpriority(PRIO_PROCESS, 0, kNice);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void allowTimeFor(uint64_t bytes) { limit(RLIMIT_CPU, kSeconds + bytes / (64 * kMiB), kMostSeconds); }

}  // namespace shmscope::dwarf
