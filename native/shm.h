// The tmpfs mounts on /dev/shm, and the regular files in them.
#pragma once

#include <map>
#include <vector>

#include "records.h"

namespace shmscope {

// `foreign`: whose /dev/shm is listed too where it is another one.
std::vector<ShmMount> listShm(const MountRoots& foreign);

}  // namespace shmscope
