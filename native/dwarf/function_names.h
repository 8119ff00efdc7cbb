// What functions are called, for those few that are asked for: no survey of the unit is made.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "unit.h"

namespace shmscope::dwarf {

class FunctionNames {
 public:
  // 'ns::Order::fill', by the declarations that entries complete or are copies of. Several threads share the work. An
  // entry that is broken, or without a name, has none.
  explicit FunctionNames(const std::vector<Die>& functions);
  // Of one of them; may be empty.
  const std::string& of(const Die& function) const;

 private:
  std::unordered_map<Die, std::string, DieHash> names_;
};

}  // namespace shmscope::dwarf
