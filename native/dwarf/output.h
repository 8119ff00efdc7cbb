// What this program says: see src/types/debuginfo/format.ts, which reads it.
#pragma once

#include <string>
#include <string_view>

#include "catalogue.h"
#include "layout.h"
#include "variables.h"

namespace shmscope::dwarf {

// UTF-8 without control characters: what is neither stands as U+FFFD. Cut after 4096 bytes.
std::string plain(std::string_view text);

// In pieces, in their order.
std::vector<std::string> indexText(Info& info, Catalogue& catalogue, const PointerVariables& variables);
std::string layoutText(const std::vector<Node>& nodes, const std::vector<std::optional<size_t>>& roots);
// One line.
std::string problemText(const Problem& problem);

}  // namespace shmscope::dwarf
