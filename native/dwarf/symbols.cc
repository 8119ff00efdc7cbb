#include "symbols.h"

#include <cxxabi.h>
#include <elf.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace shmscope::dwarf {

namespace {

// Bytes. What a mangled name stands for may be much longer than itself.
constexpr size_t kLongestMangled = 4096;
// How many symbols before an address are looked at: some have sizes, and those in between end before it.
constexpr unsigned kMostBack = 64;

uint8_t rankOf(std::string_view name, uint8_t binding) {
  const size_t start = std::min<size_t>(name.find_first_not_of('_'), 8);
  // What C++ mangles begins with one, as if it had none.
  const size_t lines = name.starts_with("_Z") ? 0 : start;
  return static_cast<uint8_t>(4 * lines + (binding == STB_GLOBAL ? 0 : binding == STB_WEAK ? 1 : 2));
}

constexpr std::string_view kAnonymous = "(anonymous namespace)";

bool isWordPart(char c) {
  return c == '_' || c == '$' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// Behind what is between brackets that begin at `at`.
size_t bracketsEnd(std::string_view text, size_t at) {
  unsigned depth = 0;
  for (; at < text.size(); at++) {
    const char c = text[at];
    if (c == '(' || c == '<' || c == '[' || c == '{') depth++;
    if ((c == '>' && text[at - 1] != '-') || c == ')' || c == ']' || c == '}') depth--;
    if (depth == 0) return at + 1;
  }
  return at;
}

// Behind the name of an operator, of which 'operator' ends at `at`: symbols, 'new', a type.
size_t operatorEnd(std::string_view text, size_t at) {
  if (text.substr(at).starts_with("()")) return at + 2;
  if (at < text.size() && text[at] == ' ') return std::min(text.find('(', at), text.size());
  while (at < text.size() && std::string_view("<>=!+-*/%^&|~,[]").find(text[at]) != std::string_view::npos) at++;
  return at;
}

// Without the type that it returns, and without parameters.
std::string_view nameIn(std::string_view text) {
  size_t from = 0;
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(kAnonymous)) {
      at += kAnonymous.size();
    } else if (rest.starts_with("operator") && (at == 0 || !isWordPart(text[at - 1])) &&
               (rest.size() == 8 || !isWordPart(rest[8]))) {
      at = operatorEnd(text, at + 8);
    } else if (rest.starts_with("decltype")) {
      at = bracketsEnd(text, std::min(text.find('(', at), text.size()));
    } else if (text[at] == '(') {
      return text.substr(from, at - from);
    } else if (text[at] == '<' || text[at] == '[' || text[at] == '{') {
      at = bracketsEnd(text, at);
    } else {
      if (text[at] == ' ') from = at + 1;
      at++;
    }
  }
  return text.substr(from);
}

}  // namespace

void Symbols::add(Image& image) {
  add(image, ".symtab", ".strtab");
  add(image, ".dynsym", ".dynstr");
  sorted_ = false;
}

void Symbols::add(Image& image, const std::string& table, const std::string& names) {
  const Bytes symbols = image.section(table), strings = image.section(names);
  const size_t size = image.is64() ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
  for (size_t at = 0; at + size <= symbols.size(); at += size) {
    Reader reader(symbols, at, image.swapped());
    const uint32_t name = reader.u32();
    Symbol one{};
    if (!image.is64()) {
      one.address = reader.u32();
      one.size = reader.u32();
    }
    const uint8_t info = reader.u8();
    reader.u8();
    const uint16_t section = reader.u16();
    if (image.is64()) {
      one.address = reader.u64();
      one.size = reader.u64();
    }
    const uint8_t type = info & 0xf;
    // Assembly's labels have no type.
    if (type != STT_FUNC && type != STT_GNU_IFUNC && (type != STT_NOTYPE || image.codeAt(one.address).empty()))
      continue;
    if (section == SHN_UNDEF || one.address == 0 || name >= strings.size()) continue;
    try {
      one.name = Reader(strings, name, false).string();
    } catch (const Problem&) {
      continue;
    }
    // '$x' marks code among data (ELF for the Arm 64-bit Architecture, 5.6).
    if (one.name.empty() || one.name[0] == '$') continue;
    one.rank = static_cast<uint8_t>(rankOf(one.name, info >> 4) + (type == STT_NOTYPE ? 64 : 0));
    all_.push_back(one);
  }
}

void Symbols::sort() {
  std::sort(all_.begin(), all_.end(), [](const Symbol& a, const Symbol& b) {
    if (a.address != b.address) return a.address < b.address;
    if ((a.size == 0) != (b.size == 0)) return a.size == 0;
    return a.rank != b.rank ? a.rank > b.rank : a.name > b.name;
  });
  sorted_ = true;
}

const Symbol* Symbols::find(uint64_t address) {
  if (!sorted_) sort();
  auto after = std::upper_bound(all_.begin(), all_.end(), address,
                                [](uint64_t at, const Symbol& one) { return at < one.address; });
  for (unsigned back = 0; after != all_.begin() && back < kMostBack; back++) {
    --after;
    // Without a size it goes on to the next one.
    if (address - after->address < after->size || (after->size == 0 && back == 0)) return &*after;
  }
  return nullptr;
}

std::string symbolName(std::string_view name) {
  // A symbol's version; no name has it else.
  name = name.substr(0, name.find('@', 1));
  if (!name.starts_with("_Z") || name.size() > kLongestMangled) return std::string(name);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status), std::free);
  const std::string_view found = text ? nameIn(text.get()) : std::string_view{};
  return std::string(found.empty() ? name : found);
}

}  // namespace shmscope::dwarf
