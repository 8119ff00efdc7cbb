#include "watchpoints_processes.h"

#include <algorithm>

#include "errors.h"
#include "fd.h"

namespace shmscope {

namespace {

std::string readName(int pid) {
  std::string name;
  try {
    if (!readAll(AT_FDCWD, ("/proc/" + std::to_string(pid) + "/comm").c_str(), name)) return {};
  } catch (const SysError&) {
    // No descriptor is left: then it has the name of its parent.
    return {};
  }
  if (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

}  // namespace

std::shared_ptr<MetProcess> Processes::newest(int pid) const {
  const auto line = byPid_.find(pid);
  return line == byPid_.end() || line->second.empty() ? nullptr : line->second.back();
}

const std::shared_ptr<MetProcess>& Processes::append(MetProcess process) {
  Line& line = byPid_[process.pid];
  return line.emplace_back(std::make_shared<MetProcess>(std::move(process)));
}

uint32_t Processes::added(int pid, const std::string& name) {
  const auto known = newest(pid);
  if (known && known->endedAt == 0) return known->image->number;
  // After an end that was told, another has the pid now.
  const uint64_t since = known ? known->since + 1 : 0;
  return append({pid, 0, name, since, false, true, 0, images_.make(pid, nullptr)})->image->number;
}

void Processes::forked(const TaskRecord& task, uint64_t pass) {
  if (task.pid == task.parentPid) return;
  const auto before = newest(task.pid);
  if (before && before->since != 0 && isSameEvent(before->since, task.time)) return;
  if (before && before->endedAt == 0) {
    before->endedAt = pass;
    before->image->ended = true;
    ended_.push_back(task.pid);
  }
  const auto parent = newest(task.parentPid);
  append({task.pid, task.parentPid, parent ? parent->name : "", task.time, false, false, 0,
          images_.make(task.pid, parent ? parent->image : nullptr)});
}

void Processes::ended(const TaskRecord& task, uint64_t pass) {
  const auto process = task.pid == task.tid ? newest(task.pid) : nullptr;
  if (!process || process->endedAt != 0) return;
  process->endedAt = pass;
  process->image->ended = true;
  ended_.push_back(task.pid);
}

void Processes::renamed(const CommRecord& comm, uint64_t pass) {
  const auto process = newest(comm.pid);
  if (!process) return;
  if (!comm.exec) {
    if (comm.pid == comm.tid) process->name = comm.name;
    return;
  }
  if (process->execed && isSameEvent(process->since, comm.time)) return;
  process->endedAt = pass;
  process->image->ended = true;
  ended_.push_back(comm.pid);
  append({comm.pid, process->parent, comm.name, comm.time, true, true, 0, images_.make(comm.pid, nullptr)});
}

const std::shared_ptr<MetProcess>& Processes::at(int pid, uint64_t time) {
  Line& line = byPid_[pid];
  if (line.empty()) append({pid, 0, "", 0, false, false, 0, images_.make(pid, nullptr)});
  size_t index = line.size() - 1;
  while (index > 0 && line[index]->since > time) index--;
  MetProcess& process = *line[index];
  if (!process.named && index == line.size() - 1) {
    const std::string name = readName(pid);
    if (!name.empty()) process.name = name;
  }
  // It is asked once: after its end another may have the pid.
  process.named = true;
  return line[index];
}

void Processes::sweep(uint64_t pass) {
  std::vector<int> later;
  for (const int pid : std::exchange(ended_, {})) {
    const auto line = byPid_.find(pid);
    if (line == byPid_.end()) continue;
    bool waits = false;
    std::erase_if(line->second, [&](const auto& process) {
      if (process->endedAt == 0 || process->endedAt + 1 >= pass) {
        waits = waits || process->endedAt != 0;
        return false;
      }
      return true;
    });
    if (waits) later.push_back(pid);
    if (line->second.empty()) byPid_.erase(line);
  }
  ended_.insert(ended_.end(), later.begin(), later.end());
}

}  // namespace shmscope
