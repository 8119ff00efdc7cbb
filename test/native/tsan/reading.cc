// Readers of one source on several threads, as a panel has them, while another process writes.
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "common.h"
#include "heat.h"
#include "lookout.h"
#include "narrow.h"

using namespace shmscope;
using namespace std::chrono_literals;

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 3;
constexpr size_t kSize = 4 << 20;
// The first half stays as it is, and holds this at each multiple of kStep; another process writes the second one.
constexpr size_t kHalf = kSize / 2;
constexpr size_t kStep = 64 * 1024;
constexpr uint64_t kMark = 0xfeed'face'dead'beef;

struct Object {
  Object() : fd(memfd_create("shmscope-tsan-read", 0)) {
    struct stat status;
    if (fd < 0 || ftruncate(fd, kSize) != 0 || fstat(fd, &status) != 0) give_up("memfd_create");
    for (size_t at = 0; at < kHalf; at += kStep) store(at, kMark);
    source = openDescriptorSource(getpid(), fd, status.st_dev, status.st_ino, false);
  }
  ~Object() { close(fd); }
  void store(size_t at, uint64_t word) const {
    if (pwrite(fd, &word, sizeof word, static_cast<off_t>(at)) != sizeof word) give_up("pwrite");
  }

  const int fd;
  std::shared_ptr<const Source> source;
};

pid_t writer(const Object& object) {
  return child([&] {
    void* const mapped = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, object.fd, 0);
    if (mapped == MAP_FAILED) _exit(1);
    auto* const words = static_cast<volatile uint64_t*>(mapped);
    for (uint64_t i = 0;; i++) words[(kHalf + i * 8 % kHalf) / 8] = i;
  });
}

// Every thread with a state of its own, and all of them with one source and one control.
bool readsFromAll(const Object& object) {
  int32_t words[3] = {};
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.emplace_back([&] {
      const Control control(words);
      Heat heat(64);
      for (int round = 0; round < kRounds; round++) {
        while (!heat.look(*object.source, 0.5).round) continue;
        std::vector<uint8_t> bytes(sizeof kMark);
        memcpy(bytes.data(), &kMark, sizeof kMark);
        const auto needle = bytesNeedle(bytes, {}, {}, 1);
        right += find(*object.source, *needle, {0, kHalf, round % 2 == 1, control}, 1000).size() == kHalf / kStep;
        NarrowStep step{{NumberType::kU64, false, 8}, Narrowing::kBetween, kMark, kMark, 0, 1000};
        const Places places = firstStep(*object.source, step, control);
        step.how = Narrowing::kUnchanged;
        right += nextStep(*object.source, step, places, control).count() == kHalf / kStep;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return right == 2 * kThreads * kRounds;
}

// A search that another thread ends, which sees how far it came.
bool endsSearch(const Object& object) {
  int32_t words[3] = {};
  const Control control(words);
  std::thread thread([&] {
    const auto needle = anyNeedle({NumberType::kU8, false, 1});
    const auto take = [](auto&&...) { return true; };
    while (!control.cancelled()) eachPlace(*object.source, *needle, {0, kSize, false, control}, take);
  });
  while (std::atomic_ref(words[1]).load() == 0 || std::atomic_ref(words[2]).load() == 0) std::this_thread::yield();
  std::atomic_ref(words[0]).store(1);
  thread.join();
  return true;
}

Told toldOf(const Object& object) {
  std::vector<uint8_t> bytes(kHalf);
  if (object.source->read(bytes.data(), kHalf, 0) != kHalf) give_up("read");
  const Stat stat = object.source->stat();
  Told told{stat.size, false, {{0, std::move(bytes)}}, {}, 1000};
  uint64_t at = 0;
  while (const auto held = object.source->nextHeld(at, kHalf)) {
    if (held->start > at) told.unheld.insert(told.unheld.end(), {at, held->start});
    at = held->end;
  }
  if (at < kHalf) told.unheld.insert(told.unheld.end(), {at, kHalf});
  return told;
}

// What a look of an hour gives that `end` brings to its end.
template <class End>
bool looksUntil(const Object& object, Control control, End&& end) {
  Lookout lookout(object.source, toldOf(object), {1ms, 1h}, control);
  bool changed = false;
  std::thread thread([&] { changed = lookout.look(); });
  std::this_thread::sleep_for(20ms);
  end(lookout);
  thread.join();
  return changed;
}

bool looksOut(const Object& object) {
  int32_t words[3] = {};
  bool right = looksUntil(object, {}, [](Lookout& lookout) { lookout.end(); });
  right &= !looksUntil(object, Control(words), [&](Lookout&) { std::atomic_ref(words[0]).store(1); });
  right &= looksUntil(object, {}, [&](Lookout&) { object.store(8, kMark); });
  Lookout brief(object.source, toldOf(object), {1ms, 20ms}, {});
  return right && !brief.look();
}

}  // namespace

bool readsAtOnce() {
  const Object object;
  const pid_t writing = writer(object);
  bool held = check("looks, searches and narrowing from four threads, while a process writes", readsFromAll(object));
  held &= check("a search that another thread follows and ends", endsSearch(object));
  held &= check("waiting for a change until it comes, or until another thread ends it", looksOut(object));
  kill(writing, SIGKILL);
  waitpid(writing, nullptr, 0);
  return held;
}
