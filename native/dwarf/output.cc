#include "output.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>

#include "parallel.h"

namespace shmscope::dwarf {

namespace {

constexpr size_t kLongest = 4096;
// Entries that one thread writes at a time.
constexpr size_t kLines = 512;
// Bytes of what stands before a name, mostly.
constexpr size_t kReference = 32;

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

// Almost all names are ASCII. In steps, which compilers make one instruction of each.
bool isOrdinary(std::string_view text) {
  constexpr size_t kStep = 16;
  const auto isOdd = [](char c) { return static_cast<uint8_t>(c - 0x20) >= 0x5f; };
  uint8_t odd = 0;
  size_t at = 0;
  for (; at + kStep <= text.size(); at += kStep)
    for (size_t i = 0; i < kStep; i++) odd |= isOdd(text[at + i]);
  for (; at < text.size(); at++) odd |= isOdd(text[at]);
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

}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  addPlain(out, text);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : plain(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string peak() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::to_string(usage.ru_maxrss);
}

namespace {

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
  if (!node.lock.empty()) text += ",\"lock\":" + quoted(node.lock);
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

// At most kLines of them.
std::string rowsText(const Info& info, const std::vector<Row>& rows, size_t from) {
  const size_t to = std::min(rows.size(), from + kLines);
  size_t length = 0;
  for (size_t i = from; i < to; i++) length += rows[i].name.size() + kReference;
  std::string text;
  text.reserve(length);
  for (size_t i = from; i < to; i++) {
    addEntry(text, info, *rows[i].entry);
    addPlain(text, rows[i].name);
    text += '\n';
  }
  return text;
}

void addNames(std::string& text, const PointerVariable& one) {
  for (const std::string_view name : {std::string_view(one.declared), std::string_view(one.name)}) {
    text += '\t';
    addPlain(text, name);
  }
  text += '\t';
  addPlain(text, one.target->name->text());
  text += '\n';
}

std::string variablesText(const Info& info, const PointerVariables& variables) {
  std::string text;
  for (const PointerVariable& one : variables.placed) {
    addEntry(text, info, *one.target);
    addNumber(text, one.address, 16);
    addNames(text, one);
  }
  for (const PointerVariable& one : variables.local) {
    addEntry(text, info, *one.target);
    text += one.frame->base + std::to_string(static_cast<int64_t>(one.address)) + ":";
    addNumber(text, one.frame->low, 16);
    text += '-';
    addNumber(text, one.frame->high, 16);
    addNames(text, one);
  }
  return text;
}

// Texts that several threads make, written in the order of their numbers, each as soon as it can be.
class InOrder {
 public:
  InOrder(size_t count, const Write& write) : texts_(count), write_(write) {}

  void add(size_t number, std::string text) {
    const std::lock_guard lock(guard_);
    texts_[number] = std::move(text);
    for (; next_ < texts_.size() && texts_[next_]; next_++) {
      write_(*texts_[next_]);
      texts_[next_].reset();
    }
  }

 private:
  std::mutex guard_;
  std::vector<std::optional<std::string>> texts_;
  size_t next_ = 0;
  const Write& write_;
};

}  // namespace

void writeIndex(Info& info, const Listing& listing, const PointerVariables& variables, const Write& write) {
  const std::vector<Row>& rows = listing.rows();
  write("{\"buildId\":" + quoted(info.buildId()) + ",\"machine\":" + std::to_string(info.machine()) +
        ",\"bits\":" + (info.is64() ? "64" : "32") + ",\"entries\":" + std::to_string(rows.size()) +
        ",\"variables\":" + std::to_string(variables.placed.size()) +
        ",\"locals\":" + std::to_string(variables.local.size()) + ",\"lack\":" + quoted(info.lack()) + "}\n");
  const size_t parts = (rows.size() + kLines - 1) / kLines;
  InOrder texts(parts + 1, write);
  inParallel(parts + 1, [&](size_t, size_t task) {
    // The last text takes longest.
    if (task == 0)
      texts.add(parts, variablesText(info, variables));
    else
      texts.add(task - 1, rowsText(info, rows, (task - 1) * kLines));
  });
  write("end " + peak() + "\n");
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
