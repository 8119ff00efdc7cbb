// Where something is declared.
#pragma once

#include <string>

#include "unit.h"

namespace shmscope::dwarf {

// 'feed.c:31', of DW_AT_decl_file and DW_AT_decl_line; empty where they, or the file's name, are not there.
std::string declaredAt(const Die& die);

}  // namespace shmscope::dwarf
