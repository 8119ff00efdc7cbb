#include "tasks.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "errors.h"

namespace shmscope {

namespace {

constexpr size_t kMostPids = 1 << 22;
// Fields 4 to 38 stand between them (proc_pid_stat(5)).
constexpr int kBetween = 35;

}  // namespace

std::vector<int32_t> toPids(const Napi::Value& value, const char* what) {
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_int32_array) {
    fail(EINVAL, "", "", std::string(what) + " must be an Int32Array");
  }
  if (length > kMostPids) fail(ERANGE, "", "", std::string(what) + " are at most 2^22");
  std::vector<int32_t> pids(length);
  if (length > 0) memcpy(pids.data(), data, length * sizeof pids[0]);
  for (const int32_t pid : pids) {
    if (pid < 1) fail(EINVAL, "", "", std::string(what) + " must be 1 or more");
  }
  return pids;
}

std::vector<int32_t> numbersIn(Fd directory) {
  std::vector<int32_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(directory ? fdopendir(directory.get()) : nullptr, closedir);
  if (!opened) return numbers;
  directory.release();
  while (const dirent* entry = readdir(opened.get())) {
    const int number = atoi(entry->d_name);
    if (number > 0) numbers.push_back(number);
  }
  return numbers;
}

Fd openProc() {
  Fd proc = openAt(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY);
  if (!proc) fail("open", "/proc");
  return proc;
}

bool readOnce(int directory, const char* name, char* text, size_t size) {
  const Fd fd = openAt(directory, name, O_RDONLY);
  if (!fd) return false;
  ssize_t had = -1;
  do {
    had = read(fd.get(), text, size - 1);
  } while (had < 0 && errno == EINTR);
  if (had < 0) return false;
  text[had] = 0;
  return true;
}

bool readThreadStat(int directory, const char* name, ThreadStat& stat) {
  char text[1024];
  if (!readOnce(directory, name, text, sizeof text)) return false;
  // The name may hold anything, and ends at the last parenthesis.
  const char* at = strrchr(text, ')');
  if (!at || at[1] != ' ' || at[2] == 0) return false;
  stat.state = at[2];
  at += 3;
  for (int field = 0; at && field <= kBetween; field++) at = strchr(at + 1, ' ');
  if (at) stat.processor = atoi(at + 1);
  return true;
}

double numberAfter(const char* text, const char* label, double otherwise) {
  const char* at = strstr(text, label);
  at = at ? strchr(at, ':') : nullptr;
  return at ? strtod(at + 1, nullptr) : otherwise;
}

}  // namespace shmscope
