// The values of a field before and after its stores, where they can be had exactly: what memory holds is the value
// after a store only while no other one comes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "watchpoints_sites.h"

namespace shmscope {

// The stores of one field in one pass over the rings.
struct Seen {
  uint64_t count = 0;
  // The earliest and the latest one, and the sites of these as Sites::add gave them.
  uint64_t first = 0;
  uint64_t firstTime = UINT64_MAX;
  size_t firstSite = Sites::kNowhere;
  uint64_t last = 0;
  uint64_t lastTime = 0;
  size_t lastSite = Sites::kNowhere;
  // Where the latest was made.
  int pid = 0;
  uint64_t address = 0;

  void add(uint64_t number, size_t site, const Sample& sample, uint64_t at);
};

class FieldValues {
 public:
  explicit FieldValues(uint8_t length) : length_(length) {}

  // At the end of a pass whose heads were read at `headsAt`. `lost`: stores may not have been seen.
  void pass(const Seen& seen, uint64_t headsAt, bool lost, Sites& sites);
  // A process has it at that address. What it holds before the first store is read where that makes no page.
  void begin(int pid, uint64_t address);

 private:
  // A reading that holds if no store made before it turns up.
  struct Reading {
    uint64_t first = 0;
    uint64_t last = 0;
    // No store: the first reading.
    bool stores = false;
    uint64_t lastTime = 0;
    std::optional<uint64_t> before;
    std::optional<uint64_t> after;
    uint64_t readAt = 0;
  };

  struct Place {
    int pid;
    uint64_t address;
    bool operator==(const Place&) const = default;
  };

  std::optional<uint64_t> read(const Place& place) const;
  std::optional<uint64_t> readAnywhere(const Place& first) const;
  void settle(bool before, bool after, Sites& sites);

  const uint8_t length_;
  std::optional<Reading> reading_;
  // After the last store.
  std::optional<uint64_t> value_;
  bool begun_ = false;
  // The last processes that were added.
  std::vector<Place> places_;
};

}  // namespace shmscope
