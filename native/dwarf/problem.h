// What keeps debug info from being read: thrown, and told to whoever started this program as code, message and remedy.
#pragma once

#include <string>

namespace shmscope::dwarf {

struct Problem {
  // An errno name, or ETYPE for debug info that makes no sense.
  std::string code;
  std::string message;
  // Empty where nothing helps.
  std::string remedy;
};

// Debug info that contradicts itself or the standard. `what` ends the sentence 'The debug info is broken: …'.
[[noreturn]] void broken(const std::string& what);

}  // namespace shmscope::dwarf
