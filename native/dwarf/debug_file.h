// One file with debug info: its sections, and the units in them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "image.h"
#include "unit.h"

namespace shmscope::dwarf {

class DebugFile {
 public:
  // `label` stands for the file in references: 'm' the file itself, 'a' its supplementary file, 'p' a .dwp, 'dHEX.' the
  // .dwo of the skeleton at HEX.
  DebugFile(std::unique_ptr<Image> image, std::string label) : image_(std::move(image)), label_(std::move(label)) {}

  // Reads the headers of all units, once and before anything else. `early` is called with one after the other as long
  // as other threads are decompressing sections.
  void read(const std::function<void(const Unit&)>& early = {});

  const std::string& name() const { return image_->name(); }
  Image& image() { return *image_; }
  const std::string& label() const { return label_; }
  const std::deque<Unit>& units() const { return units_; }
  std::deque<Unit>& units() { return units_; }

  // Binds a split unit to what the executable holds of it.
  static void bind(Unit& unit, const Unit& skeleton);

  // For a unit that does not say its own.
  void giveLanguage(const Unit& unit, Language language);

  // Whether the bytes stand in what names of types are in.
  bool holds(std::string_view text);

  // .debug_line: large, and needed for few files.
  Bytes lines();
  // The sections that say which code entries are of: `oldRanges`, `rangeLists` and lines(). Before threads share it.
  void loadCode();

  // The entry at an offset of .debug_info, or of .debug_types.
  Die dieAtInfo(uint64_t offset) const { return dieAtOffset(offset, false); }
  Die dieAtOffset(uint64_t offset, bool types) const;
  // The type of a type unit; none where no such unit is in this file.
  Die typeOfSignature(uint64_t signature) const;

  Bytes strings, lineStrings, stringOffsets, addresses;
  // .debug_ranges and .debug_rnglists, once loadCode() was called.
  Bytes oldRanges, rangeLists;
  // What dwz put into a file of its own (.gnu_debugaltlink).
  DebugFile* alternate = nullptr;

 private:
  void readSections(const std::function<void(const Unit&)>& early);
  void readUnits(const Stream& stream, bool types, const std::map<uint64_t, Contribution>& parts,
                 const std::function<void(const Unit&)>& early);
  Unit readUnit(const Stream& stream, uint64_t at, bool types, const std::map<uint64_t, Contribution>& parts);
  void readLength(Reader& reader, Unit& unit);
  void readHeader(Reader& reader, Unit& unit, const Contribution& own);
  void readRoot(Unit& unit);
  const Abbreviations* abbreviationsAt(uint64_t offset, const FormSizes& sizes);

  std::unique_ptr<Image> image_;
  std::string label_;
  Bytes abbreviations_;
  // By where they begin, and what the sizes of their forms are.
  std::map<std::tuple<uint64_t, uint8_t, uint8_t, uint8_t>, Abbreviations> tables_;
  // Those of a broken unit.
  const Abbreviations none_;
  std::deque<Unit> units_;
  // Units of .debug_info, and of .debug_types, by where they begin.
  std::vector<Unit*> inInfo_, inTypes_;
  std::unordered_map<uint64_t, const Unit*> bySignature_;
};

}  // namespace shmscope::dwarf
