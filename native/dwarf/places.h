// Opening files, and where debug info that is not in the file itself may be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../fd.h"
#include "image.h"

namespace shmscope::dwarf {

// Opens a regular file for reading, without waiting for anything and without becoming its terminal. `root` other than
// '/': the path and all links in it are resolved inside of it (openat2(2), RESOLVE_IN_ROOT). No descriptor, with errno
// set, where it cannot be opened.
Fd openBelow(const std::string& root, const std::string& path);

// '/usr/bin/' of '/usr/bin/app'.
std::string folderOf(const std::string& path);

struct Separate {
  std::unique_ptr<Image> image;
  // Where it was looked for, in vain.
  std::vector<std::string> tried;
};

// The file that holds the debug info of a stripped one: by its build-id, then by its .gnu_debuglink, as gdb does (GDB
// manual, 22.3 'Debugging Information in Separate Files'). `name` is what the file is called below `root`.
Separate findSeparate(Image& image, const std::string& name, const std::string& root);

// What dwz put into a file of its own; no image where there is none, or it is not there.
Separate findAlternate(Image& image, const std::string& root);

}  // namespace shmscope::dwarf
