// Control of src/native/addon.ts: how JavaScript ends a long call early, and learns how far it has come.
#pragma once

#include <napi.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace shmscope {

class Control {
 public:
  Control() = default;
  // Three words that outlive the call.
  explicit Control(int32_t* words) : words_(words) {}

  bool cancelled() const { return words_ && at(0).load(std::memory_order_relaxed) != 0; }
  void progress(uint64_t done, uint64_t total) const {
    if (!words_) return;
    const double part = total == 0 ? 1 : static_cast<double>(std::min(done, total)) / static_cast<double>(total);
    at(1).store(static_cast<int32_t>(part * 10'000), std::memory_order_relaxed);
  }
  void found(uint64_t count) const {
    if (words_) at(2).store(static_cast<int32_t>(std::min<uint64_t>(count, INT32_MAX)), std::memory_order_relaxed);
  }

 private:
  std::atomic_ref<int32_t> at(size_t index) const { return std::atomic_ref(words_[index]); }
  int32_t* words_ = nullptr;
};

// EINVAL for what is neither undefined nor an Int32Array of 3 on a SharedArrayBuffer, which cannot be detached under
// the worker. The value must be kept until the call has ended.
Control toControl(const Napi::Value& value);

}  // namespace shmscope
