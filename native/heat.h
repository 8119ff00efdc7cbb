// Where an object changes: a hash of each of its chunks, looked at in rotation.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "source.h"

namespace shmscope {

struct HeatLook {
  uint64_t size = 0;
  uint64_t chunk = 0;
  // [first, last + 1, …] of chunks.
  std::vector<double> looked;
  std::vector<double> changed;
  // Bytes of each looked-at chunk that hold memory.
  std::vector<double> held;
  bool round = false;
};

// A hash is the sum of what the blocks of a chunk give, each by its place in the object, and zeros give 0. So memory
// that is newly held, or released, is no change while it holds zeros; what lies past the end counts as zeros too; and
// when the object outgrows its chunks, the hash of two together is their sum. 9 bytes a chunk are kept at most.
class Heat {
 public:
  // At most so many chunks.
  explicit Heat(uint64_t chunks) : most_(chunks) {}

  // One at a time. Goes on where the last one stopped, until so much CPU time of this thread is spent or the end is
  // reached. Where the source fails after something was looked at, that is what it gives.
  HeatLook look(const Source& source, double budgetMs);

 private:
  void fit(const Stat& stat);
  void join();
  void walk(const Source& source, double budgetMs, HeatLook& look);
  // The next part from the cursor on that is shown and holds memory, in whole blocks; none: at the end.
  Extent nextHeld(const Source& source, const std::vector<Extent>& shown) const;
  // False where the object has become shorter.
  bool addPiece(const Source& source, uint64_t stop, HeatLook& look);
  // The cursor moves to there, over what holds no memory.
  void skip(uint64_t to, HeatLook& look);
  void advance(uint64_t to, HeatLook& look);

  const uint64_t most_;
  dev_t device_ = 0;
  uint64_t inode_ = 0;
  uint64_t size_ = 0;
  uint64_t chunk_ = 0;
  std::vector<uint64_t> hashes_;
  std::vector<bool> seen_;
  // The cursor, and what the part of its chunk before it gives.
  uint64_t at_ = 0;
  uint64_t sum_ = 0;
  uint64_t held_ = 0;
  // What holds memory at the cursor or after it, as it was when that was asked: the kernel walks to its end, which
  // takes longer than a look may where it is long.
  Extent part_{0, 0};
  std::unique_ptr<uint64_t[]> buffer_;
};

// Of the same name in src/native/addon.ts.
Napi::Value openHeat(const Napi::CallbackInfo& info);

}  // namespace shmscope
