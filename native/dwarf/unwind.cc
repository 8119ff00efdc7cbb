#include "unwind.h"

#include <dwarf.h>
#include <elf.h>

#include <algorithm>

namespace shmscope::dwarf {

namespace {

// States that DW_CFA_remember_state keeps at once: compilers nest them once or twice.
constexpr size_t kMostStates = 1000;

// Its length and what follows is to be read; `wide`: 64-bit DWARF.
struct Length {
  uint64_t end;
  bool wide;
};

Length lengthIn(Reader& reader, Bytes bytes) {
  uint64_t length = reader.u32();
  const bool wide = length == 0xffffffff;
  if (wide) length = reader.u64();
  if (length > bytes.size() - reader.at()) broken("call frame information reaches past the end of its section");
  return {reader.at() + length, wide};
}

}  // namespace

Unwinding::Unwinding(Image& file, Image* debug) {
  switch (file.machine()) {
    case EM_X86_64:  // System V ABI, AMD64, figure 3.36
      stackPointer_ = 7;
      framePointer_ = 6;
      break;
    case EM_386:
      stackPointer_ = 4;
      framePointer_ = 5;
      break;
    case EM_AARCH64:  // DWARF for the Arm 64-bit Architecture, 4.1
      stackPointer_ = 31;
      framePointer_ = 29;
      linkRegister_ = true;
      break;
    default:
      known_ = false;
  }
  add(file, ".eh_frame", true);
  add(file, ".debug_frame", false);
  if (debug) add(*debug, ".debug_frame", false);
  // The first that has an address is kept.
  std::stable_sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
}

void Unwinding::add(Image& image, const std::string& name, bool forExceptions) {
  try {
    const Bytes bytes = image.section(name);
    if (bytes.empty()) return;
    sections_.push_back(
        std::make_unique<Section>(Section{bytes, image.addressOf(name), forExceptions, image.swapped(), image.is64()}));
    read(*sections_.back());
  } catch (const Problem& problem) {
    // What came before is good.
    if (problem.code != "ETYPE") throw;
  }
}

void Unwinding::read(const Section& section) {
  for (uint64_t at = 0; at < section.bytes.size();) {
    Reader reader(section.bytes, at, section.swapped);
    const auto [end, wide] = lengthIn(reader, section.bytes);
    try {
      // The end of one object file's part has no length.
      if (reader.at() < end) readEntry(section, reader.at(), end, wide);
    } catch (const Problem& problem) {
      if (problem.code != "ETYPE") throw;
    }
    at = end;
  }
}

void Unwinding::readEntry(const Section& section, uint64_t at, uint64_t end, bool wide) {
  Reader reader(section.bytes.first(end), at, section.swapped);
  const uint64_t id = reader.fixed(wide ? 8 : 4);
  if (section.forExceptions ? id == 0 : id == (wide ? ~uint64_t{0} : 0xffffffff)) return;
  // From here back, or from the start of the section.
  const Common& common = commonAt(section, section.forExceptions ? at - id : id);
  if (!common.good) return;
  const auto start = pointer(reader, common.encoding, section, common.addressSize);
  const auto length = pointer(reader, common.encoding & 0x0f, section, common.addressSize);
  if (!start || !length || *start == 0 || *length == 0 || *start + *length < *start) return;
  if (common.augmented) reader.skip(reader.uleb());
  all_.push_back({*start, *start + *length, &section, &common, reader.at(), end});
}

const Unwinding::Common& Unwinding::commonAt(const Section& section, uint64_t at) {
  const auto [place, fresh] = commons_.try_emplace({&section, at});
  if (!fresh) return place->second;
  try {
    place->second = readCommon(section, at);
  } catch (const Problem& problem) {
    if (problem.code != "ETYPE") throw;
  }
  return place->second;
}

Unwinding::Common Unwinding::readCommon(const Section& section, uint64_t at) const {
  Common common;
  Reader whole(section.bytes, at, section.swapped);
  const auto [end, wide] = lengthIn(whole, section.bytes);
  Reader reader(section.bytes.first(end), whole.at(), section.swapped);
  const uint64_t id = reader.fixed(wide ? 8 : 4);
  if (section.forExceptions ? id != 0 : id != (wide ? ~uint64_t{0} : 0xffffffff)) return common;
  const uint8_t version = reader.u8();
  if (version != 1 && version != 3 && version != 4) return common;
  std::string_view augmentation = reader.string();
  common.addressSize = section.is64 ? 8 : 4;
  if (version == 4) {
    common.addressSize = reader.u8();
    if (reader.u8() != 0 || (common.addressSize != 4 && common.addressSize != 8)) return common;
  }
  common.codeAlignment = reader.uleb();
  common.dataAlignment = reader.sleb();
  common.returnRegister = version == 1 ? reader.u8() : reader.uleb();
  // Others are gcc's of before 2000.
  if (!augmentation.empty() && augmentation[0] != 'z') return common;
  common.augmented = !augmentation.empty();
  const uint64_t length = common.augmented ? reader.uleb() : 0;
  Reader more = reader;
  reader.skip(length);
  for (const char letter : augmentation.substr(common.augmented ? 1 : 0)) {
    if (letter == 'R')
      common.encoding = more.u8();
    else if (letter == 'L')
      more.u8();
    else if (letter == 'P')
      pointer(more, more.u8(), section, common.addressSize);
    // S: a signal's frame; B: return addresses are signed (AArch64). Others tell nothing that is needed here.
  }
  common.from = reader.at();
  common.to = end;
  common.good = true;
  return common;
}

// DW_EH_PE_* (LSB Core, 10.5); nothing for those that no linker writes here.
std::optional<uint64_t> Unwinding::pointer(Reader& reader, uint8_t encoding, const Section& section,
                                           uint8_t addressSize) const {
  const uint64_t here = section.address + reader.at();
  uint64_t value = 0;
  switch (encoding & 0x0f) {
    case DW_EH_PE_absptr:
      value = reader.fixed(addressSize);
      break;
    case DW_EH_PE_uleb128:
      value = reader.uleb();
      break;
    case DW_EH_PE_udata2:
      value = reader.u16();
      break;
    case DW_EH_PE_udata4:
      value = reader.u32();
      break;
    case DW_EH_PE_udata8:
    case DW_EH_PE_sdata8:
      value = reader.u64();
      break;
    case DW_EH_PE_sleb128:
      value = static_cast<uint64_t>(reader.sleb());
      break;
    case DW_EH_PE_sdata2:
      value = static_cast<uint64_t>(int64_t{static_cast<int16_t>(reader.u16())});
      break;
    case DW_EH_PE_sdata4:
      value = static_cast<uint64_t>(int64_t{static_cast<int32_t>(reader.u32())});
      break;
    default:
      return {};
  }
  const uint8_t applied = encoding & 0x70;
  if (applied == DW_EH_PE_pcrel)
    value += here;
  else if (applied != DW_EH_PE_absptr)
    return {};
  return addressSize == 4 ? value & 0xffffffff : value;
}

const Unwinding::Description* Unwinding::find(uint64_t address) const {
  auto after =
      std::upper_bound(all_.begin(), all_.end(), address, [](uint64_t at, const auto& one) { return at < one.start; });
  // Of those of one address the first; they do not overlap else.
  while (after != all_.begin()) {
    --after;
    if (address >= after->end) return nullptr;
    if (after == all_.begin() || (after - 1)->start != after->start) return &*after;
  }
  return nullptr;
}

std::optional<uint64_t> Unwinding::startOf(uint64_t address) const {
  const Description* found = find(address);
  return found ? std::optional(found->start) : std::nullopt;
}

// The instructions that make the rules (DWARF 5, 6.4.2), up to those of one address.
class Unwinding::Program {
 public:
  Program(const Unwinding& of, const Description& entry, uint64_t wanted)
      : of_(of), entry_(entry), common_(*entry.common), wanted_(wanted), at_(entry.start) {
    row_.framePointer.kind = Rule::Kind::same;
    row_.returnAddress.kind = of.linkRegister_ ? Rule::Kind::same : Rule::Kind::unknown;
  }

