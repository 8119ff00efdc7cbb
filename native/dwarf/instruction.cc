#include "instruction.h"

#include <algorithm>
#include <array>

namespace shmscope::dwarf {

namespace {

// What follows an opcode.
enum Follows : uint8_t {
  kNothing = 0,
  kModRm = 1,
  kByte = 2,
  kWord = 4,
  // 2 or 4 bytes, as the operand's size is.
  kOperand = 8,
  // A prefix, an escape, or what 64-bit code does not have: looked at apart.
  kApart = 16,
  kNone = 32,
};

using Map = std::array<uint8_t, 256>;

constexpr void fill(Map& map, unsigned from, unsigned to, uint8_t what) {
  for (unsigned code = from; code <= to; code++) map[code] = what;
}

// Table A-2.
constexpr Map kOneByte = [] {
  Map map{};
  for (unsigned row = 0; row < 0x40; row += 8) {
    fill(map, row, row + 3, kModRm);
    map[row + 4] = kByte;
    map[row + 5] = kOperand;
  }
  fill(map, 0x62, 0x63, kModRm);
  map[0x68] = kOperand;
  map[0x69] = kModRm | kOperand;
  map[0x6a] = kByte;
  map[0x6b] = kModRm | kByte;
  fill(map, 0x70, 0x7f, kByte);
  fill(map, 0x80, 0x83, kModRm | kByte);
  map[0x81] = kModRm | kOperand;
  fill(map, 0x84, 0x8f, kModRm);
  map[0x9a] = map[0xea] = kOperand | kWord;
  fill(map, 0xa0, 0xa3, kApart);
  map[0xa8] = kByte;
  map[0xa9] = kOperand;
  fill(map, 0xb0, 0xb7, kByte);
  fill(map, 0xb8, 0xbf, kApart);
  fill(map, 0xc0, 0xc1, kModRm | kByte);
  map[0xc2] = map[0xca] = kWord;
  fill(map, 0xc4, 0xc5, kModRm);
  map[0xc6] = kModRm | kByte;
  map[0xc7] = kModRm | kOperand;
  map[0xc8] = kWord | kByte;
  map[0xcd] = kByte;
  fill(map, 0xd0, 0xd3, kModRm);
  fill(map, 0xd4, 0xd5, kByte);
  fill(map, 0xd8, 0xdf, kModRm);
  fill(map, 0xe0, 0xe7, kByte);
  fill(map, 0xe8, 0xe9, kApart);
  map[0xeb] = kByte;
  fill(map, 0xf6, 0xf7, kApart);
  fill(map, 0xfe, 0xff, kModRm);
  return map;
}();

// Table A-3; also of VEX and EVEX.
constexpr Map kTwoBytes = [] {
  Map map{};
  fill(map, 0x00, 0xff, kModRm);
  map[0x04] = map[0x0a] = map[0x0c] = kNone;
  fill(map, 0x05, 0x09, kNothing);
  map[0x0b] = map[0x0e] = kNothing;
  map[0x0f] = kModRm | kByte;
  fill(map, 0x24, 0x27, kNone);
  fill(map, 0x30, 0x37, kNothing);
  fill(map, 0x39, 0x3f, kNone);
  fill(map, 0x70, 0x73, kModRm | kByte);
  map[0x77] = kNothing;
  fill(map, 0x80, 0x8f, kApart);
  fill(map, 0xa0, 0xa2, kNothing);
  map[0xa4] = map[0xac] = map[0xba] = kModRm | kByte;
  fill(map, 0xa8, 0xaa, kNothing);
  map[0xc2] = kModRm | kByte;
  fill(map, 0xc4, 0xc6, kModRm | kByte);
  fill(map, 0xc8, 0xcf, kNothing);
  return map;
}();

// One-byte opcodes that 64-bit code does not have.
constexpr bool isNarrowOnly(uint8_t code) {
  constexpr uint8_t kThose[] = {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37,
                                0x3f, 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd5, 0xd6, 0xea};
  return std::find(std::begin(kThose), std::end(kThose), code) != std::end(kThose);
}

class Decoder {
 public:
  Decoder(Bytes code, bool wide) : reader_(code.first(std::min<size_t>(code.size(), 15)), 0, false), wide_(wide) {}

  Instruction decode() {
    readPrefixes();
    opcode();
    if (broken_) return {};
    Instruction found;
    found.length = static_cast<uint8_t>(reader_.at());
    found.stores = stores_ && inMemory_ && !onStack_;
    const bool moves = map_ == 1 && (code_ == 0xa4 || code_ == 0xa5 || code_ == 0xaa || code_ == 0xab);
    found.repeatedStore = moves && repeated_;
    found.stores |= moves;
    return found;
  }

 private:
  void readPrefixes() {
    for (;; rex_ = 0) {
      code_ = reader_.u8();
      if (wide_ && (code_ & 0xf0) == 0x40) {
        // It counts only right before the opcode.
        rex_ = code_;
        code_ = reader_.u8();
        if (!isPrefix(code_) && (code_ & 0xf0) != 0x40) return;
      } else if (!isPrefix(code_)) {
        return;
      }
      note(code_);
    }
  }

  static bool isPrefix(uint8_t code) {
    return (code & 0xe7) == 0x26 || (code >= 0x64 && code <= 0x67) || code == 0xf0 || code == 0xf2 || code == 0xf3;
  }

  void note(uint8_t prefix) {
    if (prefix == 0x66) small_ = true;
    if (prefix == 0x67) shortAddress_ = true;
    if (prefix == 0xf2 || prefix == 0xf3) repeated_ = true;
  }

