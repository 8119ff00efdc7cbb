#include "text.h"

#include <algorithm>

#include "errors.h"

namespace shmscope {

namespace {

constexpr char16_t kEscape = 0xdc00;

bool isContinuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), 0 for none; its code point in `point`.
size_t sequence(std::string_view bytes, size_t at, char32_t& point) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
  const size_t left = bytes.size() - at;
  const unsigned char first = byte(0);
  if (first < 0x80) return point = first, 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (left < length) return 0;
  point = first & (0x7f >> length);
  for (size_t i = 1; i < length; i++) {
    if (!isContinuation(byte(i))) return 0;
    point = point << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return overlong || surrogate || point > 0x10ffff ? 0 : length;
}

void append(std::string& bytes, char32_t point) {
  if (point < 0x80) {
    bytes += static_cast<char>(point);
  } else if (point < 0x800) {
    bytes += static_cast<char>(0xc0 | point >> 6);
    bytes += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    bytes += static_cast<char>(0xe0 | point >> 12);
    bytes += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    bytes += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    bytes += static_cast<char>(0xf0 | point >> 18);
    bytes += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    bytes += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    bytes += static_cast<char>(0x80 | (point & 0x3f));
  }
}

}  // namespace

Napi::Value toString(Napi::Env env, std::string_view bytes) {
  std::u16string text;
  text.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    char32_t point = 0;
    const size_t length = sequence(bytes, at, point);
    if (length == 0) {
      text += static_cast<char16_t>(kEscape + static_cast<unsigned char>(bytes[at++]));
      continue;
    }
    if (point >= 0x10000) {
      text += static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10));
      text += static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      text += static_cast<char16_t>(point);
    }
    at += length;
  }
  return Napi::String::New(env, text);
}

std::string toBytes(const Napi::Value& value, const char* what) {
  if (!value.IsString()) fail(EINVAL, "", "", std::string(what) + " must be a string");
  const std::u16string text = value.As<Napi::String>().Utf16Value();
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    const char16_t unit = text[i];
    const bool high = unit >= 0xd800 && unit < 0xdc00;
    const bool low = unit >= 0xdc00 && unit < 0xe000;
    if (unit == 0) fail(EINVAL, "", "", std::string(what) + " must not contain NUL");
    if (high && i + 1 < text.size() && text[i + 1] >= 0xdc00 && text[i + 1] < 0xe000) {
      append(bytes, 0x10000 + ((static_cast<char32_t>(unit) - 0xd800) << 10) + (text[++i] - 0xdc00));
    } else if (low && unit >= kEscape + 0x80 && unit <= kEscape + 0xff) {
      bytes += static_cast<char>(unit - kEscape);
    } else if (high || low) {
      fail(EINVAL, "", "", std::string(what) + " holds a lone surrogate that stands for no byte");
    } else {
      append(bytes, unit);
    }
  }
  return bytes;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace shmscope