  Row run() {
    run(common_.from, common_.to);
    initial_ = row_;
    run(entry_.from, entry_.to);
    return row_;
  }

 private:
  void run(uint64_t from, uint64_t to) {
    const Section& section = *entry_.section;
    Reader reader(section.bytes.first(to), from, section.swapped);
    while (!reader.atEnd()) {
      const uint8_t code = reader.u8();
      const uint8_t low = code & 0x3f;
      bool on = true;
      switch (code & 0xc0) {
        case DW_CFA_advance_loc:
          on = advance(low);
          break;
        case DW_CFA_offset:
          set(low, Rule::Kind::offset, factored(reader.uleb()));
          break;
        case DW_CFA_restore:
          restore(low);
          break;
        default:
          on = other(reader, low);
      }
      if (!on) return;
    }
  }

  // False where the next rules are of what is behind.
  bool advance(uint64_t count) {
    at_ += count * common_.codeAlignment;
    return at_ <= wanted_;
  }

  int64_t factored(uint64_t count) const {
    return static_cast<int64_t>(count * static_cast<uint64_t>(common_.dataAlignment));
  }

  Rule* ruleOf(uint64_t number) {
    if (number == of_.framePointer_) return &row_.framePointer;
    return number == common_.returnRegister ? &row_.returnAddress : nullptr;
  }

