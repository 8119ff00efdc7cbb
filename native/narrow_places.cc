#include "narrow_places.h"

#include <cstring>
#include <new>

namespace shmscope {

Pages::Pages(size_t length) : length_(length) {
  void* const at = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<uint8_t*>(at);
}

void Places::add(uint64_t offset, const uint8_t* held) {
  if (pending_ == 0) {
    first_ = offset;
  } else {
    uint64_t steps = (offset - last_) / step_;
    for (; steps >= 0x80; steps >>= 7) distances_.push_back(static_cast<uint8_t>(steps | 0x80));
    distances_.push_back(static_cast<uint8_t>(steps));
  }
  held_.insert(held_.end(), held, held + width_);
  last_ = offset;
  count_++;
  if (++pending_ == kBlockPlaces) close();
}

void Places::close() {
  if (pending_ == 0) return;
  Pages pages(distances_.size() + held_.size());
  if (!distances_.empty()) memcpy(pages.data(), distances_.data(), distances_.size());
  memcpy(pages.data() + distances_.size(), held_.data(), held_.size());
  blocks_.push_back({first_, pending_, static_cast<uint32_t>(distances_.size()), std::move(pages)});
  pending_ = 0;
  distances_.clear();
  held_.clear();
}

void Places::finish() {
  close();
  distances_ = {};
  held_ = {};
}

}  // namespace shmscope
