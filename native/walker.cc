#include "walker.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <unordered_set>

#include "crew.h"
#include "errors.h"

namespace shmscope {

namespace {

// A remap of the same size shows in no signature: some processes are looked at again in each round, in turn.
// With few processes, more of them, so that all had their turn within a second; with many, that would be too much work.
constexpr size_t kRotatedLeast = 3;
constexpr size_t kRotatedMost = 32;
constexpr size_t kRotation = 2000;
// To count the descriptors of all processes costs as much as their signatures, and what is only held open changes less.
constexpr uint64_t kDescriptorRounds = 10;
constexpr size_t kFewProcesses = 100;
constexpr size_t kTasksForThread = 32;
// Each thread needs a handful of descriptors.
constexpr int kFewDescriptors = 256;

// The rest is for the extension host's other work.
int keptDescriptors() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur / 2, 1 << 16));
}

// That of this process; 0 where /proc does not tell.
uint64_t ownNamespace(const char* which) {
  const Fd self = openAt(AT_FDCWD, "/proc/self", O_RDONLY | O_DIRECTORY);
  return self ? namespaceOf(self.get(), which) : 0;
}

// The last pid that was given out in this namespace (proc_loadavg(5)): while it is the same, no process is new.
std::string lastPid(int proc) {
  std::string text;
  if (!readAll(proc, "loadavg", text)) return {};
  return text.substr(text.rfind(' ') + 1);
}

}  // namespace

Walker::Walker(bool text)
    : kernel_(Kernel::ask()),
      text_(text),
      self_(getpid()),
      ownMount_(ownNamespace("mnt")),
      ownIpc_(ownNamespace("ipc")),
      keep_(keptDescriptors()),
      inspector_(ownMount_) {}

std::optional<Maps> Walker::scan(const Options& options) {
  try {
    return tryScan(options);
  } catch (...) {
    // What was seen and not handed on is seen anew.
    round_ = 0;
    lastPid_.clear();
    for (auto& [pid, process] : processes_) process.lookedAt = 0;
    throw;
  }
}

std::optional<Maps> Walker::tryScan(const Options& options) {
  if (!proc_) {
    proc_ = openAt(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY);
    if (!proc_) fail("open", "/proc");
  }
  const bool first = round_++ == 0;
  bool changed = enumerate(options.deep) || first;
  const std::vector<Process*> tasks = choose(options, changed);
  if (lookAt(tasks, options.shm)) changed = true;
  if ((changed || doubted_ || options.inspect) && inspectAll(options.inspect, options.shm)) changed = true;
  doubted_ = false;
  if (!changed) return {};
  compact();
  return assemble(processes_, objects_, kernel_.query && !text_);
}

bool Walker::moved() const {
  if (!proc_ || lastPid(proc_.get()) != lastPid_) return true;
  const bool few = processes_.size() < kFewProcesses;
  return std::any_of(processes_.begin(), processes_.end(), [&](const auto& entry) {
    const Process& process = entry.second;
    if (!process.statm || (!few && process.holders.empty())) return false;
    return readSignature(process.statm.get()) != process.signature;
  });
}

// Takes up new processes and drops those that ended.
bool Walker::enumerate(bool deep) {
  const std::string last = lastPid(proc_.get());
  if (!deep && !last.empty() && last == lastPid_) return false;
  lastPid_ = last;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc"), closedir);
  if (!directory) fail("open", "/proc");
  std::unordered_set<int> seen;
  while (const dirent* entry = readdir(directory.get())) {
    const int pid = atoi(entry->d_name);
    if (pid <= 0 || pid == self_) continue;
    if (processes_.contains(pid) || add(pid)) seen.insert(pid);
  }
  bool changed = false;
  std::erase_if(processes_, [&](const auto& entry) {
    if (seen.contains(entry.first)) return false;
    changed |= entry.second.shows() || entry.second.hidden != 0;
    return true;
  });
  return changed;
}

bool Walker::add(int pid) {
  Process process;
  process.pid = pid;
  process.directory = openAt(proc_.get(), std::to_string(pid).c_str(), O_RDONLY | O_DIRECTORY);
  // Nobody may enter it (hidepid=1 of proc(5)): it counts as hidden.
  if (!process.directory && errno != EPERM && errno != EACCES) return false;
  if (process.directory) process.statm = openAt(process.directory.get(), "statm", O_RDONLY);
  if (std::max(process.directory.get(), process.statm.get()) >= keep_) {
    process.directory = Fd();
    process.statm = Fd();
  }
  processes_.insert_or_assign(pid, std::move(process));
  return true;
}

