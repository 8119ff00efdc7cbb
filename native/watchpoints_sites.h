// What was seen of the stores: counted by place, with the values before and after.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "watchpoints_processes.h"
#include "watchpoints_record.h"

namespace shmscope {

// Of one store.
struct Values {
  std::optional<uint64_t> before;
  std::optional<uint64_t> after;
  int known() const { return (before ? 1 : 0) + (after ? 1 : 0); }
};

struct SiteKey {
  uint8_t field = 0;
  int32_t tid = 0;
  uint64_t ip = 0;
  uint64_t caller = 0;
  const MetProcess* process = nullptr;
  bool operator==(const SiteKey&) const = default;
};

struct SiteKeyHash {
  size_t operator()(const SiteKey& key) const;
};

struct Site {
  SiteKey key;
  std::shared_ptr<MetProcess> process;
  uint64_t count = 0;
  // By the clock of the records.
  uint64_t first = 0;
  uint64_t last = 0;
  Values values;
};

// A store: its sample, and whose it is.
struct Store {
  // Its number among all.
  uint64_t number = 0;
  uint8_t field = 0;
  Sample sample;
  std::shared_ptr<MetProcess> process;
};

class Sites {
 public:
  static constexpr size_t kNowhere = SIZE_MAX;

  explicit Sites(Images& images) : images_(images) {}

  // Counts it, and gives its site; or keeps it until the rules that it needs are there, and gives kNowhere.
  size_t add(const Store& store);
  // Looks again at those that were kept, at most `most` of them; false when it has been through.
  bool retry(size_t most);
  // Begins again with the first of them.
  void answered() { retries_ = pending_.size(); }
  // No rule will come: counts those that were kept without a caller.
  void giveUp();

  // Of the store of that number.
  void setValues(uint64_t number, const Values& values);
  // They may come; `site` as `add` gave it.
  void expectValues(uint64_t number, size_t site) { expected_.emplace(number, site); }

  const std::vector<Site>& all() const { return sites_; }
  size_t pending() const { return pending_.size(); }
  // Stores that no site counts, since there are too many.
  uint64_t dropped() const { return dropped_; }
  // Stores that were counted without a caller, since too many waited for rules.
  uint64_t unwalked() const { return unwalked_; }

 private:
  struct Pending {
    Store store;
    std::vector<uint8_t> stack;
    Values values;
  };

  Walked walkOf(const Store& store);
  size_t count(const Store& store, uint64_t caller, const Values& values);
  size_t keep(const Store& store, const Values& values);

  Images& images_;
  std::vector<Site> sites_;
  std::unordered_map<SiteKey, size_t, SiteKeyHash> index_;
  std::deque<Pending> pending_;
  size_t pendingBytes_ = 0;
  size_t retries_ = 0;
  // By number: the site that counts the store, once it is known.
  std::unordered_map<uint64_t, size_t> expected_;
  uint64_t dropped_ = 0;
  uint64_t unwalked_ = 0;
};

}  // namespace shmscope
