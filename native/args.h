// Arguments from JavaScript: each is checked, since callers and their data may be hostile. What is wrong throws EINVAL;
// a number past 2^53, where doubles lose integers, EOVERFLOW; one outside its range ERANGE.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace shmscope {

constexpr int64_t kMaxSafe = (int64_t{1} << 53) - 1;

// A whole number in [low, high].
int64_t toInteger(const Napi::Value& value, const char* what, int64_t low, int64_t high);
// A whole number in [0, 2^53).
uint64_t toCount(const Napi::Value& value, const char* what);
bool toFlag(const Napi::Value& value, const char* what);
uint64_t toAddress(const Napi::Value& value, const char* what);
int toPid(const Napi::Value& value);
// -1 = keep, else 0 to 2^32 - 2.
int64_t toId(const Napi::Value& value, const char* what);

struct Bytes {
  uint8_t* data;
  size_t length;
};
// A Uint8Array (or Buffer), on an ArrayBuffer or a SharedArrayBuffer; empty once its buffer was detached.
Bytes toBuffer(const Napi::Value& value, const char* what);

}  // namespace shmscope
