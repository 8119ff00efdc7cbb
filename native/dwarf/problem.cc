#include "problem.h"

namespace shmscope::dwarf {

void broken(const std::string& what) { throw Problem{"ETYPE", "The debug info is broken: " + what + ".", {}}; }

}  // namespace shmscope::dwarf
