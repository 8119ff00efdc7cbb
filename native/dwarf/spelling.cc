#include "spelling.h"

namespace shmscope::dwarf {

namespace {

// isalnum(3) asks the locale.
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWordPart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_'; }

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
  while (at < text.size() && isWordPart(text[at])) at++;
  return at;
}

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

}  // namespace

std::string spelled(std::string_view name) {
  // Neither a template nor of several words: most names.
  if (name.find_first_of(" <") == name.npos) return std::string(name);
  if (name.starts_with("complex ")) return "_Complex " + spelled(name.substr(8));
  std::string out;
  for (size_t at = 0; at < name.size();) {
    if (!isWordPart(name[at])) {
      // clang has a blank before the mark of a pointer.
      if ((name[at] == '*' || name[at] == '&') && out.ends_with(' ')) out.pop_back();
      out += name[at++];
      continue;
    }
    Words words;
    const bool number = isDigit(name[at]);
    size_t end = number ? at : integerAt(name, at, words);
    if (end > at) {
      out += words.text();
    } else {
      end = wordEnd(name, at);
      size_t last = end;
      if (number)
        while (last > at && std::string_view("uUlL").find(name[last - 1]) != std::string_view::npos) last--;
      out += name.substr(at, last - at);
    }
    at = end;
  }
  return out;
}

}  // namespace shmscope::dwarf
