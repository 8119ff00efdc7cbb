// A narrowing search: all places of a number, then those of them that hold, or have become, something.
#pragma once

#include "find.h"
#include "narrow_places.h"

namespace shmscope {

// Equal in value to the order of RawNarrowing in src/native/addon.ts.
enum class Narrowing : uint8_t { kAny, kBetween, kChanged, kUnchanged, kGreater, kLess };

struct NarrowStep {
  NumberSpec number;
  Narrowing how = Narrowing::kAny;
  // For kBetween: the bits of both ends.
  uint64_t low = 0;
  uint64_t high = 0;
  // For those that compare with what was held: numbers no farther apart are unchanged.
  double tolerance = 0;
  // More places than this are EOVERFLOW.
  uint64_t most = 0;
};

// kAny and kBetween: over the whole object. Throws ECANCELED when it was cancelled.
Places firstStep(const Source& source, const NarrowStep& step, const Control& control);
// Of `before`, those that are left. What lies past the end by now is not.
Places nextStep(const Source& source, const NarrowStep& step, const Places& before, const Control& control);

}  // namespace shmscope
