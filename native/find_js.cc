#include "find_js.h"

#include <algorithm>
#include <cstring>

#include "args.h"
#include "errors.h"
#include "find.h"
#include "text.h"
#include "worker.h"

namespace shmscope {

namespace {

// More hits than this are of no use to anyone, and would fill the memory.
constexpr int64_t kMostHits = 1 << 24;
// A pattern is in memory twice, and is compared where its rare bytes are found.
constexpr size_t kMostBytes = 16 << 20;
constexpr uint32_t kMostVariants = 64 * 1024;

std::vector<uint8_t> copied(const Napi::Value& value, const char* what) {
  const Bytes bytes = toBuffer(value, what);
  if (bytes.length > kMostBytes) fail(ERANGE, "", "", std::string(what) + " must have at most 16 MiB");
  return {bytes.data, bytes.data + bytes.length};
}

std::vector<uint8_t> pattern(const Napi::Value& value) {
  std::vector<uint8_t> bytes = copied(value, "pattern");
  if (bytes.empty()) fail(EINVAL, "", "", "pattern must not be empty");
  return bytes;
}

Napi::Array toArray(const Napi::Value& value, const char* what) {
  if (!value.IsArray()) fail(EINVAL, "", "", std::string(what) + " must be an array");
  const auto items = value.As<Napi::Array>();
  if (items.Length() > kMostVariants) fail(ERANGE, "", "", std::string("too many ") + what);
  return items;
}

std::vector<Variants> toVariants(const Napi::Value& value, size_t length) {
  std::vector<Variants> all;
  if (value.IsUndefined()) return all;
  const Napi::Array items = toArray(value, "variants");
  for (uint32_t i = 0; i < items.Length(); i++) {
    const Napi::Value item = items[i];
    if (!item.IsObject()) fail(EINVAL, "", "", "a variant must be an object");
    const auto object = item.As<Napi::Object>();
    Variants one{static_cast<size_t>(toCount(object.Get("at"), "at")), {}};
    const Napi::Array texts = toArray(object.Get("bytes"), "bytes of a variant");
    for (uint32_t j = 0; j < texts.Length(); j++) {
      one.bytes.push_back(copied(texts[j], "bytes of a variant"));
      if (one.at > length || one.bytes.back().size() > length - one.at)
        fail(ERANGE, "", "", "a variant must lie inside the pattern");
    }
    all.push_back(std::move(one));
  }
  return all;
}

uint64_t toStep(const Napi::Value& value) {
  const int64_t step = toInteger(value, "step", 1, 8);
  if ((step & (step - 1)) != 0) fail(EINVAL, "", "", "step must be 1, 2, 4 or 8");
  return static_cast<uint64_t>(step);
}

std::unique_ptr<Needle> toNeedle(const Napi::Value& value) {
  if (!value.IsObject()) fail(EINVAL, "", "", "needle must be an object");
  const auto object = value.As<Napi::Object>();
  if (object.Has("bytes")) {
    auto bytes = pattern(object.Get("bytes"));
    const size_t length = bytes.size();
    std::vector<uint8_t> mask;
    if (!object.Get("mask").IsUndefined()) {
      mask = copied(object.Get("mask"), "mask");
      if (mask.size() != length) fail(EINVAL, "", "", "mask must be as long as the pattern");
    }
    auto variants = toVariants(object.Get("variants"), length);
    return bytesNeedle(std::move(bytes), std::move(mask), std::move(variants), toStep(object.Get("step")));
  }
  const NumberSpec number = toNumberSpec(object);
  const size_t width = widthOf(number.type);
  return rangeNeedle(number, toBits(object.Get("low"), "low", width), toBits(object.Get("high"), "high", width));
}

// On a worker thread.
Napi::Value start(Napi::Env env, const SharedSource& source, std::unique_ptr<Needle> needle, const Search& search,
                  uint64_t limit, const Napi::Value& control) {
  // std::function copies what it holds.
  const std::shared_ptr<Needle> shared = std::move(needle);
  return Worker<std::vector<double>>::run(
      env, [source, shared, search, limit] { return find(*source, *shared, search, limit); },
      [](Napi::Env own, std::vector<double>& hits) -> Napi::Value {
        Napi::Float64Array array = Napi::Float64Array::New(own, hits.size());
        std::copy(hits.begin(), hits.end(), array.Data());
        return array;
      },
      control.IsUndefined() ? Napi::Object() : control.As<Napi::Object>());
}

}  // namespace

NumberSpec toNumberSpec(const Napi::Object& object) {
  constexpr const char* kNames[kNumberTypes] = {"u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"};
  const std::string name = toBytes(object.Get("type"), "type");
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) fail(EINVAL, "", "", "type must be that of a number");
  NumberSpec number;
  number.type = static_cast<NumberType>(found - std::begin(kNames));
  number.swapped = toFlag(object.Get("swapped"), "swapped");
  number.step = toFlag(object.Get("aligned"), "aligned") ? widthOf(number.type) : 1;
  return number;
}

uint64_t toBits(const Napi::Value& value, const char* what, size_t width) {
  const Bytes bytes = toBuffer(value, what);
  if (bytes.length != width) fail(EINVAL, "", "", std::string(what) + " must have as many bytes as the type");
  uint64_t bits = 0;
  memcpy(&bits, bytes.data, width);
  return bits;
}

Napi::Value findPattern(const Napi::CallbackInfo& info, const SharedSource& source) {
  Search search;
  search.from = toCount(info[1], "from");
  search.to = toCount(info[2], "to");
  const auto limit = static_cast<uint64_t>(toInteger(info[3], "limit", 0, kMostHits));
  search.control = toControl(info[4]);
  return start(info.Env(), source, bytesNeedle(pattern(info[0]), {}, {}, 1), search, limit, info[4]);
}

Napi::Value search(const Napi::CallbackInfo& info, const SharedSource& source) {
  Search search;
  search.from = toCount(info[1], "from");
  search.to = toCount(info[2], "to");
  const auto limit = static_cast<uint64_t>(toInteger(info[3], "limit", 0, kMostHits));
  search.backward = toFlag(info[4], "backward");
  search.control = toControl(info[5]);
  return start(info.Env(), source, toNeedle(info[0]), search, limit, info[5]);
}

}  // namespace shmscope
