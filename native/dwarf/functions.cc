#include "functions.h"

#include <algorithm>

#include "die.h"

namespace shmscope::dwarf {

namespace {

// Namespaces in one another, and functions.
constexpr unsigned kMostDeep = 200;

class Search {
 public:
  Search(const Unit& unit, std::span<const uint64_t> addresses)
      : unit_(unit), wanted_(addresses), ranges_(unit), found_(addresses.size()), sizes_(addresses.size()) {}

  std::vector<Inside> run() {
    const Die root = dieAt(unit_, unit_.root);
    if (!root) return std::move(found_);
    scope(root, 0);
    // In entries where few compilers put them: in types, as Rust's, and in functions that end before, as GNU C's.
    const bool all = std::all_of(found_.begin(), found_.end(), [](const Inside& one) { return one.function; });
    if (!all) everywhere(root);
    return std::move(found_);
  }

 private:
  struct Hit {
    size_t index;
    uint64_t low;
  };

  static bool hasCode(const Die& die) {
    return die.abbreviation->mayHave(DW_AT_high_pc) || die.abbreviation->mayHave(DW_AT_ranges);
  }

  void scope(const Die& die, unsigned depth) {
    if (depth > kMostDeep) return;
    forEachChild(die, [&](const Die& child) {
      if (child.tag() == DW_TAG_subprogram)
        function(child);
      else if (child.tag() == DW_TAG_namespace || child.tag() == DW_TAG_module)
        scope(child, depth + 1);
    });
  }

  void everywhere(const Die& root) {
    for (uint64_t next = behind(root); next < unit_.end;) {
      const Die die = dieAt(unit_, next);
      next = die ? behind(die) : die.attributes;
      if (die.tag() == DW_TAG_subprogram) function(die);
    }
  }

  // Which of the addresses are in its code; the bytes that it takes in `size_`.
  const std::vector<Hit>& hitsOf(const Die& die) {
    hits_.clear();
    size_ = 0;
    for (const auto& [low, high] : ranges_.of(die)) {
      size_ += high - low;
      auto at = std::lower_bound(wanted_.begin(), wanted_.end(), low);
      for (; at != wanted_.end() && *at < high; ++at) hits_.push_back({static_cast<size_t>(at - wanted_.begin()), low});
    }
    return hits_;
  }

  // Takes the addresses in its code, unless a smaller one has them.
  bool take(const Die& die) {
    bool any = false;
    for (const auto& [index, low] : hitsOf(die)) {
      Inside& one = found_[index];
      if (one.function && sizes_[index] <= size_) continue;
      one = {die, low, {}};
      sizes_[index] = size_;
      any = true;
    }
    return any;
  }

  void function(const Die& die) {
    if (deep_ >= kMostDeep || !hasCode(die) || !take(die)) return;
    deep_++;
    body(die);
    deep_--;
  }

  void body(const Die& function) {
    if (!function.abbreviation->children) return;
    // The inlined ones around where it is, and how deep each of them stands.
    std::vector<std::pair<unsigned, Die>> around;
    unsigned depth = 1;
    for (uint64_t next = behind(function); depth > 0 && next < unit_.end;) {
      const Die die = dieAt(unit_, next);
      if (!die) {
        depth--;
        next = die.attributes;
        continue;
      }
      next = behind(die);
      if (!enter(die, function, around, depth))
        next = endOf(die, next);
      else if (die.abbreviation->children)
        depth++;
    }
  }

  // False where nothing in it is looked for.
  bool enter(const Die& die, const Die& function, std::vector<std::pair<unsigned, Die>>& around, unsigned depth) {
    while (!around.empty() && around.back().first >= depth) around.pop_back();
    switch (die.tag()) {
      case DW_TAG_subprogram:
        // GNU C has functions in functions.
        this->function(die);
        return false;
      case DW_TAG_lexical_block:
        return !hasCode(die) || !hitsOf(die).empty() || ranges_.of(die).empty();
      case DW_TAG_inlined_subroutine:
        break;
      default:
        return die.tag() == DW_TAG_try_block || die.tag() == DW_TAG_catch_block || die.tag() == DW_TAG_with_stmt;
    }
    if (hitsOf(die).empty()) return false;
    const size_t level = around.size();
    for (const auto& [index, low] : hits_) {
      Inside& one = found_[index];
      // One of the same address beside this one is left.
      if (one.function == function && one.inlined.size() >= level) {
        one.inlined.resize(level);
        one.inlined.push_back(die);
      }
    }
    around.emplace_back(depth, die);
    return true;
  }

  const Unit& unit_;
  std::span<const uint64_t> wanted_;
  Ranges ranges_;
  std::vector<Inside> found_;
  std::vector<uint64_t> sizes_;
  std::vector<Hit> hits_;
  uint64_t size_ = 0;
  unsigned deep_ = 0;
};

}  // namespace

std::vector<Inside> functionsAt(const Unit& unit, std::span<const uint64_t> addresses) {
  return Search(unit, addresses).run();
}

}  // namespace shmscope::dwarf
