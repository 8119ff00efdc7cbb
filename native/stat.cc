#include "stat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdio>

#include "errors.h"

namespace shmscope {

namespace {

double milliseconds(const statx_timestamp& time) {
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

Stat statOf(int directory, const char* name, int flags, const std::string& path) {
  struct statx raw;
  if (statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &raw) != 0) fail("statx", path);
  Stat stat;
  stat.device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
  stat.inode = raw.stx_ino;
  stat.size = raw.stx_size;
  stat.resident = raw.stx_blocks * 512;
  stat.mode = raw.stx_mode;
  stat.uid = raw.stx_uid;
  stat.gid = raw.stx_gid;
  stat.links = raw.stx_nlink;
  stat.born = raw.stx_mask & STATX_BTIME;
  stat.createdAt = milliseconds(raw.stx_btime);
  stat.modifiedAt = milliseconds(raw.stx_mtime);
  stat.changedAt = milliseconds(raw.stx_ctime);
  return stat;
}

Stat statFd(int fd, const std::string& path) { return statOf(fd, "", AT_EMPTY_PATH, path); }

std::string deviceText(dev_t device) { return std::to_string(major(device)) + ":" + std::to_string(minor(device)); }

bool parseDevice(const std::string& text, dev_t& device) {
  unsigned high = 0;
  unsigned low = 0;
  if (sscanf(text.c_str(), "%u:%u", &high, &low) != 2) return false;
  device = makedev(high, low);
  return deviceText(device) == text;
}

Napi::Object toJs(Napi::Env env, const Stat& stat) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("device", deviceText(stat.device));
  object.Set("inode", static_cast<double>(stat.inode));
  object.Set("size", static_cast<double>(stat.size));
  object.Set("residentBytes", static_cast<double>(stat.resident));
  object.Set("mode", stat.mode);
  object.Set("uid", stat.uid);
  object.Set("gid", stat.gid);
  object.Set("links", stat.links);
  if (stat.born) object.Set("createdAt", stat.createdAt);
  object.Set("modifiedAt", stat.modifiedAt);
  object.Set("changedAt", stat.changedAt);
  return object;
}

}  // namespace shmscope
