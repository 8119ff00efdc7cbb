#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "errors.h"
#include "fd.h"
#include "mapping.h"

namespace shmscope {

// Which pages a process holds, by /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst): to read another one
// would have the kernel make it.
class Pages {
 public:
  explicit Pages(int pid) : path_("/proc/" + std::to_string(pid) + "/pagemap") {
    pagemap_ = Fd(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!pagemap_) fail(errno == ENOENT ? ESRCH : errno, "open", path_);
  }

  bool hold(uint64_t address, size_t width) {
    const uint64_t last = address + width - 1;
    return last >= address && held(address / kPage) && (last / kPage == address / kPage || held(last / kPage));
  }

 private:
  // Bits 63 and 62: present, swapped.
  static constexpr uint64_t kPresent = uint64_t{3} << 62;

  bool held(uint64_t page) {
    if (page == lastPage_) return last_;
    const auto known = known_.find(page);
    lastPage_ = page;
    if (known != known_.end()) return last_ = known->second;
    uint64_t entry = 0;
    // Nothing is there for what lies past the end of the address space.
    const bool whole =
        page <= static_cast<uint64_t>(INT64_MAX) / sizeof entry &&
        pread(pagemap_.get(), &entry, sizeof entry, static_cast<off_t>(page * sizeof entry)) == sizeof entry;
    last_ = whole && (entry & kPresent) != 0;
    known_.emplace(page, last_);
    return last_;
  }

  const std::string path_;
  Fd pagemap_;
  std::unordered_map<uint64_t, bool> known_;
  uint64_t lastPage_ = UINT64_MAX;
  bool last_ = false;
};

}  // namespace shmscope
