#include "watchpoints_sites.h"

#include <algorithm>

namespace shmscope {

namespace {

constexpr size_t kMostSites = 1 << 16;
constexpr size_t kMostPendingBytes = 16 << 20;

void improve(Values& had, const Values& values) {
  // Both are of one store.
  if (values.known() > 0 && values.known() >= had.known()) had = values;
}

}  // namespace

size_t SiteKeyHash::operator()(const SiteKey& key) const {
  size_t hash = key.field;
  const auto add = [&](size_t part) { hash = (hash ^ part) * 0x9e37'79b9'7f4a'7c15; };
  add(static_cast<size_t>(key.tid));
  add(key.ip);
  add(key.caller);
  add(reinterpret_cast<size_t>(key.process));
  return hash ^ (hash >> 32);
}

Walked Sites::walkOf(const Store& store) {
  return walk(store.sample, [&](const CodePlace& place) { return images_.find(*store.process->image, place); });
}

size_t Sites::add(const Store& store) {
  const Walked walked = walkOf(store);
  if (walked.asks) return keep(store, {});
  return count(store, walked.caller, {});
}

size_t Sites::keep(const Store& store, const Values& values) {
  const size_t bytes = sizeof(Pending) + store.sample.stack.size();
  if (pendingBytes_ + bytes > kMostPendingBytes) {
    unwalked_++;
    return count(store, 0, values);
  }
  pendingBytes_ += bytes;
  Pending& kept = pending_.emplace_back(Pending{store, {store.sample.stack.begin(), store.sample.stack.end()}, values});
  // The ring's memory is used again.
  kept.store.sample.stack = kept.stack;
  return kNowhere;
}

bool Sites::retry(size_t most) {
  for (size_t i = 0; i < most && retries_ > 0; i++, retries_--) {
    const Pending kept = std::move(pending_.front());
    pending_.pop_front();
    pendingBytes_ -= sizeof(Pending) + kept.stack.size();
    const Walked walked = walkOf(kept.store);
    if (walked.asks) {
      keep(kept.store, kept.values);
    } else {
      count(kept.store, walked.caller, kept.values);
    }
  }
  return retries_ > 0;
}

void Sites::giveUp() {
  unwalked_ += pending_.size();
  for (const Pending& kept : pending_) count(kept.store, 0, kept.values);
  pending_.clear();
  pendingBytes_ = retries_ = 0;
}

size_t Sites::count(const Store& store, uint64_t caller, const Values& values) {
  const SiteKey key{store.field, store.sample.tid, store.sample.ip, caller, store.process.get()};
  auto known = index_.find(key);
  if (known == index_.end()) {
    if (sites_.size() >= kMostSites) {
      dropped_++;
      return kNowhere;
    }
    known = index_.emplace(key, sites_.size()).first;
    sites_.push_back({key, store.process, 0, store.sample.time, store.sample.time, {}});
  }
  Site& site = sites_[known->second];
  site.count++;
  site.first = std::min(site.first, store.sample.time);
  site.last = std::max(site.last, store.sample.time);
  improve(site.values, values);
  const auto expected = expected_.find(store.number);
  if (expected != expected_.end()) expected->second = known->second;
  return known->second;
}

void Sites::setValues(uint64_t number, const Values& values) {
  const auto expected = expected_.find(number);
  if (expected == expected_.end()) return;
  if (expected->second != kNowhere) {
    improve(sites_[expected->second].values, values);
  } else {
    const auto kept = std::ranges::find(pending_, number, [](const Pending& each) { return each.store.number; });
    if (kept != pending_.end()) improve(kept->values, values);
  }
  expected_.erase(expected);
}

}  // namespace shmscope
