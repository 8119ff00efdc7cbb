// The areas of an address space: by ioctl PROCMAP_QUERY (Linux 6.11) or from the text of /proc/PID/maps.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shmscope {

// Equal in value to PROCMAP_QUERY_VMA_* and to READ, WRITE, EXEC, SHARED of src/native/addon.ts.
constexpr uint8_t kRead = 1;
constexpr uint8_t kWrite = 2;
constexpr uint8_t kExec = 4;
constexpr uint8_t kShared = 8;

struct Area {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t offset = 0;
  uint64_t inode = 0;
  dev_t device = 0;
  uint8_t flags = 0;
};

enum class Walk {
  kDone,
  kGone,         // The process ended, or runs another program now.
  kUnsupported,  // No PROCMAP_QUERY in this kernel.
};

// `maps` is a descriptor of /proc/PID/maps: it stays bound to the address space that it was opened on. Visits what is
// mapped shared; with `views` all that is backed by a file, which shared memory always is (mm/shmem.c).
Walk queryAreas(int maps, bool views, const std::function<void(const Area&)>& visit);

// The name of the object that `area` shows, as the kernel spells it; false where the area went away, or shows another
// object by now.
bool queryName(int maps, const Area& area, std::string& name);

// The same from text, always with the private views, which cost nothing more there. Names are as the text has them: a
// newline is '\012' there.
Walk textAreas(int maps, const std::function<void(const Area&, std::string_view)>& visit);

// The area that holds `address`, by either way.
std::optional<Area> areaAt(int maps, uint64_t address);

}  // namespace shmscope
