// The places of a narrowing search, as compact as they can be walked through: each is the distance from the one before
// and the bytes that it held. In memory of the kernel's own pages, so that all of it is given back at once.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace shmscope {

class Pages {
 public:
  // Throws std::bad_alloc.
  explicit Pages(size_t length);
  Pages(Pages&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), length_(std::exchange(other.length_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(length_, other.length_);
    return *this;
  }
  ~Pages() {
    if (data_) munmap(data_, length_);
  }
  uint8_t* data() const { return data_; }

 private:
  uint8_t* data_ = nullptr;
  size_t length_ = 0;
};

// Up to kBlockPlaces of them, ascending.
struct PlaceBlock {
  uint64_t first;
  uint32_t count;
  // Distances in steps, seven bits a byte, the lowest first; then the bytes held, `width` each.
  uint32_t distances;
  Pages pages;
};
constexpr uint32_t kBlockPlaces = 64 * 1024;

class Places {
 public:
  Places() = default;
  Places(size_t width, uint64_t step) : width_(width), step_(step) {}

  uint64_t count() const { return count_; }
  // Ascending only.
  void add(uint64_t offset, const uint8_t* held);
  // After the last one.
  void finish();

  // Walks through them: the offset and what it held.
  template <class Each>
  void each(Each&& each) const {
    for (const PlaceBlock& block : blocks_) {
      const uint8_t* next = block.pages.data();
      const uint8_t* held = next + block.distances;
      uint64_t offset = block.first;
      for (uint32_t i = 0; i < block.count; i++, held += width_) {
        if (i > 0) offset += distance(next) * step_;
        if (!each(offset, held)) return;
      }
    }
  }

 private:
  static uint64_t distance(const uint8_t*& next) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = *next++;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  void close();

  size_t width_ = 1;
  uint64_t step_ = 1;
  uint64_t count_ = 0;
  std::vector<PlaceBlock> blocks_;
  // The block that is being filled.
  uint64_t first_ = 0;
  uint64_t last_ = 0;
  uint32_t pending_ = 0;
  std::vector<uint8_t> distances_;
  std::vector<uint8_t> held_;
};

}  // namespace shmscope
