// How a type is written around a declarator, in the way of src/types/source/ctype.ts.
#pragma once

#include <string>

#include "names.h"
#include "types.h"

namespace shmscope::dwarf {

// The type's name is left + right: 'int *' + '[3]'.
struct TypeText {
  std::string left, right;
  std::string whole() const;
};

// const and volatile are left out.
TypeText textOf(const Die& die, Names& names);
TypeText arrayText(const TypeText& element, std::optional<uint64_t> count);

}  // namespace shmscope::dwarf