  void opcode() {
    if (code_ == 0x0f) return escaped();
    if (isVector()) return vector();
    map_ = 1;
    if (wide_ && isNarrowOnly(code_)) broken_ = true;
    const uint8_t what = kOneByte[code_];
    if (what == kApart) return apart();
    stores_ = storesOneByte();
    follow(what);
  }

  void escaped() {
    code_ = reader_.u8();
    map_ = 2;
    if (code_ == 0x38 || code_ == 0x3a) {
      map_ = code_ == 0x38 ? 3 : 4;
      code_ = reader_.u8();
      return follow(map_ == 4 ? kModRm | kByte : kModRm);
    }
    // Both ways of a jump: in 64-bit code always of four bytes.
    if (code_ >= 0x80 && code_ <= 0x8f) return skip(wide_ || !small_ ? 4 : 2);
    stores_ = storesTwoBytes();
    follow(kTwoBytes[code_]);
  }

  // VEX, EVEX and XOP are other instructions of 32-bit code (LDS, LES, BOUND, POP) where a register does not follow.
  bool isVector() {
    if (code_ != 0xc4 && code_ != 0xc5 && code_ != 0x62 && code_ != 0x8f) return false;
    Reader ahead = reader_;
    const uint8_t next = ahead.u8();
    if (code_ == 0x8f) return (next & 0x1f) >= 8;
    return wide_ || (next & 0xc0) == 0xc0;
  }

  void vector() {
    const uint8_t first = reader_.u8();
    uint8_t map = 1;
    if (code_ != 0xc5) {
      map = first & (code_ == 0x62 ? 0x07 : 0x1f);
      skip(code_ == 0x62 ? 2 : 1);
    }
    const bool xop = code_ == 0x8f;
    code_ = reader_.u8();
    if (xop) {
      follow(kModRm);
      return skip(map == 8 ? 1 : map == 10 ? 4 : 0);
    }
    map_ = 2;
    // Of the maps that there are 2, 5 and 6 have no immediate values.
    if (map == 0 || map == 4 || map > 6) broken_ = true;
    if (map != 1) return follow(map == 3 ? kModRm | kByte : kModRm);
    stores_ = storesTwoBytes();
    follow(kTwoBytes[code_]);
  }

  void apart() {
    if (code_ <= 0xa3) {
      stores_ = inMemory_ = code_ >= 0xa2;
      return skip(wide_ ? (shortAddress_ ? 4 : 8) : shortAddress_ ? 2 : 4);
    }
    if (code_ <= 0xbf) return skip((rex_ & 8) ? 8 : small_ ? 2 : 4);
    if (code_ <= 0xe9) return skip(wide_ || !small_ ? 4 : 2);
    // TEST has a value, its neighbours (NOT, NEG, MUL, …) have none.
    follow(kModRm);
    stores_ = extension_ == 2 || extension_ == 3;
    if (extension_ < 2) follow(code_ == 0xf6 ? kByte : kOperand);
  }

  void follow(unsigned what) {
    if (what & (kNone | kApart)) broken_ = true;
    if (what & kModRm) modRm();
    if (what & kByte) skip(1);
    if (what & kWord) skip(2);
    if (what & kOperand) skip(small_ && !(rex_ & 8) ? 2 : 4);
  }

  void skip(unsigned count) { reader_.skip(count); }

  // Tables 2-1 to 2-3.
  void modRm() {
    const uint8_t byte = reader_.u8();
    const unsigned mode = byte >> 6, place = byte & 7;
    extension_ = byte >> 3 & 7;
    inMemory_ = mode != 3;
    if (mode == 3) return;
    if (!wide_ && shortAddress_) return skip(mode == 1 ? 1 : mode == 2 || place == 6 ? 2 : 0);
    unsigned base = place;
    if (place == 4) base = reader_.u8() & 7;
    const bool absolute = mode == 0 && base == 5;
    onStack_ = !absolute && (base == 4 || base == 5) && !(rex_ & 1);
    skip(mode == 1 ? 1 : mode == 2 || absolute ? 4 : 0);
  }

  // MOV, ADD, OR, …, XCHG of a register with memory.
  bool storesOneByte() const {
    if (code_ < 0x40) return (code_ & 7) < 2 && code_ < 0x38;
    return (code_ >= 0x80 && code_ <= 0x83) || (code_ >= 0x86 && code_ <= 0x89) || code_ == 0xc6 || code_ == 0xc7 ||
           (code_ >= 0xfe);
  }

  // Moves from vector registers, MOVNTI, XADD, CMPXCHG.
  bool storesTwoBytes() const {
    constexpr uint8_t kThose[] = {0x11, 0x13, 0x17, 0x29, 0x2b, 0x7f, 0xb0, 0xb1, 0xc0, 0xc1, 0xc3, 0xd6, 0xe7};
    return std::find(std::begin(kThose), std::end(kThose), code_) != std::end(kThose) || (code_ == 0x7e && !repeated_);
  }

  Reader reader_;
  const bool wide_;
  uint8_t code_ = 0, rex_ = 0, map_ = 0, extension_ = 0;
  bool small_ = false, shortAddress_ = false, repeated_ = false;
  bool stores_ = false, inMemory_ = false, onStack_ = false, broken_ = false;
};

}  // namespace

std::optional<Instruction> instructionAt(Bytes code, bool wide) {
  try {
    const Instruction found = Decoder(code, wide).decode();
    return found.length > 0 ? std::optional(found) : std::nullopt;
  } catch (const Problem&) {
    return {};
  }
}

}  // namespace shmscope::dwarf
