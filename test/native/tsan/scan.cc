// What runs on threads of the addon's, for the thread sanitizer and without Node: reading.cc, watching.cc, and here
// scans from several threads at once while processes come, map, and go. Prints 'pass TITLE' or 'fail TITLE' for each
// check, and 'end'.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "common.h"
#include "errors.h"
#include "walker.h"

namespace shmscope {

// Those of errors.cc turn into JavaScript's errors what is thrown here; this program has no JavaScript.
void fail(const char* syscall, const std::string& path) { throw SysError{errno, syscall, path, {}}; }
void fail(int number, const char* syscall, const std::string& path, const std::string& detail) {
  throw SysError{number, syscall, path, detail};
}

}  // namespace shmscope

namespace {

constexpr int kThreads = 4;
constexpr int kScans = 5;
constexpr size_t kSize = 64 * 1024;

void share(const char* name) {
  const int fd = memfd_create(name, 0);
  if (fd < 0 || ftruncate(fd, kSize) != 0) give_up("memfd_create");
  if (mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED) give_up("mmap");
  close(fd);
}

// Maps what every scan must find.
pid_t steady(const std::string& name, int ready) {
  return child([&] {
    share(name.c_str());
    if (write(ready, "", 1) != 1) _exit(1);
    for (;;) pause();
  });
}

// Eight processes at a time that map, change their maps and end.
pid_t storm() {
  return child([] {
    for (int alive = 0;; alive++) {
      if (alive >= 8) wait(nullptr);
      child([] {
        for (int i = 0; i < 20; i++) {
          share("shmscope-storm");
          usleep(200);
        }
      });
    }
  });
}

bool finds(const shmscope::Maps& maps, pid_t pid, const std::string& name) {
  for (size_t object = 0; object < maps.objects.size(); object++) {
    if (maps.objects[object].name.find(name) == std::string::npos) continue;
    for (uint32_t at = maps.shown[object].firstMapping; at < maps.shown[object + 1].firstMapping; at++) {
      if (maps.processes[maps.mappingProcess[at]].pid == pid && maps.mappings[at].length == kSize) return true;
    }
  }
  return false;
}

// Every thread scans with a walker of its own, which has threads of its own: first all, then what changed, then all.
bool scansAtOnce(bool text, pid_t pid, const std::string& name) {
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.emplace_back([&] {
      shmscope::Walker walker(text);
      std::optional<shmscope::Maps> last;
      for (int scan = 0; scan < kScans; scan++) {
        if (auto maps = walker.scan({scan % 2 == 0, true, scan % 4 == 0, {}})) last = std::move(maps);
        found += last && finds(*last, pid, name);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return found == kThreads * kScans;
}

}  // namespace

int main() {
  bool held = readsAtOnce();
  held &= watchesAtOnce();
  const std::string name = "shmscope-tsan-" + std::to_string(getpid());
  int ready[2];
  if (pipe(ready) != 0) give_up("pipe");
  const pid_t steadyOne = steady(name, ready[1]);
  const pid_t stormOne = storm();
  char byte;
  if (read(ready[0], &byte, 1) != 1) give_up("read");
  held &=
      check("scans from four threads by query, among processes that come and go", scansAtOnce(false, steadyOne, name));
  held &=
      check("scans from four threads by text, among processes that come and go", scansAtOnce(true, steadyOne, name));
  for (const pid_t pid : {steadyOne, stormOne}) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  puts("end");
  return held ? 0 : 1;
}
