// Names of C and C++ types as the language writes them, whichever compiler wrote the debug info.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shmscope::dwarf {

// gcc writes 'long unsigned int' where clang writes 'unsigned long', and 'array<int, 4>' where it writes 'array<int,
// 4UL>': here it is always the latter name and the former number, as in layouts that come from declarations.
std::string spelled(std::string_view name);
// Nothing where it is written so already: most names.
std::optional<std::string> respelled(std::string_view name);

}  // namespace shmscope::dwarf
