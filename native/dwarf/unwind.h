// Call frame information (DWARF 5, 6.4; .eh_frame: LSB Core, 10.6): where a function's caller goes on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "image.h"

namespace shmscope::dwarf {

// How the frame around one is found. Offsets in bytes.
struct Step {
  // Of the register that the canonical frame address (CFA) is counted from: the frame pointer, else the stack pointer.
  bool fromFramePointer;
  int64_t offset;
  // Where the return address is, from the CFA on; nothing where it is in the link register.
  std::optional<int64_t> returnAt;
  // Where the caller's frame pointer is, from the CFA on; nothing where it is in its register.
  std::optional<int64_t> framePointerAt;
};

class Unwinding {
 public:
  // Takes .eh_frame of the file, and .debug_frame of it and of `debug`.
  Unwinding(Image& file, Image* debug);

  // Nothing where the rules are others than a Step has, as in what glibc wrote by hand, and where there are none.
  std::optional<Step> stepAt(uint64_t address) const;
  // Where the function of an address begins, as far as that is told.
  std::optional<uint64_t> startOf(uint64_t address) const;

 private:
  struct Section {
    Bytes bytes;
    uint64_t address;
    // It is .eh_frame.
    bool forExceptions;
    bool swapped, is64;
  };
  // A common information entry (CIE).
  struct Common {
    bool good = false;
    uint8_t encoding = 0, addressSize = 8;
    bool augmented = false;
    uint64_t codeAlignment = 1, returnRegister = 0;
    int64_t dataAlignment = 1;
    // Of its instructions.
    uint64_t from = 0, to = 0;
  };
  // A frame description entry (FDE).
  struct Description {
    uint64_t start, end;
    const Section* section;
    const Common* common;
    uint64_t from, to;
  };
  struct Rule {
    enum class Kind : uint8_t { unknown, same, offset, undefined } kind = Kind::unknown;
    int64_t offset = 0;
  };
  struct Row {
    // The register that the CFA is counted from; nothing for an expression.
    std::optional<uint64_t> base;
    int64_t offset = 0;
    Rule framePointer, returnAddress;
  };
  class Program;

  void add(Image& image, const std::string& name, bool forExceptions);
  void read(const Section& section);
  void readEntry(const Section& section, uint64_t at, uint64_t end, bool wide);
  const Common& commonAt(const Section& section, uint64_t at);
  Common readCommon(const Section& section, uint64_t at) const;
  std::optional<uint64_t> pointer(Reader& reader, uint8_t encoding, const Section& section, uint8_t addressSize) const;
  const Description* find(uint64_t address) const;

  // DWARF numbers of the machine's registers.
  uint64_t stackPointer_ = 0, framePointer_ = 0;
  bool linkRegister_ = false;
  bool known_ = true;
  std::vector<std::unique_ptr<Section>> sections_;
  std::map<std::pair<const Section*, uint64_t>, Common> commons_;
  // By where they begin.
  std::vector<Description> all_;
};

}  // namespace shmscope::dwarf
