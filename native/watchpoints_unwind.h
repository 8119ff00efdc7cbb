// From the sample of a store to the caller in the program's own code, by rules that JavaScript supplies.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "watchpoints_record.h"

namespace shmscope {

// An address of code: that of a sample, or a return address, whose call lies before it.
struct CodePlace {
  uint64_t pc = 0;
  bool isReturn = false;
  bool operator==(const CodePlace&) const = default;
};

struct CodePlaceHash {
  size_t operator()(const CodePlace& place) const {
    return std::hash<uint64_t>()(place.pc * 2 + (place.isReturn ? 1 : 0));
  }
};

struct Rule {
  // As in RawRules of src/native/watchpoints.ts.
  enum Kind : uint8_t { kNone, kOwn, kStepSp, kStepBp };
  // returnAt: it is in the link register. bpAt: bp is as it was.
  static constexpr int32_t kInRegister = INT32_MIN;

  Kind kind = kNone;
  // CFA = sp or bp + cfa; the others are relative to it.
  int32_t cfa = 0;
  int32_t returnAt = 0;
  int32_t bpAt = kInRegister;
};

struct Walked {
  // Of the program's own code; 0 where the store was made there, or where the way to it is not known.
  uint64_t caller = 0;
  // A rule is needed for `place` first.
  bool asks = false;
  CodePlace place;
};

// `rule` gives null where it is not known yet.
using RuleOf = std::function<const Rule*(const CodePlace&)>;
Walked walk(const Sample& sample, const RuleOf& rule);

}  // namespace shmscope
