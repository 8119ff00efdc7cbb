#include "maps.h"

#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace shmscope {

namespace {

// struct procmap_query and PROCMAP_QUERY of Linux 6.11, include/uapi/linux/fs.h, which older headers do not have.
struct ProcmapQuery {
  uint64_t size;
  uint64_t query_flags;
  uint64_t query_addr;
  uint64_t vma_start;
  uint64_t vma_end;
  uint64_t vma_flags;
  uint64_t vma_page_size;
  uint64_t vma_offset;
  uint64_t inode;
  uint32_t dev_major;
  uint32_t dev_minor;
  uint32_t vma_name_size;
  uint32_t build_id_size;
  uint64_t vma_name_addr;
  uint64_t build_id_addr;
};
static_assert(sizeof(ProcmapQuery) == 104);

constexpr unsigned long kQuery = _IOWR('f', 17, ProcmapQuery);
constexpr uint64_t kQueryShared = 0x08;          // PROCMAP_QUERY_VMA_SHARED
constexpr uint64_t kQueryCoveringOrNext = 0x10;  // PROCMAP_QUERY_COVERING_OR_NEXT_VMA
constexpr uint64_t kQueryFileBacked = 0x20;      // PROCMAP_QUERY_FILE_BACKED_VMA

Area areaOf(const ProcmapQuery& query) {
  return {query.vma_start,
          query.vma_end,
          query.vma_offset,
          query.inode,
          makedev(query.dev_major, query.dev_minor),
          static_cast<uint8_t>(query.vma_flags & 0xf)};
}

// Takes numbers and letters off the front of a line.
class Cursor {
 public:
  explicit Cursor(std::string_view line) : line_(line) {}

  // The number, and the one character behind it; the base is 10 or 16.
  uint64_t number(unsigned base) {
    uint64_t value = 0;
    for (; at_ < line_.size(); at_++) {
      const char c = line_[at_];
      const unsigned digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
      if (digit >= base) break;
      value = value * base + digit;
    }
    at_++;
    return value;
  }

  std::string_view take(size_t count) {
    const std::string_view part = line_.substr(std::min(at_, line_.size()), count);
    at_ += count + 1;
    return part;
  }

  std::string_view rest() const {
    const size_t from = std::min(line_.find_first_not_of(' ', std::min(at_, line_.size())), line_.size());
    return line_.substr(from);
  }

 private:
  std::string_view line_;
  size_t at_ = 0;
};

// One line of /proc/PID/maps (proc_pid_maps(5)): 'start-end rwxs offset major:minor inode   name', hexadecimal but for
// the inode. A line is the kernel's own, so its form is not in doubt.
bool parseLine(std::string_view line, Area& area, std::string_view& name) {
  Cursor cursor(line);
  area.start = cursor.number(16);
  area.end = cursor.number(16);
  const std::string_view rights = cursor.take(4);
  if (rights.size() != 4 || area.end <= area.start) return false;
  const auto flag = [&](size_t at, char letter, uint8_t bit) { return rights[at] == letter ? bit : uint8_t{0}; };
  area.flags =
      static_cast<uint8_t>(flag(0, 'r', kRead) | flag(1, 'w', kWrite) | flag(2, 'x', kExec) | flag(3, 's', kShared));
  area.offset = cursor.number(16);
  const auto high = static_cast<unsigned>(cursor.number(16));
  const auto low = static_cast<unsigned>(cursor.number(16));
  area.device = makedev(high, low);
  area.inode = cursor.number(10);
  name = cursor.rest();
  return true;
}

// Calls `each` for every line until it returns false.
template <class Each>
Walk eachLine(int maps, Each&& each) {
  std::string rest;
  char buffer[4096];  // The kernel hands out one page at most.
  for (off_t at = 0;;) {
    const ssize_t had = pread(maps, buffer, sizeof buffer, at);
    if (had < 0 && errno == EINTR) continue;
    if (had < 0) return Walk::kGone;
    if (had == 0) return Walk::kDone;
    at += had;
    rest.append(buffer, static_cast<size_t>(had));
    size_t begin = 0;
    for (size_t end; (end = rest.find('\n', begin)) != std::string::npos; begin = end + 1) {
      if (!each(std::string_view(rest).substr(begin, end - begin))) return Walk::kDone;
    }
    rest.erase(0, begin);
  }
}

// What is named deeper than PATH_MAX only the text tells.
bool textName(int maps, const Area& wanted, std::string& name) {
  bool found = false;
  textAreas(maps, [&](const Area& area, std::string_view text) {
    if (area.start != wanted.start || area.inode != wanted.inode || area.device != wanted.device) return;
    name = text;
    found = true;
  });
  return found;
}

}  // namespace

Walk queryAreas(int maps, bool views, const std::function<void(const Area&)>& visit) {
  ProcmapQuery query{};
  query.size = sizeof query;
  query.query_flags = kQueryCoveringOrNext | (views ? kQueryFileBacked : kQueryShared);
  for (;;) {
    if (ioctl(maps, kQuery, &query) != 0) {
      if (errno == EINTR) continue;
      if (errno == ENOENT) return Walk::kDone;
      return errno == ENOTTY || errno == EINVAL ? Walk::kUnsupported : Walk::kGone;
    }
    visit(areaOf(query));
    query.query_addr = query.vma_end;
  }
}

bool queryName(int maps, const Area& area, std::string& name) {
  char buffer[PATH_MAX];
  ProcmapQuery query{};
  query.size = sizeof query;
  query.query_addr = area.start;
  query.vma_name_addr = reinterpret_cast<uint64_t>(buffer);
  query.vma_name_size = sizeof buffer;
  if (ioctl(maps, kQuery, &query) != 0) return errno == ENAMETOOLONG && textName(maps, area, name);
  const Area now = areaOf(query);
  if (now.inode != area.inode || now.device != area.device) return false;
  name.assign(buffer, query.vma_name_size == 0 ? 0 : query.vma_name_size - 1);
  return true;
}

Walk textAreas(int maps, const std::function<void(const Area&, std::string_view)>& visit) {
  return eachLine(maps, [&](std::string_view line) {
    Area area;
    std::string_view name;
    // What is backed by a file has a device; '[heap]' and the like have 00:00.
    if (parseLine(line, area, name) && area.device != 0) visit(area, name);
    return true;
  });
}

std::optional<Area> areaAt(int maps, uint64_t address) {
  ProcmapQuery query{};
  query.size = sizeof query;
  query.query_addr = address;
  if (ioctl(maps, kQuery, &query) == 0) return areaOf(query);
  if (errno != ENOTTY && errno != EINVAL) return {};
  std::optional<Area> found;
  eachLine(maps, [&](std::string_view line) {
    Area area;
    std::string_view name;
    if (!parseLine(line, area, name) || area.end <= address) return true;
    if (area.start <= address) found = area;
    return false;
  });
  return found;
}

}  // namespace shmscope
