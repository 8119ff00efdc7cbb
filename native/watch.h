#pragma once

#include <napi.h>

namespace shmscope {

// Addon.openWatch of src/native/addon.ts.
Napi::Value openWatch(const Napi::CallbackInfo& info);

}  // namespace shmscope
