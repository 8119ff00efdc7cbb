// The programs that watched processes run: what is known of their code, shared by a process and its forks.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "watchpoints_unwind.h"

namespace shmscope {

// One program in one process, from its exec on, or from the fork that a process began with.
struct Image {
  uint32_t number = 0;
  int pid = 0;
  bool ended = false;
  // Of the process at the beginning of its forks; null for that one itself.
  std::shared_ptr<Image> root;
  std::unordered_map<CodePlace, Rule, CodePlaceHash> rules;
  std::unordered_set<CodePlace, CodePlaceHash> asked;
};

struct Asked {
  uint32_t image;
  int pid;
  CodePlace place;
};

class Images {
 public:
  std::shared_ptr<Image> make(int pid, const std::shared_ptr<Image>& parent);

  // Null where it must be asked for first, which is done once: the first process of a family, and where that knows
  // nothing of it or has ended, the process itself, which may have loaded a library since.
  const Rule* find(Image& image, const CodePlace& place);

  // Nothing where the image is gone. ERANGE for more rules than any program was asked for.
  void answer(uint32_t image, const std::vector<std::pair<CodePlace, Rule>>& rules);

  // What was asked since the last call.
  std::vector<Asked> takeAsked() { return std::exchange(asked_, {}); }

 private:
  const Rule* ask(Image& image, const CodePlace& place);

  uint32_t last_ = 0;
  std::unordered_map<uint32_t, std::weak_ptr<Image>> known_;
  std::vector<Asked> asked_;
};

}  // namespace shmscope
