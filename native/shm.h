#pragma once

#include <napi.h>

namespace shmscope {

// Addon.listShm and Addon.statPath of src/native/addon.ts.
Napi::Value listShm(const Napi::CallbackInfo& info);
Napi::Value statPath(const Napi::CallbackInfo& info);

}  // namespace shmscope
