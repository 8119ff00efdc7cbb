#include "threads.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "columns.h"
#include "crew.h"
#include "proc.h"
#include "tasks.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr size_t kProcessesForThread = 16;
constexpr size_t kTidsForThread = 200;

struct Row {
  int pid = 0;
  int tid = 0;
  // In the pid namespace of the process.
  int ownTid = 0;
  double space = 0;
  double startedAt = 0;
  char state = '?';
  std::string name;
};

// From /proc/PID/status: the numbers of a thread, from the namespace of this /proc to the thread's own.
struct Numbers {
  int pid = 0;
  int own = 0;
  bool same = true;
};
std::optional<Numbers> numbersOf(int directory) {
  char text[4096];
  if (!readOnce(directory, "status", text, sizeof text)) return {};
  Numbers numbers;
  numbers.pid = static_cast<int>(numberAfter(text, "\nTgid", 0));
  const char* at = strstr(text, "\nNSpid:");
  if (numbers.pid == 0 || !at) return {};
  const char* const end = strchr(at + 1, '\n');
  at = strchr(at, ':') + 1;
  for (int count = 0; end && at < end; count++) {
    char* after = nullptr;
    numbers.own = static_cast<int>(strtol(at, &after, 10));
    if (after == at) break;
    numbers.same = count == 0;
    at = after;
  }
  return numbers;
}

std::optional<Row> rowOf(int directory, int pid, int tid) {
  auto stat = processStat(directory);
  if (!stat) return {};
  Row row;
  row.pid = pid;
  row.tid = tid;
  row.ownTid = tid;
  row.startedAt = stat->startedAt;
  row.state = stat->state;
  row.name = std::move(stat->comm);
  return row;
}

// All threads of a process are in one pid namespace (clone(2)): what holds for the first one tells whether the others
// have to be asked.
void addProcess(int proc, int pid, std::vector<Row>& rows) {
  const Fd process = openAt(proc, std::to_string(pid).c_str(), O_RDONLY | O_DIRECTORY);
  const auto first = process ? numbersOf(process.get()) : std::nullopt;
  // The number of a thread is no process.
  if (!first || first->pid != pid) return;
  const double space = static_cast<double>(namespaceOf(process.get(), "pid"));
  for (const int32_t tid : numbersIn(openAt(process.get(), "task", O_RDONLY | O_DIRECTORY))) {
    const Fd thread = openAt(process.get(), ("task/" + std::to_string(tid)).c_str(), O_RDONLY | O_DIRECTORY);
    auto row = thread ? rowOf(thread.get(), pid, tid) : std::nullopt;
    if (!row) continue;
    if (!first->same) {
      const auto numbers = numbersOf(thread.get());
      if (!numbers) continue;
      row->ownTid = numbers->own;
    }
    row->space = space;
    rows.push_back(std::move(*row));
  }
}

// /proc/TID is there for every thread, though it is not listed (proc(5)); its `task` has those of its process.
void addThread(int proc, int tid, std::vector<Row>& rows) {
  const std::string name = std::to_string(tid);
  const Fd thread = openAt(proc, (name + "/task/" + name).c_str(), O_RDONLY | O_DIRECTORY);
  const auto numbers = thread ? numbersOf(thread.get()) : std::nullopt;
  auto row = numbers ? rowOf(thread.get(), numbers->pid, tid) : std::nullopt;
  if (!row) return;
  row->ownTid = numbers->own;
  row->space = static_cast<double>(namespaceOf(thread.get(), "pid"));
  rows.push_back(std::move(*row));
}

using Add = void (*)(int, int, std::vector<Row>&);

std::vector<Row> rowsOf(const std::vector<int32_t>& ids, size_t forThread, Add add) {
  const Fd proc = openProc();
  const size_t count = crewFor(ids.size(), forThread);
  std::vector<std::vector<Row>> found(count);
  std::atomic<size_t> next = 0;
  inThreads(count, [&](size_t thread) {
    for (size_t at; (at = next++) < ids.size();) add(proc.get(), ids[at], found[thread]);
  });
  std::vector<Row> rows;
  for (std::vector<Row>& each : found) {
    rows.insert(rows.end(), std::make_move_iterator(each.begin()), std::make_move_iterator(each.end()));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return std::pair(a.pid, a.tid) < std::pair(b.pid, b.tid); });
  return rows;
}

Napi::Value toJs(Napi::Env env, const std::vector<Row>& rows) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.pid; }));
  object.Set("tid", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.tid; }));
  object.Set("ownTid", column<Napi::Int32Array>(env, rows, [](const Row& row) { return row.ownTid; }));
  object.Set("space", column<Napi::Float64Array>(env, rows, [](const Row& row) { return row.space; }));
  object.Set("startedAt", column<Napi::Float64Array>(env, rows, [](const Row& row) { return row.startedAt; }));
  object.Set("state", column<Napi::Uint8Array>(env, rows, [](const Row& row) { return row.state; }));
  object.Set("names", texts(env, rows, [](const Row& row) -> const std::string& { return row.name; }));
  return object;
}

Napi::Value start(Napi::Env env, std::vector<int32_t> ids, size_t forThread, Add add) {
  return Worker<std::vector<Row>>::run(
      env, [ids = std::move(ids), forThread, add] { return rowsOf(ids, forThread, add); },
      [](Napi::Env at, std::vector<Row>& rows) -> Napi::Value { return toJs(at, rows); });
}

}  // namespace

Napi::Value threads(const Napi::CallbackInfo& info) {
  return start(info.Env(), toPids(info[0], "pids"), kProcessesForThread, addProcess);
}

Napi::Value threadsById(const Napi::CallbackInfo& info) {
  return start(info.Env(), toPids(info[0], "tids"), kTidsForThread, addThread);
}

}  // namespace shmscope
