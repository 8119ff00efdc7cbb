// What code is at an address: its function, file and line, which instruction stores, and how to find the caller.
#pragma once

#include <functional>
#include <istream>
#include <string_view>

#include "info.h"

namespace shmscope::dwarf {

// Reads lines 'KIND ADDRESS', addresses in hex as the file counts them, at most 100,000 (EINVAL). KIND:
//   s  the processor has told of a store, and this is where it stands since: behind the storing instruction on x86
//   r  a return address
//   x  the instruction itself
// Writes a line of JSON on the file, then one for each of them, in their order:
//   {"at":"1139","function":"ns::f","file":"/src/a.cc","line":3,"into":[["main","/src/b.cc",7]],"step":["sp",16,-8,-16]}
// 'at' is the storing instruction, or the call; where it begins is not always known: then it is a byte of it, and
// 'guess' is true. 'into': what the function is inlined into there, outward. 'step': what the canonical frame address
// is counted from and how far it is, where from there the return address is ('lr': in that register), and the caller's
// frame pointer, unless that is in its register; null where it is otherwise. All but 'at' and 'step' may be missing.
void tellCode(Info& info, std::istream& queries, const std::function<void(std::string_view)>& write);

}  // namespace shmscope::dwarf
