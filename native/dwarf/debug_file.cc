#include "debug_file.h"

#include <algorithm>
#include <cstring>

#include "die.h"
#include "survey.h"

namespace shmscope::dwarf {

namespace {

Language languageOf(uint64_t code) {
  switch (code) {
    case DW_LANG_C89:
    case DW_LANG_C:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case 0x2c:  // DW_LANG_C17
    case 0x3e:  // DW_LANG_C23
      return Language::c;
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
    case 0x2a:  // DW_LANG_C_plus_plus_17
    case 0x2b:  // DW_LANG_C_plus_plus_20
    case 0x3a:  // DW_LANG_C_plus_plus_23
      return Language::cpp;
    case DW_LANG_Rust:
      return Language::rust;
    default:
      return Language::other;
  }
}

// Bytes of a unit's length (DWARF 5, 7.4).
constexpr uint64_t kLongestLength = 12;

// A section of the file, or of a .dwo the one with that suffix.
std::string nameIn(Image& image, const std::string& name) {
  const bool split = image.has(".debug_info.dwo") || image.has(".zdebug_info.dwo");
  return split && name != ".debug_addr" ? name + ".dwo" : name;
}

Bytes sectionOf(Image& image, const std::string& name) { return image.section(nameIn(image, name)); }

}  // namespace

void DebugFile::read(const std::function<void(const Unit&)>& early) {
  const auto in = [&](const char* name) { return nameIn(*image_, name); };
  image_->unpack({in(".debug_info"), in(".debug_str"), in(".debug_types")}, [&] { readSections(early); },
                 {in(".debug_line")});
  for (Unit& unit : units_) {
    (unit.types ? inTypes_ : inInfo_).push_back(&unit);
    if (!unit.broken && (unit.type == DW_UT_type || unit.type == DW_UT_split_type))
      bySignature_.emplace(unit.id, &unit);
  }
}

void DebugFile::readSections(const std::function<void(const Unit&)>& early) {
  strings = sectionOf(*image_, ".debug_str");
  lineStrings = image_->section(".debug_line_str");
  stringOffsets = sectionOf(*image_, ".debug_str_offsets");
  addresses = sectionOf(*image_, ".debug_addr");
  abbreviations_ = sectionOf(*image_, ".debug_abbrev");
  PackageIndex package;
  package.add(image_->section(".debug_cu_index"), image_->swapped());
  package.add(image_->section(".debug_tu_index"), image_->swapped());
  readUnits(image_->stream(nameIn(*image_, ".debug_info")), false, package.info, early);
  readUnits(image_->stream(nameIn(*image_, ".debug_types")), true, package.types, early);
}

void DebugFile::readUnits(const Stream& stream, bool types, const std::map<uint64_t, Contribution>& parts,
                          const std::function<void(const Unit&)>& early) {
  for (uint64_t at = 0; at < stream.bytes.size();) {
    Unit unit = readUnit(stream, at, types, parts);
    at = unit.end;
    // Padding between the parts of two object files has no header.
    if (!unit.broken && unit.root == 0) continue;
    units_.push_back(std::move(unit));
    if (early && image_->isUnpacking()) early(units_.back());
  }
  // A section that is broken is told as that, and not as a broken unit.
  stream.wait(stream.bytes.size());
}

Unit DebugFile::readUnit(const Stream& stream, uint64_t at, bool types, const std::map<uint64_t, Contribution>& parts) {
  Unit unit;
  unit.file = this;
  unit.section = stream.bytes;
  unit.types = types;
  unit.swapped = image_->swapped();
  unit.offset = at;
  unit.survey = std::make_shared<LazySurvey>();
  try {
    stream.wait(std::min<uint64_t>(at + kLongestLength, unit.section.size()));
    Reader reader(unit.section, at, unit.swapped);
    readLength(reader, unit);
    if (reader.at() == unit.end) return unit;
    stream.wait(unit.end);
    auto part = parts.upper_bound(unit.offset);
    readHeader(reader, unit, part == parts.begin() ? Contribution{} : (--part)->second);
  } catch (const Problem& problem) {
    if (problem.code != "ETYPE") throw;
    unit.broken = std::make_shared<const Problem>(problem);
    unit.abbreviations = &none_;
    // Nobody knows where the next one is.
    if (unit.end == 0) unit.end = unit.section.size();
  }
  return unit;
}

void DebugFile::readLength(Reader& reader, Unit& unit) {
  uint64_t length = reader.u32();
  unit.offsetSize = 4;
  if (length == 0xffffffff) {
    unit.offsetSize = 8;
    length = reader.u64();
  }
  if (length > unit.section.size() - reader.at()) broken("a unit reaches past the end of its section");
  unit.end = reader.at() + length;
}

void DebugFile::readHeader(Reader& reader, Unit& unit, const Contribution& own) {
  unit.version = reader.u16();
  if (unit.version < 2 || unit.version > 5) broken("a unit has the version " + std::to_string(unit.version));
  unit.type = unit.types ? DW_UT_type : DW_UT_compile;
  uint64_t abbreviations = 0;
  if (unit.version >= 5) {
    unit.type = reader.u8();
    unit.addressSize = reader.u8();
    abbreviations = reader.fixed(unit.offsetSize);
  } else {
    abbreviations = reader.fixed(unit.offsetSize);
    unit.addressSize = reader.u8();
  }
  const bool typed = unit.types || unit.type == DW_UT_type || unit.type == DW_UT_split_type;
  if (typed || unit.type == DW_UT_skeleton || unit.type == DW_UT_split_compile) unit.id = reader.u64();
  if (typed) unit.typeOffset = reader.fixed(unit.offsetSize);
  unit.root = reader.at();
  if (unit.root > unit.end) broken("a unit ends in its header");
  unit.abbreviations = abbreviationsAt(own.abbreviations + abbreviations, unit.formSizes());
  unit.rangeLists = own.rangeLists;
  // Without DW_AT_str_offsets_base, as in all split units: behind the header of the table (DWARF 5, 7.26).
  unit.stringOffsets = own.stringOffsets + (unit.version >= 5 ? (unit.offsetSize == 8 ? 16 : 8) : 0);
  if (unit.root < unit.end) readRoot(unit);
}

void DebugFile::readRoot(Unit& unit) {
  // Unit is copied into its place later: what is found here is kept as numbers and views, never as entries.
  const Die root = dieAt(unit, unit.root);
  if (!root) return;
  if (const auto base = numberOf(root, DW_AT_str_offsets_base)) unit.stringOffsets = *base;
  forEachAttribute(root, [&](uint16_t name, const Value& value) {
    switch (name) {
      case DW_AT_language:
        unit.language = languageOf(value.number().value_or(0));
        unit.languageKnown = true;
        break;
      case DW_AT_addr_base:
      case DW_AT_GNU_addr_base:
        unit.addresses = value.number().value_or(0);
        break;
      case DW_AT_dwo_name:
      case DW_AT_GNU_dwo_name:
        unit.dwoName = value.string();
        break;
      case DW_AT_comp_dir:
        unit.directory = value.string();
        break;
      case DW_AT_GNU_dwo_id:
        unit.id = value.number().value_or(0);
        break;
      default:
        break;
    }
  });
}

const Abbreviations* DebugFile::abbreviationsAt(uint64_t offset, const FormSizes& sizes) {
  const std::tuple key{offset, sizes.address, sizes.offset, sizes.reference};
  const auto known = tables_.find(key);
  if (known != tables_.end()) return &known->second;
  return &tables_.emplace(key, Abbreviations(abbreviations_, offset, image_->swapped(), sizes)).first->second;
}

void DebugFile::bind(Unit& unit, const Unit& skeleton) {
  unit.skeleton = &skeleton;
  unit.directory = skeleton.directory;
}

void DebugFile::giveLanguage(const Unit& unit, Language language) {
  const auto& list = unit.types ? inTypes_ : inInfo_;
  const auto own = std::lower_bound(list.begin(), list.end(), unit.offset,
                                    [](const Unit* one, uint64_t wanted) { return one->offset < wanted; });
  if (own != list.end() && !(*own)->languageKnown) (*own)->language = language;
}

bool DebugFile::holds(std::string_view text) {
  // Short names stand in the entries themselves (DW_FORM_string).
  for (const Bytes section :
       {strings, lineStrings, sectionOf(*image_, ".debug_info"), sectionOf(*image_, ".debug_types")})
    if (memmem(section.data(), section.size(), text.data(), text.size())) return true;
  return false;
}

Bytes DebugFile::lines() { return sectionOf(*image_, ".debug_line"); }

void DebugFile::loadCode() {
  lines();
  oldRanges = image_->section(".debug_ranges");
  rangeLists = sectionOf(*image_, ".debug_rnglists");
}

Die DebugFile::dieAtOffset(uint64_t offset, bool types) const {
  const auto& list = types ? inTypes_ : inInfo_;
  const auto after = std::upper_bound(list.begin(), list.end(), offset,
                                      [](uint64_t wanted, const Unit* unit) { return wanted < unit->offset; });
  if (after == list.begin()) broken("a reference leads to no unit");
  return dieAt(**(after - 1), offset);
}

Die DebugFile::typeOfSignature(uint64_t signature) const {
  const auto found = bySignature_.find(signature);
  if (found == bySignature_.end()) return {};
  const Unit& unit = *found->second;
  return dieAt(unit, unit.offset + unit.typeOffset);
}

}  // namespace shmscope::dwarf
