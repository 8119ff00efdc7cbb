// Variables that are pointers, or hold some, and have a place of their own in the file, or one in the frame of their
// function.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalogue.h"
#include "frames.h"
#include "info.h"

namespace shmscope::dwarf {

struct PointerVariable {
  // 'main::book', 'state.shared', 'table[2].shared'.
  std::string name;
  // As the file counts addresses; of a local variable from its frame's base, modulo 2^64.
  uint64_t address;
  const Entry* target;
  // 'feed.c:31'; empty where the debug info does not tell.
  std::string declared;
  // Of a local variable.
  std::optional<Frame> frame;
};

struct PointerVariables {
  // At most 10,000 each.
  std::vector<PointerVariable> placed, local;
};

class Variables {
 public:
  Variables(Info& info, Catalogue& catalogue) : info_(info), catalogue_(catalogue) {}
  PointerVariables find();

 private:
  struct Place {
    std::string name;
    uint64_t address;
    unsigned depth;
    // A smart pointer's own members have no names that its owner knows.
    bool smart;
  };
  void addVariable(const Die& die, const Survey& survey, int32_t scope);
  std::optional<Frame> frameAround(const Unit& unit, const Survey& survey, int32_t scope);
  void addIn(const Die& type, const Place& place);
  void addParts(const Die& record, const Place& place);
  void addElements(const Die& array, const Place& place);
  bool holdsPointers(const Die& type, unsigned depth);

  Info& info_;
  Catalogue& catalogue_;
  PointerVariables all_;
  // The list that is added to.
  std::vector<PointerVariable>* found_ = nullptr;
  // Of the variable that is looked at, where it is local.
  std::optional<Frame> frame_;
  // The scope that was looked at last: variables of one come one after the other.
  const Survey* lastSurvey_ = nullptr;
  int32_t lastScope_ = -1;
  std::optional<Frame> lastFrame_;
  std::unordered_set<uint64_t> seen_;
  std::unordered_map<Die, bool, DieHash> holds_;
  std::string declared_;
};

}  // namespace shmscope::dwarf
