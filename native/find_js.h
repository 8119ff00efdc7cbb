// The searches of ByteSource in src/native/addon.ts.
#pragma once

#include <napi.h>

#include <memory>

#include "find_needle.h"
#include "source.h"

namespace shmscope {

using SharedSource = std::shared_ptr<const Source>;

Napi::Value findPattern(const Napi::CallbackInfo& info, const SharedSource& source);
Napi::Value search(const Napi::CallbackInfo& info, const SharedSource& source);

// RawNumber of src/native/addon.ts.
NumberSpec toNumberSpec(const Napi::Object& object);
// The bits of a number of `width` bytes, in this machine's byte order.
uint64_t toBits(const Napi::Value& value, const char* what, size_t width);

}  // namespace shmscope
