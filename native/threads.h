// Threads as the numbers in lock words mean them.
#pragma once

#include <napi.h>

namespace shmscope {

// `threads` and `threadsById` of src/native/threads.ts.
Napi::Value threads(const Napi::CallbackInfo& info);
Napi::Value threadsById(const Napi::CallbackInfo& info);

}  // namespace shmscope
