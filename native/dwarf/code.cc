#include "code.h"

#include <elf.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "instruction.h"
#include "locator.h"
#include "output.h"
#include "symbols.h"
#include "unwind.h"

namespace shmscope::dwarf {

namespace {

constexpr size_t kMostQueries = 100'000;
// Bytes that are decoded to come to one address: the functions of parsers take as many.
constexpr uint64_t kMostCode = 1024 * 1024;
// An answer, mostly.
constexpr size_t kBlock = 64 * 1024;
// What a function is inlined into.
constexpr size_t kMostSites = 100;

struct Query {
  char kind;
  uint64_t address;
};

std::vector<Query> queriesIn(std::istream& from) {
  std::vector<Query> queries;
  for (std::string line; std::getline(from, line);) {
    Query one{line.empty() ? '\0' : line[0], 0};
    const char* const end = line.data() + line.size();
    const bool kind = one.kind == 's' || one.kind == 'r' || one.kind == 'x';
    const auto read = kind && line.size() > 2 ? std::from_chars(line.data() + 2, end, one.address, 16)
                                              : std::from_chars_result{nullptr, std::errc::invalid_argument};
    if (read.ec != std::errc() || read.ptr != end || line[1] != ' ')
      throw Problem{"EINVAL", "A query is 's', 'r' or 'x', a space and an address in hex.", {}};
    if (queries.size() == kMostQueries) throw Problem{"EINVAL", "More than 100,000 addresses are asked for.", {}};
    queries.push_back(one);
  }
  return queries;
}

class Answers {
 public:
  Answers(Info& info, const std::vector<Query>& queries)
      : info_(info),
        image_(info.self()),
        wide_(image_.machine() == EM_X86_64),
        decodes_(wide_ || image_.machine() == EM_386),
        locator_(info, lookedUp(queries)),
        unwinding_(image_, info.separate()) {
    symbols_.add(image_);
    if (Image* const other = info.separate()) symbols_.add(*other);
  }

  void add(std::string& text, const Query& query) {
    bool guess = false;
    const uint64_t at = instructionOf(query, guess);
    const uint64_t seen = guess ? query.address - 1 : at;
    text += "{\"at\":\"";
    addHex(text, at);
    text += guess ? "\",\"guess\":true" : "\"";
    addSites(text, located(seen, query));
    // A call's rules hold while it is under way; of a store the registers are told that are there behind it.
    addStep(text, unwinding_.stepAt(query.kind == 'r' ? query.address - 1 : query.address));
    text += "}\n";
  }

 private:
  Instruction decodeAt(uint64_t address) const {
    return decodes_ ? instructionAt(image_.codeAt(address), wide_).value_or(Instruction{}) : Instruction{};
  }

  // On AArch64 a store is told of where the storing instruction is (Arm ARM, D2.10.5).
  bool isBehind(const Query& query) const {
    return query.address != 0 && (query.kind == 'r' || (query.kind == 's' && image_.machine() != EM_AARCH64));
  }

