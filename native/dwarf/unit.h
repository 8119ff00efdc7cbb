// The units of .debug_info and .debug_types (DWARF 5, 7.5.1), and the entries (DIEs) in them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "abbreviations.h"
#include "bytes.h"
#include "package.h"

namespace shmscope::dwarf {

class DebugFile;
class LazySurvey;
struct Unit;

enum class Language : uint8_t { other, c, cpp, rust };

// An entry; one without abbreviation is none: the end of a list of children, or nothing at all.
struct Die {
  const Unit* unit = nullptr;
  uint64_t offset = 0;
  const Abbreviation* abbreviation = nullptr;
  // Where its attributes begin, in the unit's section.
  uint64_t attributes = 0;

  explicit operator bool() const { return abbreviation != nullptr; }
  uint16_t tag() const { return abbreviation ? abbreviation->tag : 0; }
  bool operator==(const Die& other) const { return unit == other.unit && offset == other.offset; }
};

struct DieHash {
  size_t operator()(const Die& die) const {
    return (reinterpret_cast<uintptr_t>(die.unit) >> 4) * 0x9e3779b97f4a7c15u ^ die.offset * 0xff51afd7ed558ccdu;
  }
};

struct Unit {
  DebugFile* file = nullptr;
  // Of a split unit: what the executable holds of it.
  const Unit* skeleton = nullptr;
  Bytes section;
  // It stands in .debug_types.
  bool types = false;
  // In its section: header, end, first entry.
  uint64_t offset = 0, end = 0, root = 0;
  uint16_t version = 0;
  // DW_UT_*; for DWARF 4 and older DW_UT_compile or DW_UT_type.
  uint8_t type = 0;
  uint8_t addressSize = 0, offsetSize = 0;
  // Of a type unit its signature, of a skeleton or split unit its id.
  uint64_t id = 0;
  // Of a type unit: its type, from `offset` on.
  uint64_t typeOffset = 0;
  const Abbreviations* abbreviations = nullptr;
  uint64_t stringOffsets = 0;
  uint64_t addresses = 0;
  // Of a unit in a package: where its part of .debug_rnglists begins.
  uint64_t rangeLists = 0;
  Language language = Language::other;
  bool languageKnown = false;
  bool swapped = false;
  // What is wrong with its header or its abbreviations: then it has none of these.
  std::shared_ptr<const Problem> broken;
  // See survey.h.
  std::shared_ptr<LazySurvey> survey;
  // Of a skeleton: where its split unit is.
  std::string_view dwoName, directory;

  FormSizes formSizes() const { return {addressSize, offsetSize, version == 2 ? addressSize : offsetSize}; }
};

}  // namespace shmscope::dwarf
