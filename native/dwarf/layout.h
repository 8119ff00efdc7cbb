// Layouts as api.d.ts has them: a graph in which what is used in many places stands once.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "info.h"
#include "typetext.h"

namespace shmscope::dwarf {

struct Field {
  std::string name;
  uint64_t offset;
  size_t type;
  uint64_t bitOffset;
  std::optional<uint64_t> bitWidth;
};

struct Node {
  std::string name;
  Kind kind = Kind::opaque;
  uint64_t size = 0;
  uint64_t alignment = 1;
  std::vector<Field> fields = {};
  std::optional<size_t> element = {};
  std::optional<uint64_t> count = {};
  std::optional<bool> isSigned = {};
  // With their values as decimal numbers.
  std::vector<std::pair<std::string, std::string>> enumerators = {};
  bool bigEndian = false;
  // Of a lock under a name of the program's own: what that stands for.
  std::string lock = {};
};

class Layouts {
 public:
  explicit Layouts(Info& info) : info_(info) {}

  // Index of the type's node. ETYPE for a type without a size, of which a part has none, or that contains itself.
  size_t add(const Die& die);
  // The same; none for ETYPE.
  std::optional<size_t> tryAdd(const Die& die);
  // Each refers to earlier ones only.
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  size_t make(const Die& die);
  size_t put(Node node);
  size_t renamed(const Die& die, std::string name);
  size_t array(const Die& die);
  size_t record(const Die& die);
  size_t base(const Die& die);
  size_t enumeration(const Die& die);
  size_t leaf(const Die& die, Kind kind);
  size_t special(const Die& die, Special what);
  void addField(Node& node, const Part& part, const Die& record, bool reversed);
  size_t fieldType(const Part& part, const Die& record);
  bool isReversed(const Die& record);
  void align(Node& node, const Die& die, uint64_t largest) const;
  uint64_t naturalAlignment(uint64_t size, bool arithmetic) const;

  Info& info_;
  std::vector<Node> nodes_;
  std::unordered_map<Die, size_t, DieHash> known_;
  unsigned depth_ = 0;
};

}  // namespace shmscope::dwarf
