// The looks at all processes, one after another: what did not change since the last one is not looked at again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "assemble.h"
#include "inspect.h"
#include "kernel.h"
#include "process.h"
#include "records.h"

namespace shmscope {

class Walker {
 public:
  // `text`: from the text of /proc/PID/maps even where PROCMAP_QUERY works.
  explicit Walker(bool text);

  struct Options {
    // Look at every process; else at those whose signature differs, at new ones, and at a few in rotation, since a
    // remap of the same size leaves no trace.
    bool deep;
    // Look at the objects themselves again.
    bool inspect;
    // With `deep`: ask for all private mappings too, and not only where the signature differs. Without: look at those
    // that have objects open, since one descriptor closed and another opened leaves no trace.
    bool thorough;
    const std::vector<ShmMount>& shm;
  };
  // Nothing where nothing differs from the last time. One call at a time.
  std::optional<Maps> scan(const Options& options);

  // Whether a process is new, or one that has objects open, which can map them without a trace elsewhere, has another
  // signature than at the last scan; where they are few, any. Costs some 1 µs for each.
  bool moved() const;

  // One process for each IPC namespace, and each root in a mount namespace, other than our own.
  MountRoots foreignMounts() const;
  std::map<uint64_t, int> foreignIpc() const;

 private:
  std::optional<Maps> tryScan(const Options& options);
  bool enumerate(bool deep);
  bool add(int pid);
  std::vector<Process*> choose(const Options& options, bool& changed);
  bool lookAt(const std::vector<Process*>& tasks, const std::vector<ShmMount>& shm);
  bool merge(const std::vector<Process*>& tasks, std::vector<Looked>& results, std::vector<uint32_t>& threads,
             std::vector<ObjectTable>& tables);
  void addViews(const std::vector<PrivateView>& views, std::vector<MappingRecord>& mappings) const;
  void addFiles(const Process& process, const std::vector<OpenFile>& files, std::vector<HolderRecord>& holders) const;
  void viewsOfFresh();
  uint32_t globalIndex(Object&& object, bool& changed);
  bool inspectAll(bool all, const std::vector<ShmMount>& shm);
  void compact();

  const Kernel kernel_;
  const bool text_;
  const int self_;
  const uint64_t ownMount_;
  const uint64_t ownIpc_;
  // Descriptors above this are not kept.
  const int keep_;
  Fd proc_;
  std::map<int, Process> processes_;
  std::unordered_map<ObjectKey, uint32_t, ObjectKeyHash> index_;
  std::vector<Object> objects_;
  Inspector inspector_;
  uint64_t round_ = 0;
  std::string lastPid_;
  // An object was met that no process had shown before.
  bool fresh_ = false;
  // An object was met by another name than it has here.
  bool doubted_ = false;
};

}  // namespace shmscope
