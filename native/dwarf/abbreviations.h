// .debug_abbrev: which attributes the entries of a unit have, and in which form (DWARF 5, 7.5.3).
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "bytes.h"

namespace shmscope::dwarf {

// What the lengths of some forms depend on.
struct FormSizes {
  uint8_t address, offset;
  // Of DW_FORM_ref_addr: DWARF 2 took the size of an address.
  uint8_t reference;
};

constexpr uint8_t kVaries = 0xff;
constexpr uint16_t kFar = 0xffff;

// Bytes that a form takes, or kVaries.
uint8_t sizeOfForm(uint16_t form, const FormSizes& sizes);

struct AttributeSpec {
  uint16_t name;
  uint16_t form;
  // Bytes that the value takes, or kVaries.
  uint8_t size;
  // Bytes from the first value to this one, kFar where the entry itself tells.
  uint16_t at;
  // DW_FORM_implicit_const.
  int64_t constant;
};

struct Abbreviation {
  uint16_t tag;
  bool children;
  // It has DW_AT_sibling, DW_AT_signature.
  bool sibling, signature;
  // Neither types nor variables of their own can be in its children.
  bool barren;
  // Its entries, or what is in them, have names or places from them: namespaces, classes, functions.
  bool scope;
  // What a survey looks for may be one of its entries.
  bool noted;
  // All its values have sizes that are known: their sum in bytes.
  bool fixed;
  uint32_t size;
  // Bytes from the first value to that of DW_AT_sibling, where that is a DW_FORM_ref4 and all before it have sizes that
  // are known; else kFar.
  uint16_t siblingAt;
  // Where its attributes stand in specs().
  uint32_t first, count;
  // One bit for each attribute below 128, which all but vendors' are.
  std::array<uint64_t, 2> present;

  bool mayHave(uint16_t name) const { return name >= 128 || (present[name / 64] >> name % 64 & 1); }
};

class Abbreviations {
 public:
  // None.
  Abbreviations() = default;
  Abbreviations(Bytes section, uint64_t offset, bool swapped, const FormSizes& sizes);

  // ETYPE for a code that is not in the table.
  const Abbreviation& find(uint64_t code) const { return code - 1 < counted_ ? list_[code - 1] : search(code); }
  const AttributeSpec* specs(const Abbreviation& of) const { return specs_.data() + of.first; }
  // No entry imports a unit, is declared in one or has a form that refers to other units or files.
  bool local() const { return local_; }

 private:
  const Abbreviation& search(uint64_t code) const;

  std::vector<Abbreviation> list_;
  // The first so many have the codes from 1 on: all of them, mostly.
  size_t counted_ = 0;
  std::vector<AttributeSpec> specs_;
  std::unordered_map<uint64_t, uint32_t> others_;
  bool local_ = true;
};

}  // namespace shmscope::dwarf
