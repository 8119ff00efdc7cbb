#pragma once

#include <napi.h>

namespace shmscope {

// Addon.openScanner of src/native/addon.ts.
Napi::Value openScanner(const Napi::CallbackInfo& info);

}  // namespace shmscope
