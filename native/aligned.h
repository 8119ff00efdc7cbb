// Reads that never tear an aligned value: the kernel copies whole 8-byte words when source and destination are both
// 8-aligned, and single bytes otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace shmscope {

constexpr uint64_t kWord = 8;

// Copies from `offset`: destination and offset are 8-aligned, the length is a multiple of 8. Returns the bytes had.
using ReadWords = std::function<size_t(uint8_t*, size_t, uint64_t)>;

size_t alignedRead(const ReadWords& readWords, uint8_t* target, size_t length, uint64_t offset);

}  // namespace shmscope
