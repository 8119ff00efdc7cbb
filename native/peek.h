// Words of another process's memory, many at once.
#pragma once

#include <napi.h>

namespace shmscope {

// `peek` of src/native/addon.ts.
Napi::Value peek(const Napi::CallbackInfo& info);

}  // namespace shmscope
