#include "output.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>

#include "parallel.h"

namespace shmscope::dwarf {

namespace {

constexpr size_t kLongest = 4096;
// Entries that one thread writes at a time.
constexpr size_t kLines = 1024;

// Bytes of the character at the start, 0 for what is none (RFC 3629).
size_t characterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(i < text.size() ? text[i] : 0); };
  const auto tail = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  // C1 controls are U+0080 to U+009F.
  if (first >= 0xc2 && first < 0xe0) return tail(1) && !(first == 0xc2 && byte(1) < 0xa0) ? 2 : 0;
  if ((first & 0xf0) == 0xe0) {
    const bool low = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) >= 0xa0;
    return tail(1) && tail(2) && !low && !surrogate ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const bool outside = (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90);
  return tail(1) && tail(2) && tail(3) && !outside ? 4 : 0;
}

// Almost all names are ASCII.
bool isOrdinary(std::string_view text) {
  unsigned odd = 0;
  for (const char c : text) odd |= static_cast<uint8_t>(c - 0x20) >= 0x5f;
  return odd == 0;
}

void addPlain(std::string& out, std::string_view text) {
  const bool whole = text.size() <= kLongest;
  text = text.substr(0, kLongest);
  if (isOrdinary(text)) {
    out += text;
    text = {};
  }
  while (!text.empty()) {
    const size_t length = characterLength(text);
    if (length == 0)
      out += "\ufffd";
    else
      out += text.substr(0, length);
    text.remove_prefix(std::max<size_t>(1, length));
  }
  if (!whole) out += "…";
}

// A string of JSON.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : plain(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

char letterOf(Language language) {
  switch (language) {
    case Language::c:
      return 'c';
    case Language::cpp:
      return '+';
    case Language::rust:
      return 'r';
    default:
      return 'o';
  }
}

// A kind in one letter.
char letterOf(Kind kind) { return "-suaeifbcpyo"[static_cast<size_t>(kind)]; }

void addNumber(std::string& out, uint64_t value, int base) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value, base).ptr);
}

// KiB that this process has had at most (getrusage(2)).
std::string peak() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::to_string(usage.ru_maxrss);
}

std::string fieldText(const Field& field) {
  std::string text = "[" + quoted(field.name) + "," + std::to_string(field.offset) + "," + std::to_string(field.type);
  if (field.bitWidth) text += "," + std::to_string(field.bitOffset) + "," + std::to_string(*field.bitWidth);
  return text + "]";
}

std::string nodeText(const Node& node) {
  std::string text = "{\"name\":" + quoted(node.name) + ",\"kind\":\"" + std::string(textOf(node.kind)) +
                     "\",\"size\":" + std::to_string(node.size) + ",\"alignment\":" + std::to_string(node.alignment);
  if (node.element) text += ",\"element\":" + std::to_string(*node.element);
  if (node.count) text += ",\"count\":" + std::to_string(*node.count);
  if (node.isSigned) text += *node.isSigned ? ",\"signed\":true" : ",\"signed\":false";
  if (node.bigEndian) text += ",\"byteOrder\":\"big\"";
  const char* separator = ",\"enumerators\":[";
  for (const auto& [name, value] : node.enumerators) {
    text += separator + ("[" + quoted(name)) + ",\"" + value + "\"]";
    separator = ",";
  }
  if (!node.enumerators.empty()) text += "]";
  if (node.kind != Kind::record && node.kind != Kind::unite) return text + "}\n";
  text += ",\"fields\":[";
  separator = "";
  for (const Field& field : node.fields) {
    text += separator + fieldText(field);
    separator = ",";
  }
  return text + "]}\n";
}

// Kind, language, size and reference.
void addEntry(std::string& out, const Info& info, const Entry& entry) {
  out += letterOf(entry.kind);
  out += letterOf(entry.die.unit->language);
  out += '\t';
  addNumber(out, entry.size, 10);
  out += '\t';
  info.addRef(out, entry.die, static_cast<uint32_t>(entry.hash));
  out += '\t';
}

}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  addPlain(out, text);
  return out;
}

std::vector<std::string> indexText(Info& info, Catalogue& catalogue, const PointerVariables& variables) {
  const std::vector<const Entry*> entries = catalogue.sorted();
  std::vector<std::string> texts(2 + (entries.size() + kLines - 1) / kLines);
  texts.front() = "{\"buildId\":" + quoted(info.buildId()) + ",\"machine\":" + std::to_string(info.machine()) +
                  ",\"bits\":" + (info.is64() ? "64" : "32") + ",\"entries\":" + std::to_string(entries.size()) +
                  ",\"variables\":" + std::to_string(variables.placed.size()) +
                  ",\"locals\":" + std::to_string(variables.local.size()) + ",\"lack\":" + quoted(info.lack()) + "}\n";
  inParallel(texts.size() - 2, [&](size_t, size_t index) {
    for (size_t i = index * kLines; i < std::min(entries.size(), (index + 1) * kLines); i++) {
      std::string& text = texts[index + 1];
      addEntry(text, info, *entries[i]);
      addPlain(text, entries[i]->name->text);
      text += '\n';
    }
  });
  std::string& last = texts.back();
  const auto addNames = [&](const PointerVariable& one) {
    last += "\t" + plain(one.declared) + "\t" + plain(one.name) + "\t" + plain(one.target->name->text) + "\n";
  };
  for (const PointerVariable& one : variables.placed) {
    addEntry(last, info, *one.target);
    addNumber(last, one.address, 16);
    addNames(one);
  }
  for (const PointerVariable& one : variables.local) {
    addEntry(last, info, *one.target);
    last += one.frame->base + std::to_string(static_cast<int64_t>(one.address)) + ":";
    addNumber(last, one.frame->low, 16);
    last += '-';
    addNumber(last, one.frame->high, 16);
    addNames(one);
  }
  last += "end " + peak() + "\n";
  return texts;
}

std::string layoutText(const std::vector<Node>& nodes, const std::vector<std::optional<size_t>>& roots) {
  std::string text;
  for (const Node& node : nodes) text += nodeText(node);
  text += "[";
  const char* separator = "";
  for (const auto& root : roots) {
    text += separator + (root ? std::to_string(*root) : "null");
    separator = ",";
  }
  return text + "]\nend " + peak() + "\n";
}

std::string problemText(const Problem& problem) {
  return "{\"code\":" + quoted(problem.code) + ",\"message\":" + quoted(problem.message) +
         ",\"remedy\":" + quoted(problem.remedy) + ",\"peak\":" + peak() + "}\n";
}

}  // namespace shmscope::dwarf
