// Records of C++ as columns of JavaScript: typed arrays, and one string for all names of a table, since strings are
// what costs.
#pragma once

#include <napi.h>

#include <string>
#include <type_traits>

#include "text.h"

namespace shmscope {

// A typed array of what `value` gives for each record.
template <class Array, class Records, class Value>
Array column(Napi::Env env, const Records& records, Value&& value) {
  Array array = Array::New(env, records.size());
  auto* data = array.Data();
  for (const auto& record : records) {
    *data++ = static_cast<std::remove_reference_t<decltype(*data)>>(value(record));
  }
  return array;
}

// Texts without NUL, each ended by one.
template <class Records, class Text>
Napi::Value texts(Napi::Env env, const Records& records, Text&& text) {
  std::string joined;
  for (const auto& record : records) {
    joined += text(record);
    joined += '\0';
  }
  return toString(env, joined);
}

}  // namespace shmscope
