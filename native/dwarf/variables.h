// Variables that are pointers, or hold some, and have a place of their own in the file.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalogue.h"
#include "info.h"

namespace shmscope::dwarf {

struct PointerVariable {
  // 'main::book', 'state.shared', 'table[2].shared'.
  std::string name;
  // As the file counts addresses.
  uint64_t address;
  const Entry* target;
  // 'feed.c:31'; empty where the debug info does not tell.
  std::string declared;
};

class Variables {
 public:
  Variables(Info& info, Catalogue& catalogue) : info_(info), catalogue_(catalogue) {}
  // At most 10,000.
  std::vector<PointerVariable> find();

 private:
  struct Place {
    std::string name;
    uint64_t address;
    unsigned depth;
    // A smart pointer's own members have no names that its owner knows.
    bool smart;
  };
  void addVariable(const Die& die);
  void addIn(const Die& type, const Place& place);
  void addParts(const Die& record, const Place& place);
  void addElements(const Die& array, const Place& place);
  bool holdsPointers(const Die& type, unsigned depth);

  Info& info_;
  Catalogue& catalogue_;
  std::vector<PointerVariable> found_;
  std::unordered_set<uint64_t> seen_;
  std::unordered_map<Die, bool, DieHash> holds_;
  std::string declared_;
};

}  // namespace shmscope::dwarf
