// Which threads sleep in a call that another thread must end.
#pragma once

#include <napi.h>

namespace shmscope {

// `waitingThreads` of src/native/threads.ts.
Napi::Value waitingThreads(const Napi::CallbackInfo& info);

}  // namespace shmscope
