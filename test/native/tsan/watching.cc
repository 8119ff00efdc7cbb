// A watch that is added to, answered, looked at and ended by several threads, while a program stores from threads of
// its own and forks.
#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>
#include <vector>

#include "common.h"
#include "errors.h"
#include "watchpoints_session.h"

using namespace shmscope;

namespace {

constexpr int kRounds = 5;

void storeFrom(volatile uint64_t* field) {
  for (uint64_t i = 0;; i++) {
    std::thread([field] { *field = 1; }).join();
    if (i % 4 == 0) waitpid(child([field] { *field = 2; }), nullptr, 0);
    usleep(500);
  }
}

void answerAll(Session& session) {
  const auto asked = session.report([](const Session::Report& report) { return report.asked; });
  Rule own;
  own.kind = Rule::kOwn;
  for (const Asked& each : asked) session.answer(each.image, {{each.place, own}});
}

uint64_t counted(Session& session) {
  return session.report([](const Session::Report& report) {
    uint64_t count = report.pending + report.dropped;
    for (const Site& site : report.sites) count += site.count;
    return count == report.seen ? count : 0;
  });
}

bool watchesOnce(pid_t pid, uint64_t address) {
  Session session({{8, false}, {8, false}});
  std::thread running([&] { session.run(); });
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (uint8_t field = 0; field < 2; field++) {
    threads.emplace_back([&, field] {
      while (!over) session.add(pid, {field, address + field * 8});
    });
  }
  threads.emplace_back([&] {
    while (!over) answerAll(session);
  });
  // The address sanitizer's and this one's programs are slow.
  for (int i = 0; i < 3000 && counted(session) < 50; i++) usleep(10'000);
  over = true;
  for (std::thread& thread : threads) thread.join();
  session.end();
  running.join();
  return counted(session) >= 50;
}

}  // namespace

bool watchesAtOnce() {
  void* const mapped = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) give_up("mmap");
  const pid_t writer = child([&] { storeFrom(static_cast<volatile uint64_t*>(mapped)); });
  bool held = true;
  try {
    for (int i = 0; i < kRounds; i++) held &= watchesOnce(writer, reinterpret_cast<uint64_t>(mapped));
  } catch (const SysError& error) {
    // No rights to it, or no such hardware: nothing is told of threads then.
    fprintf(stderr, "no breakpoints: %d\n", error.number);
  }
  kill(writer, SIGKILL);
  waitpid(writer, nullptr, 0);
  munmap(mapped, 4096);
  return check("a watch that is added to, answered and looked at by four threads", held);
}
