#include "assemble.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "maps.h"

namespace shmscope {

namespace {

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 32;
}

uint64_t bits(double value) {
  uint64_t out;
  memcpy(&out, &value, sizeof out);
  return out;
}

uint64_t hashOf(const Process& process) {
  uint64_t hash = mix(static_cast<uint64_t>(process.pid), bits(process.startedAt));
  return mix(hash, std::hash<std::string>{}(process.comm));
}

uint64_t hashOf(const MappingRecord& mapping) {
  return mix(mix(mix(mapping.flags, mapping.address), mapping.length), mapping.offset);
}

uint64_t hashOf(const HolderRecord& holder) { return mix(static_cast<uint64_t>(holder.fd), holder.access); }

// The objects that a process maps, sorted.
std::vector<uint32_t> mapped(const Process& process) {
  std::vector<uint32_t> objects;
  if (process.holders.empty()) return objects;
  for (const MappingRecord& mapping : process.mappings) objects.push_back(mapping.object);
  std::sort(objects.begin(), objects.end());
  return objects;
}

// Whether a descriptor is told of: one who maps the object is a mapper, whatever it has open.
bool isTold(const HolderRecord& holder, const std::vector<uint32_t>& mapped) {
  return !std::binary_search(mapped.begin(), mapped.end(), holder.object);
}
bool isTold(const MappingRecord&, const std::vector<uint32_t>&) { return true; }

// The items of all processes, sorted by object: counted, then placed. `start` is where each object's begin.
template <class Item, class Items, class First>
void sortByObject(const std::map<int, Process>& processes, const std::vector<uint32_t>& rows, Items Process::*items,
                  std::vector<Maps::ObjectRecord>& shown, First Maps::ObjectRecord::*first, std::vector<Item>& sorted,
                  std::vector<uint32_t>& owners) {
  for (const auto& [pid, process] : processes) {
    for (const Item& item : process.*items) (shown[item.object + 1].*first)++;
  }
  for (size_t i = 1; i < shown.size(); i++) shown[i].*first += shown[i - 1].*first;
  std::vector<uint32_t> next;
  for (const auto& record : shown) next.push_back(record.*first);
  sorted.resize(next.back());
  owners.resize(next.back());
  size_t row = 0;
  for (const auto& [pid, process] : processes) {
    const uint32_t owner = rows[row++];
    const uint64_t hash = hashOf(process);
    const std::vector<uint32_t> objects = mapped(process);
    for (const Item& item : process.*items) {
      const uint32_t at = next[item.object]++;
      sorted[at] = item;
      owners[at] = owner;
      if (isTold(item, objects)) shown[item.object].hash += mix(hash, hashOf(item));
    }
  }
}

void countMappers(Maps& maps) {
  for (size_t i = 0; i < maps.objects.size(); i++) {
    Maps::ObjectRecord& record = maps.shown[i];
    for (uint32_t at = record.firstMapping; at < maps.shown[i + 1].firstMapping; at++) {
      // Those of one process follow each other.
      const bool again = at > record.firstMapping && maps.mappingProcess[at] == maps.mappingProcess[at - 1];
      if (!again) record.mappers++;
      const uint8_t flags = maps.mappings[at].flags;
      record.writable |= (flags & kShared) && (flags & kWrite);
    }
  }
}

}  // namespace

Maps assemble(const std::map<int, Process>& processes, const std::vector<Object>& objects, bool query) {
  Maps maps;
  maps.query = query;
  maps.objects = objects;
  maps.shown.resize(objects.size() + 1);
  std::vector<uint32_t> rows;
  for (const auto& [pid, process] : processes) {
    rows.push_back(static_cast<uint32_t>(maps.processes.size()));
    if (process.hidden != 0) maps.hidden.push_back({pid, process.uid, process.hidden});
    if (!process.shows()) continue;
    maps.processes.push_back(
        {pid, process.uid, process.startedAt, process.comm, process.ipc, process.mount, process.readable});
  }
  sortByObject(processes, rows, &Process::mappings, maps.shown, &Maps::ObjectRecord::firstMapping, maps.mappings,
               maps.mappingProcess);
  sortByObject(processes, rows, &Process::holders, maps.shown, &Maps::ObjectRecord::firstHolder, maps.holders,
               maps.holderProcess);
  countMappers(maps);
  return maps;
}

}  // namespace shmscope
