// Bytes of the kernel <-> strings of JavaScript. A byte that is not UTF-8 stands as the lone surrogate U+DC00 + byte (PEP 383).
#pragma once

#include <napi.h>

#include <string>
#include <string_view>

namespace shmscope {

Napi::String toString(Napi::Env env, std::string_view bytes);

// Throws EINVAL for a value that is no string, for NUL, and for a lone surrogate that stands for no byte.
std::string toBytes(const Napi::Value& value, const char* what);

}  // namespace shmscope
