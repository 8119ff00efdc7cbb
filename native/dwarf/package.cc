#include "package.h"

#include <vector>

namespace shmscope::dwarf {

namespace {

// DW_SECT_*: 1 and 3 are the same in both versions, the string offsets are 6; 2 (types) is in version 2 only, 8 are the
// lists of ranges in version 5.
constexpr uint32_t kInfo = 1, kTypes = 2, kAbbreviations = 3, kStringOffsets = 6, kRangeLists = 8;

}  // namespace

void PackageIndex::add(Bytes section, bool swapped) {
  if (section.empty()) return;
  Reader reader(section, 0, swapped);
  // In version 2 the number has four bytes, in version 5 two and two of padding: the same in little-endian order.
  const uint32_t version = reader.u32() & 0xffff;
  if (version != 2 && version != 5) broken("the index of the package is of an unknown version");
  const uint32_t columns = reader.u32();
  const uint32_t units = reader.u32();
  const uint32_t slots = reader.u32();
  reader.skip(uint64_t{slots} * 12);
  // DW_SECT_* go to 8: there are no more columns.
  if (columns > 8) broken("the index of the package has too many columns");
  std::vector<uint32_t> kinds(columns);
  for (uint32_t& kind : kinds) kind = reader.u32();
  for (uint32_t unit = 0; unit < units; unit++) {
    Contribution one;
    uint64_t start = 0;
    bool inTypes = false;
    for (const uint32_t kind : kinds) {
      const uint32_t offset = reader.u32();
      if (kind == kInfo || kind == kTypes) start = offset;
      if (kind == kTypes) inTypes = true;
      if (kind == kAbbreviations) one.abbreviations = offset;
      if (kind == kStringOffsets) one.stringOffsets = offset;
      if (kind == kRangeLists && version == 5) one.rangeLists = offset;
    }
    (inTypes ? types : info).emplace(start, one);
  }
}

}  // namespace shmscope::dwarf
