#include "spelling.h"

#include <algorithm>
#include <array>

namespace shmscope::dwarf {

namespace {

// isalnum(3) asks the locale.
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isWordPart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_'; }

constexpr auto kWordParts = [] {
  std::array<bool, 256> parts{};
  for (int c = 0; c < 128; c++) parts[static_cast<size_t>(c)] = isWordPart(static_cast<char>(c));
  return parts;
}();

// Words of which C makes its integer types, in any order (C17, 6.7.2).
struct Words {
  unsigned seen = 0, longs = 0;
  bool isUnsigned = false, isSigned = false, isShort = false, isChar = false, isWide = false;

  bool add(std::string_view word) {
    if (word == "long")
      longs++;
    else if (word == "unsigned")
      isUnsigned = true;
    else if (word == "signed")
      isSigned = true;
    else if (word == "short")
      isShort = true;
    else if (word == "char")
      isChar = true;
    else if (word == "__int128")
      isWide = true;
    else if (word != "int")
      return false;
    seen++;
    return true;
  }

  std::string text() const {
    const std::string sign = isUnsigned ? "unsigned " : "";
    if (isChar) return (isSigned ? "signed " : sign) + "char";
    if (isWide) return sign + "__int128";
    if (isShort) return sign + "short";
    if (longs >= 2) return sign + "long long";
    return sign + (longs == 1 ? "long" : "int");
  }
};

size_t wordEnd(std::string_view text, size_t at) {
  while (at < text.size() && kWordParts[static_cast<uint8_t>(text[at])]) at++;
  return at;
}

// What one of `Words` begins with.
bool mayBegin(char c) { return c == 'l' || c == 'u' || c == 's' || c == 'c' || c == 'i' || c == '_'; }

// 'long double' is none of them.
size_t integerAt(std::string_view text, size_t at, Words& words) {
  size_t end = at;
  for (size_t next = at;;) {
    const size_t after = wordEnd(text, next);
    const std::string_view word = text.substr(next, after - next);
    if (word == "double") return at;
    if (!words.add(word)) return end;
    end = after;
    if (after >= text.size() || text[after] != ' ') return end;
    next = after + 1;
  }
}

// A copy of a name that is written anew here and there: what lies between is taken as it is.
class Copy {
 public:
  explicit Copy(std::string_view name) : name_(name) {}

  // Writes `text` in place of what is from `from` to `to`.
  void replace(size_t from, size_t to, std::string_view text) {
    if (name_.substr(from, to - from) == text) return;
    out_ += name_.substr(taken_, from - taken_);
    out_ += text;
    taken_ = to;
  }
  // Nothing where nothing was replaced.
  std::optional<std::string> finish() {
    if (taken_ == 0) return {};
    out_ += name_.substr(taken_);
    return std::move(out_);
  }

 private:
  std::string_view name_;
  std::string out_;
  size_t taken_ = 0;
};

// The end of a number without its suffix.
size_t digitsEnd(std::string_view text, size_t from, size_t to) {
  while (to > from && std::string_view("uUlL").find(text[to - 1]) != std::string_view::npos) to--;
  return to;
}

}  // namespace

std::string spelled(std::string_view name) {
  auto other = respelled(name);
  return other ? std::move(*other) : std::string(name);
}

std::optional<std::string> respelled(std::string_view name) {
  // Neither a template nor of several words. find_first_of() calls a function for each character.
  if (std::none_of(name.begin(), name.end(), [](char c) { return c == ' ' || c == '<'; })) return {};
  if (name.starts_with("complex ")) return "_Complex " + spelled(name.substr(8));
  Copy copy(name);
  for (size_t at = 0; at < name.size();) {
    const char c = name[at];
    if (!kWordParts[static_cast<uint8_t>(c)]) {
      // clang has a blank before the mark of a pointer.
      if (c == ' ' && at + 1 < name.size() && (name[at + 1] == '*' || name[at + 1] == '&'))
        copy.replace(at, at + 1, "");
      at++;
      continue;
    }
    Words words;
    size_t end = isDigit(c) || !mayBegin(c) ? at : integerAt(name, at, words);
    if (end > at) {
      copy.replace(at, end, words.text());
    } else {
      end = wordEnd(name, at);
      if (isDigit(c)) copy.replace(digitsEnd(name, at, end), end, "");
    }
    at = end;
  }
  return copy.finish();
}

}  // namespace shmscope::dwarf