  void set(uint64_t number, Rule::Kind kind, int64_t offset = 0) {
    if (Rule* rule = ruleOf(number)) *rule = {kind, offset};
  }

  void restore(uint64_t number) {
    if (number == of_.framePointer_) row_.framePointer = initial_.framePointer;
    if (number == common_.returnRegister) row_.returnAddress = initial_.returnAddress;
  }

  bool other(Reader& reader, uint8_t code) {
    uint64_t number = 0;
    switch (code) {
      case DW_CFA_nop:
      case DW_CFA_GNU_window_save:  // On AArch64 DW_CFA_AARCH64_negate_ra_state.
        return true;
      case DW_CFA_set_loc: {
        const auto to = of_.pointer(reader, common_.encoding, *entry_.section, common_.addressSize);
        at_ = to.value_or(~uint64_t{0});
        return at_ <= wanted_;
      }
      case DW_CFA_advance_loc1:
        return advance(reader.u8());
      case DW_CFA_advance_loc2:
        return advance(reader.u16());
      case DW_CFA_advance_loc4:
        return advance(reader.u32());
      case DW_CFA_offset_extended:
        number = reader.uleb();
        set(number, Rule::Kind::offset, factored(reader.uleb()));
        return true;
      case DW_CFA_offset_extended_sf:
        number = reader.uleb();
        set(number, Rule::Kind::offset, factored(static_cast<uint64_t>(reader.sleb())));
        return true;
      case DW_CFA_restore_extended:
        restore(reader.uleb());
        return true;
      case DW_CFA_undefined:
        set(reader.uleb(), Rule::Kind::undefined);
        return true;
      case DW_CFA_same_value:
        set(reader.uleb(), Rule::Kind::same);
        return true;
      case DW_CFA_register:
      case DW_CFA_val_offset:
        set(reader.uleb(), Rule::Kind::unknown);
        reader.uleb();
        return true;
      case DW_CFA_val_offset_sf:
        set(reader.uleb(), Rule::Kind::unknown);
        reader.sleb();
        return true;
      case DW_CFA_expression:
      case DW_CFA_val_expression:
        set(reader.uleb(), Rule::Kind::unknown);
        reader.skip(reader.uleb());
        return true;
      case DW_CFA_GNU_args_size:
        reader.uleb();
        return true;
      case DW_CFA_remember_state:
        if (states_.size() >= kMostStates) broken("call frame information remembers too much");
        states_.push_back(row_);
        return true;
      case DW_CFA_restore_state:
        if (states_.empty()) broken("call frame information restores what it does not remember");
        row_ = states_.back();
        states_.pop_back();
        return true;
      default:
        return frameAddress(reader, code);
    }
  }

  bool frameAddress(Reader& reader, uint8_t code) {
    switch (code) {
      case DW_CFA_def_cfa:
        row_.base = reader.uleb();
        row_.offset = static_cast<int64_t>(reader.uleb());
        return true;
      case DW_CFA_def_cfa_sf:
        row_.base = reader.uleb();
        row_.offset = factored(static_cast<uint64_t>(reader.sleb()));
        return true;
      case DW_CFA_def_cfa_register:
        row_.base = reader.uleb();
        return true;
      case DW_CFA_def_cfa_offset:
        row_.offset = static_cast<int64_t>(reader.uleb());
        return true;
      case DW_CFA_def_cfa_offset_sf:
        row_.offset = factored(static_cast<uint64_t>(reader.sleb()));
        return true;
      case DW_CFA_def_cfa_expression:
        reader.skip(reader.uleb());
        row_.base.reset();
        return true;
      default:
        broken("call frame information has an unknown instruction");
    }
  }

  const Unwinding& of_;
  const Description& entry_;
  const Common& common_;
  const uint64_t wanted_;
  uint64_t at_;
  Row row_, initial_;
  std::vector<Row> states_;
};

std::optional<Step> Unwinding::stepAt(uint64_t address) const {
  const Description* entry = known_ ? find(address) : nullptr;
  if (!entry) return {};
  Row row;
  try {
    row = Program(*this, *entry, address).run();
  } catch (const Problem& problem) {
    if (problem.code != "ETYPE") throw;
    return {};
  }
  if (row.base != stackPointer_ && row.base != framePointer_) return {};
  Step step{row.base == framePointer_, row.offset, {}, {}};
  if (row.returnAddress.kind == Rule::Kind::offset)
    step.returnAt = row.returnAddress.offset;
  else if (!linkRegister_ || row.returnAddress.kind != Rule::Kind::same)
    return {};
  if (row.framePointer.kind == Rule::Kind::offset)
    step.framePointerAt = row.framePointer.offset;
  else if (row.framePointer.kind != Rule::Kind::same)
    return {};
  return step;
}

}  // namespace shmscope::dwarf