// Those to be looked at now. The signature is taken before the look: what changes meanwhile is seen the next time.
std::vector<Process*> Walker::choose(const Options& options, bool& changed) {
  std::vector<Process*> tasks;
  std::vector<Process*> rest;
  const bool count = options.deep || options.thorough || round_ % kDescriptorRounds == 0;
  for (auto entry = processes_.begin(); entry != processes_.end();) {
    Process& process = entry->second;
    if (!process.statm) {
      // The pid may be another process now.
      process.startedAt = 0;
      process.viewsKnown = false;
      tasks.push_back(&process);
      entry++;
      continue;
    }
    const auto signature = readSignature(process.statm.get());
    if (!signature) {
      changed |= process.shows() || process.hidden != 0;
      const int pid = process.pid;
      entry = processes_.erase(entry);
      if (add(pid)) tasks.push_back(&processes_.find(pid)->second);
      continue;
    }
    entry++;
    const uint64_t descriptors = count ? descriptorCount(process.directory.get()) : process.descriptors;
    const bool resized = *signature != process.signature || process.lookedAt == 0;
    const bool reopened = descriptors != process.descriptors || (options.thorough && !process.holders.empty());
    const bool differs = resized || reopened;
    if (resized || (options.deep && options.thorough)) process.viewsKnown = false;
    process.signature = *signature;
    process.descriptors = descriptors;
    if (*signature == Signature{} && !process.shows() && !differs) {
      process.lookedAt = round_;
    } else if (options.deep || differs) {
      tasks.push_back(&process);
    } else {
      rest.push_back(&process);
    }
  }
  // Those whose private mappings were asked for the longest time ago.
  std::vector<Process*>& candidates = options.deep ? tasks : rest;
  const size_t turn = std::clamp(kRotation / (1 + candidates.size()), kRotatedLeast, kRotatedMost);
  const auto end = candidates.begin() + static_cast<ptrdiff_t>(std::min(turn, candidates.size()));
  std::partial_sort(candidates.begin(), end, candidates.end(),
                    [](const Process* a, const Process* b) { return a->viewedAt < b->viewedAt; });
  for (auto each = candidates.begin(); each != end; each++) (*each)->viewsKnown = false;
  if (!options.deep) tasks.insert(tasks.end(), rest.begin(), end);
  for (Process* process : tasks) process->lookedAt = round_;
  return tasks;
}

bool Walker::lookAt(const std::vector<Process*>& tasks, const std::vector<ShmMount>& shm) {
  std::vector<dev_t> devices;
  for (const ShmMount& mount : shm) {
    if (mount.whole) devices.push_back(mount.device);
  }
  const LookOptions options{kernel_, text_, devices, ownMount_};
  const size_t count = keep_ < kFewDescriptors ? 1 : crewFor(tasks.size(), kTasksForThread);
  std::vector<ObjectTable> tables(count);
  std::vector<Looked> results(tasks.size());
  std::vector<uint32_t> threads(tasks.size());
  std::atomic<size_t> next = 0;
  inThreads(count, [&](size_t thread) {
    for (size_t task; (task = next++) < tasks.size();) {
      results[task] = look(*tasks[task], options, tables[thread]);
      threads[task] = static_cast<uint32_t>(thread);
    }
  });
  return merge(tasks, results, threads, tables);
}

uint32_t Walker::globalIndex(Object&& object, bool& changed) {
  const auto [known, fresh] = index_.try_emplace(object.key, static_cast<uint32_t>(objects_.size()));
  // Processes can have one object by several names: the first is kept while it leads there, and asked for anew when
  // not.
  if (fresh) {
    fresh_ = true;
    objects_.push_back(std::move(object));
    changed = true;
  } else if (objects_[known->second].name != object.name) {
    // Or the inode is used again, by another object.
    objects_[known->second].inspected = false;
    doubted_ = true;
  }
  return known->second;
}

bool Walker::merge(const std::vector<Process*>& tasks, std::vector<Looked>& results, std::vector<uint32_t>& threads,
                   std::vector<ObjectTable>& tables) {
  bool changed = false;
  std::vector<std::vector<uint32_t>> global(tables.size());
  for (size_t thread = 0; thread < tables.size(); thread++) {
    for (Object& object : tables[thread].objects) {
      global[thread].push_back(globalIndex(std::move(object), changed));
    }
  }
  for (size_t task = 0; task < tasks.size(); task++) {
    Process& process = *tasks[task];
    Looked& looked = results[task];
    if (!process.viewsKnown) process.viewedAt = round_;
    process.viewsKnown = !looked.gone && looked.hidden == 0;
    if (looked.gone) looked = Looked{};
    for (MappingRecord& mapping : looked.mappings) mapping.object = global[threads[task]][mapping.object];
    for (HolderRecord& holder : looked.holders) holder.object = global[threads[task]][holder.object];
    addViews(looked.views, looked.mappings);
    addFiles(process, looked.files, looked.holders);
    process.views = std::move(looked.views);
    process.files = std::move(looked.files);
    const bool same = looked.hidden == process.hidden && looked.mappings == process.mappings &&
                      looked.holders == process.holders && !looked.renamed;
    if (same) continue;
    changed = true;
    process.hidden = looked.hidden;
    process.mappings = std::move(looked.mappings);
    process.holders = std::move(looked.holders);
  }
  if (fresh_) viewsOfFresh();
  fresh_ = false;
  return changed;
}

