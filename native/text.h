// Bytes of the kernel <-> strings of JavaScript. A byte that is not UTF-8 stands as the lone surrogate U+DC00 + byte
// (PEP 383).
#pragma once

#include <napi.h>

#include <string>
#include <string_view>
#include <vector>

namespace shmscope {

// A Value, since node-addon-api would turn a String into UTF-8 and back on its way into an object, and lose lone
// surrogates.
Napi::Value toString(Napi::Env env, std::string_view bytes);

// Throws EINVAL for a value that is no string, for NUL, and for a lone surrogate that stands for no byte.
std::string toBytes(const Napi::Value& value, const char* what);

// The parts between separators, empty ones left out.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace shmscope
