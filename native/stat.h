// statx(2), and 'major:minor' of a device.
#pragma once

#include <napi.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

namespace shmscope {

struct Stat {
  dev_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  uint64_t resident = 0;
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t links = 0;
  bool born = false;
  double createdAt = 0;
  double modifiedAt = 0;
  double changedAt = 0;
  bool operator==(const Stat&) const = default;
};

// AT_EMPTY_PATH with `name` "" for the descriptor itself. `path` is for the error.
Stat statOf(int directory, const char* name, int flags, const std::string& path);
Stat statFd(int fd, const std::string& path = {});

std::string deviceText(dev_t device);
// 'major:minor', decimal; false for anything else.
bool parseDevice(const std::string& text, dev_t& device);

Napi::Object toJs(Napi::Env env, const Stat& stat);

}  // namespace shmscope
