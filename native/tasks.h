// Processes and their threads in /proc, for those that ask about all of them.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fd.h"

namespace shmscope {

// An Int32Array of pids or tids, each 1 or more, at most 2^22 (the kernel's own limit, PID_MAX_LIMIT).
std::vector<int32_t> toPids(const Napi::Value& value, const char* what);

// The numbers that name entries of an open directory, ascending as /proc has them. Takes it; nothing where it cannot be
// read.
std::vector<int32_t> numbersIn(Fd directory);

Fd openProc();

// All that one read gives of a small file of /proc, ended by NUL; false with errno set. Throws as openAt does.
bool readOnce(int directory, const char* name, char* text, size_t size);

// What /proc/PID/task/TID/stat tells beside the thread's name.
struct ThreadStat {
  char state = '?';
  // On which it last ran.
  int processor = -1;
};
bool readThreadStat(int directory, const char* name, ThreadStat& stat);

// The number behind `label` in a text of lines; `otherwise` where there is none.
double numberAfter(const char* text, const char* label, double otherwise);

}  // namespace shmscope
