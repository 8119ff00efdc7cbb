#pragma once

#include <memory>
#include <vector>

#include "control.h"
#include "source.h"

namespace shmscope {

// Bytes to be stored at an offset, in memory that is equal to the offset modulo a word: so no aligned word is copied in
// parts.
class Stored {
 public:
  Stored(size_t length, uint64_t offset)
      : words_(std::make_unique_for_overwrite<uint64_t[]>(length / kWord + 2)),
        bytes_(reinterpret_cast<uint8_t*>(words_.get()) + offset % kWord),
        length_(length) {}
  uint8_t* bytes() const { return bytes_; }
  size_t length() const { return length_; }

 private:
  std::unique_ptr<uint64_t[]> words_;
  uint8_t* bytes_;
  size_t length_;
};

// Both store from `offset` on, in pieces between which they can be cancelled, and give the bytes that were stored.
// ERANGE where the range is not wholly inside the object, before anything is stored, and where the object is cut off
// meanwhile.
uint64_t write(const Source& source, const Stored& stored, uint64_t offset, const Control& control);
// Repeats the pattern over the range.
uint64_t fill(const Source& source, const std::vector<uint8_t>& pattern, Extent range, const Control& control);

}  // namespace shmscope
