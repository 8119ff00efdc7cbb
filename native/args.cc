#include "args.h"

#include <cmath>

#include "errors.h"

namespace shmscope {

namespace {

[[noreturn]] void invalid(const char* what, const std::string& must, int number = EINVAL) {
  fail(number, "", "", std::string(what) + " must be " + must);
}

}  // namespace

int64_t toInteger(const Napi::Value& value, const char* what, int64_t low, int64_t high) {
  if (!value.IsNumber()) invalid(what, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::isnan(number)) invalid(what, "a number");
  if (std::abs(number) > static_cast<double>(kMaxSafe)) invalid(what, "less than 2^53", EOVERFLOW);
  if (number != std::trunc(number)) invalid(what, "a whole number");
  const int64_t whole = static_cast<int64_t>(number);
  if (low == 0 && whole < 0) invalid(what, "0 or more");
  if (whole < low || whole > high) invalid(what, "from " + std::to_string(low) + " to " + std::to_string(high), ERANGE);
  return whole;
}

uint64_t toCount(const Napi::Value& value, const char* what) {
  return static_cast<uint64_t>(toInteger(value, what, 0, kMaxSafe));
}

bool toFlag(const Napi::Value& value, const char* what) {
  if (!value.IsBoolean()) invalid(what, "true or false");
  return value.As<Napi::Boolean>().Value();
}

uint64_t toAddress(const Napi::Value& value, const char* what) {
  if (!value.IsBigInt()) invalid(what, "a bigint");
  bool lossless = false;
  const uint64_t address = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) invalid(what, "from 0 to 2^64 - 1", ERANGE);
  return address;
}

int toPid(const Napi::Value& value) {
  const int64_t pid = toInteger(value, "pid", 0, INT32_MAX);
  if (pid == 0) invalid("pid", "1 or more");
  return static_cast<int>(pid);
}

int64_t toId(const Napi::Value& value, const char* what) { return toInteger(value, what, -1, int64_t{UINT32_MAX} - 1); }

Bytes toBuffer(const Napi::Value& value, const char* what) {
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array) {
    invalid(what, "a Uint8Array");
  }
  return {static_cast<uint8_t*>(data), length};
}

}  // namespace shmscope
