#include "watchpoints_values.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "fd.h"
#include "mapping.h"
#include "watchpoints_events.h"

namespace shmscope {

namespace {

// From a store until its record is in the ring: some microseconds, and more where the machine itself is interrupted.
constexpr uint64_t kUnderWay = 500'000;
constexpr size_t kMostPlaces = 8;

// /proc/PID/pagemap, bit 63: present.
bool isHeld(int pid, uint64_t address) {
  const Fd pagemap(open(("/proc/" + std::to_string(pid) + "/pagemap").c_str(), O_RDONLY | O_CLOEXEC));
  uint64_t entry = 0;
  return pagemap &&
         pread(pagemap.get(), &entry, sizeof entry, static_cast<off_t>(address / kPage * sizeof entry)) ==
             sizeof entry &&
         (entry >> 63) != 0;
}

}  // namespace

void Seen::add(uint64_t number, size_t site, const Sample& sample, uint64_t at) {
  count++;
  if (sample.time < firstTime) {
    first = number;
    firstTime = sample.time;
    firstSite = site;
  }
  if (sample.time >= lastTime) {
    last = number;
    lastTime = sample.time;
    lastSite = site;
    pid = sample.pid;
    address = at;
  }
}

std::optional<uint64_t> FieldValues::read(const Place& place) const {
  uint64_t value = 0;
  const iovec local{&value, length_};
  const iovec remote{reinterpret_cast<void*>(place.address), length_};
  if (process_vm_readv(place.pid, &local, 1, &remote, 1, 0) != length_) return {};
  return value;
}

// Who has stored may have ended since: then from another that holds the page.
std::optional<uint64_t> FieldValues::readAnywhere(const Place& first) const {
  if (const auto value = read(first)) return value;
  for (const Place& place : places_) {
    if (place == first || !isHeld(place.pid, place.address)) continue;
    if (const auto value = read(place)) return value;
  }
  return {};
}

void FieldValues::begin(int pid, uint64_t address) {
  const Place place{pid, address};
  if (std::ranges::find(places_, place) == places_.end()) {
    if (places_.size() >= kMostPlaces) places_.erase(places_.begin());
    places_.push_back(place);
  }
  if (begun_ || !isHeld(pid, address)) return;
  begun_ = true;
  Reading reading;
  reading.after = read(place);
  reading.readAt = perfNow();
  reading_ = reading;
}

void FieldValues::pass(const Seen& seen, uint64_t headsAt, bool lost, Sites& sites) {
  if (seen.count == 0 && !lost) {
    if (reading_ && headsAt > reading_->readAt + kUnderWay) settle(true, true, sites);
    return;
  }
  begun_ = true;
  if (reading_) {
    const bool before = !lost && seen.firstTime > reading_->lastTime;
    settle(before, before && seen.firstTime > reading_->readAt + kUnderWay, sites);
  }
  const auto before = std::exchange(value_, {});
  if (seen.count == 0) return;
  sites.expectValues(seen.first, seen.firstSite);
  sites.expectValues(seen.last, seen.lastSite);
  Reading reading{seen.first, seen.last, true, seen.lastTime, {}, {}, 0};
  if (!lost) {
    reading.before = before;
    reading.after = readAnywhere({seen.pid, seen.address});
  }
  reading.readAt = perfNow();
  reading_ = reading;
}

void FieldValues::settle(bool before, bool after, Sites& sites) {
  const Reading reading = *std::exchange(reading_, {});
  value_ = after ? reading.after : std::nullopt;
  if (!reading.stores) return;
  Values first{before ? reading.before : std::nullopt, {}};
  Values last{{}, value_};
  if (reading.first == reading.last) {
    sites.setValues(reading.first, {first.before, last.after});
    return;
  }
  sites.setValues(reading.first, first);
  sites.setValues(reading.last, last);
}

}  // namespace shmscope
