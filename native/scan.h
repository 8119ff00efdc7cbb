#pragma once

#include <napi.h>

namespace shmscope {

// Addon.scan of src/native/addon.ts.
Napi::Value scan(const Napi::CallbackInfo& info);

}  // namespace shmscope
