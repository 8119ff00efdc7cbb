// System V semaphores, as the kernel lists them. Nothing that is asked here leaves a trace in a set.
#pragma once

#include <napi.h>

namespace shmscope {

// `semaphoreSets` of src/native/threads.ts.
Napi::Value semaphoreSets(const Napi::CallbackInfo& info);

}  // namespace shmscope