  // An instruction has no two lines and functions: a byte of it says as much as where it begins.
  std::vector<uint64_t> lookedUp(const std::vector<Query>& queries) const {
    std::vector<uint64_t> all;
    for (const Query& query : queries) {
      const bool behind = isBehind(query);
      all.push_back(behind ? query.address - 1 : query.address);
      if (behind && query.kind == 's' && decodeAt(query.address).repeatedStore) all.push_back(query.address);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  uint64_t instructionOf(const Query& query, bool& guess) {
    if (!isBehind(query)) return query.address;
    const uint64_t last = query.address - 1;
    const auto before = instructionBefore(query.address);
    // While a string is stored the processor tells of it with the address of that instruction itself. One that stands
    // before it may have stored as well, but then seldom without showing it.
    if (query.kind == 's' && decodeAt(query.address).repeatedStore && !(before && decodeAt(*before).stores))
      return query.address;
    guess = !before;
    return before.value_or(last);
  }

  // Decodes on from places where instructions begin, the nearest first.
  std::optional<uint64_t> instructionBefore(uint64_t address) {
    if (!decodes_) return {};
    const Located found = locator_.at(address - 1);
    for (const uint64_t start : {found.row, found.function}) {
      if (start == 0) continue;
      if (const auto at = decodeTo(address, start)) return at;
    }
    const Symbol* const symbol = symbols_.find(address - 1);
    if (symbol)
      if (const auto at = decodeTo(address, symbol->address)) return at;
    const auto frame = unwinding_.startOf(address - 1);
    return frame ? decodeTo(address, *frame) : std::nullopt;
  }

  std::optional<uint64_t> decodeTo(uint64_t address, uint64_t start) const {
    if (start >= address || address - start > kMostCode) return {};
    const Bytes code = image_.codeAt(start);
    for (uint64_t at = 0; at < code.size() && start + at < address;) {
      const auto one = instructionAt(code.subspan(at), wide_);
      if (!one) return {};
      if (start + at + one->length == address) return start + at;
      at += one->length;
    }
    return {};
  }

  Located located(uint64_t seen, const Query& query) {
    Located found = locator_.at(seen);
    // Of what was decoded the last byte was looked up.
    if (found.sites.empty() && isBehind(query)) found = locator_.at(query.address - 1);
    if (!found.sites.empty() && !found.sites.back().function.empty()) return found;
    if (found.sites.empty()) found.sites.emplace_back();
    if (const Symbol* symbol = symbols_.find(seen)) found.sites.back().function = symbolName(symbol->name);
    return found;
  }

  static void addHex(std::string& text, uint64_t value) {
    char digits[24];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr);
  }

  // What no compiler writes, a file that is broken does: it tells nothing of this line, and much of others.
  static std::string lineText(uint64_t line) { return line > INT32_MAX ? "0" : std::to_string(line); }
  static bool fits(const Step& step) {
    const auto small = [](const std::optional<int64_t>& offset) {
      return !offset || (*offset > INT32_MIN && *offset <= INT32_MAX);
    };
    return small(step.offset) && small(step.returnAt) && small(step.framePointerAt);
  }

  static void addSites(std::string& text, const Located& found) {
    const Site& own = found.sites.front();
    if (!own.function.empty()) text += ",\"function\":" + quoted(own.function);
    if (!own.file.empty()) text += ",\"file\":" + quoted(own.file);
    if (own.line != 0) text += ",\"line\":" + lineText(own.line);
    if (found.sites.size() == 1) return;
    const char* separator = ",\"into\":[";
    for (size_t i = 1; i < std::min(found.sites.size(), kMostSites); i++) {
      const Site& one = found.sites[i];
      text += separator + ("[" + quoted(one.function)) + "," + quoted(one.file) + "," + lineText(one.line) + "]";
      separator = ",";
    }
    text += "]";
  }

  static void addStep(std::string& text, const std::optional<Step>& step) {
    if (!step || !fits(*step)) {
      text += ",\"step\":null";
      return;
    }
    text += step->fromFramePointer ? ",\"step\":[\"bp\"," : ",\"step\":[\"sp\",";
    text += std::to_string(step->offset) + "," + (step->returnAt ? std::to_string(*step->returnAt) : "\"lr\"");
    if (step->framePointerAt) text += "," + std::to_string(*step->framePointerAt);
    text += "]";
  }

  Info& info_;
  Image& image_;
  const bool wide_, decodes_;
  Locator locator_;
  Unwinding unwinding_;
  Symbols symbols_;
};

}  // namespace

void tellCode(Info& info, std::istream& from, const std::function<void(std::string_view)>& write) {
  const std::vector<Query> queries = queriesIn(from);
  Answers answers(info, queries);
  write("{\"answers\":" + std::to_string(queries.size()) + ",\"lack\":" + quoted(info.lack()) + "}\n");
  std::string text;
  for (const Query& query : queries) {
    answers.add(text, query);
    if (text.size() < kBlock) continue;
    write(text);
    text.clear();
  }
  write(text + "end " + peak() + "\n");
}

}  // namespace shmscope::dwarf