// The private mappings of files that somebody shares.
void Walker::addViews(const std::vector<PrivateView>& views, std::vector<MappingRecord>& mappings) const {
  ObjectKey last;
  auto found = index_.end();
  for (const PrivateView& view : views) {
    if (view.key != last) found = index_.find(last = view.key);
    if (found == index_.end()) continue;
    mappings.push_back(view.mapping);
    mappings.back().object = found->second;
  }
}

// Those that have a file open that somebody shares.
void Walker::addFiles(const Process& process, const std::vector<OpenFile>& files,
                      std::vector<HolderRecord>& holders) const {
  for (const OpenFile& file : files) {
    const auto found = index_.find(file.key);
    if (found == index_.end()) continue;
    const bool known =
        std::any_of(holders.begin(), holders.end(), [&](const HolderRecord& holder) { return holder.fd == file.fd; });
    if (known) continue;
    const Directory directory(process);
    uint8_t access = 0;
    if (!isDescriptorOf(directory.get(), file.fd, file.key.device, file.key.inode)) continue;
    if (!descriptorAccess(directory.get(), file.fd, access)) continue;
    holders.push_back({found->second, file.fd, access});
  }
}

// Somebody shares a file now that others have mapped private, or have open, all along.
void Walker::viewsOfFresh() {
  for (auto& [pid, process] : processes_) {
    std::erase_if(process.mappings, [](const MappingRecord& mapping) { return !(mapping.flags & kShared); });
    addViews(process.views, process.mappings);
    addFiles(process, process.files, process.holders);
  }
}

// What its names lead to is asked for every object that is new, or for `all`. Of those that are listed by name in a
// tmpfs on /dev/shm the listing knows more.
bool Walker::inspectAll(bool all, const std::vector<ShmMount>& shm) {
  std::unordered_set<ObjectKey, ObjectKeyHash> listed;
  for (const ShmMount& mount : shm) {
    for (const ShmEntry& entry : mount.entries) listed.insert({mount.device, entry.stat.inode, 0});
  }
  if (all) inspector_.forgetFilesystems();
  std::vector<Sight> sights(objects_.size());
  for (const auto& [pid, process] : processes_) {
    for (const HolderRecord& holder : process.holders) sights[holder.object].take(process, holder);
    for (const MappingRecord& mapping : process.mappings) sights[mapping.object].take(process, mapping);
  }
  bool changed = false;
  for (size_t i = 0; i < objects_.size(); i++) {
    Object& object = objects_[i];
    const bool shown = sights[i].mapper != nullptr || sights[i].holder != nullptr;
    if (!shown || object.kind == Kind::kSysv || listed.contains(object.key) || (!all && object.inspected)) continue;
    const Object before = object;
    inspector_.inspect(object, sights[i]);
    object.inspected = true;
    changed |= object != before;
  }
  return changed;
}

// Forgets objects that nothing shows any more.
void Walker::compact() {
  std::vector<uint32_t> renamed(objects_.size(), UINT32_MAX);
  std::vector<Object> kept;
  const auto keep = [&](uint32_t& index) {
    if (renamed[index] == UINT32_MAX) {
      renamed[index] = static_cast<uint32_t>(kept.size());
      kept.push_back(std::move(objects_[index]));
    }
    index = renamed[index];
  };
  for (auto& [pid, process] : processes_) {
    for (MappingRecord& mapping : process.mappings) keep(mapping.object);
    for (HolderRecord& holder : process.holders) keep(holder.object);
  }
  objects_ = std::move(kept);
  index_.clear();
  for (uint32_t i = 0; i < objects_.size(); i++) index_.emplace(objects_[i].key, i);
}

MountRoots Walker::foreignMounts() const {
  MountRoots found;
  for (const auto& [pid, process] : processes_) {
    if (process.mount != 0 && process.mount != ownMount_) found.emplace(std::pair(process.mount, process.root), pid);
  }
  return found;
}

std::map<uint64_t, int> Walker::foreignIpc() const {
  std::map<uint64_t, int> found;
  for (const auto& [pid, process] : processes_) {
    if (process.ipc != 0 && process.ipc != ownIpc_) found.emplace(process.ipc, pid);
  }
  return found;
}

}  // namespace shmscope
