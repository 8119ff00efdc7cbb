#include "listing.h"

#include <dwarf.h>

#include <algorithm>

namespace shmscope::dwarf {

namespace {

bool isBefore(const Row& a, const Row& b) {
  if (const int order = a.name.compare(b.name)) return order < 0;
  return a.entry->hash < b.entry->hash;
}

}  // namespace

void Listing::add(const std::vector<const Entry*>& entries) {
  size_t length = 0;
  for (const Entry* entry : entries) length += entry->name->length;
  std::string& names = names_.emplace_back(length, ' ');
  const auto known = static_cast<ptrdiff_t>(rows_.size());
  size_t at = 0;
  rows_.reserve(rows_.size() + entries.size());
  for (const Entry* entry : entries) {
    if (entry->die.tag() == DW_TAG_base_type) continue;
    const size_t size = entry->name->length;
    entry->name->write(names.data() + at);
    rows_.push_back({entry, std::string_view(names).substr(at, size)});
    at += size;
  }
  std::sort(rows_.begin() + known, rows_.end(), isBefore);
  std::inplace_merge(rows_.begin(), rows_.begin() + known, rows_.end(), isBefore);
}

}  // namespace shmscope::dwarf
