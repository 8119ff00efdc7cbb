// What this program says: see src/types/debuginfo/file/, which reads it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "layout.h"
#include "listing.h"
#include "variables.h"

namespace shmscope::dwarf {

// UTF-8 without control characters: what is neither stands as U+FFFD. Cut after 4096 bytes.
std::string plain(std::string_view text);
// The same as a string of JSON.
std::string quoted(std::string_view text);
// KiB that this process has had at most (getrusage(2)).
std::string peak();

using Write = std::function<void(std::string_view)>;
// A line about the file, one for each entry and each variable, and one that ends it; piece by piece.
void writeIndex(Info& info, const Listing& listing, const PointerVariables& variables, const Write& write);
std::string layoutText(const std::vector<Node>& nodes, const std::vector<std::optional<size_t>>& roots);
// One line.
std::string problemText(const Problem& problem);

}  // namespace shmscope::dwarf
