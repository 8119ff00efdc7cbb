// The tmpfs mounts on /dev/shm, and the regular files in them.
#pragma once

#include <map>
#include <vector>

#include "records.h"

namespace shmscope {

// `foreign`: whose /dev/shm is listed too where it is another one. `before`: from the last time, where the rights to
// what has not changed need not be asked for again; a mount that became read-only changes none of its objects.
std::vector<ShmMount> listShm(const MountRoots& foreign, const std::vector<ShmMount>& before);

}  // namespace shmscope
