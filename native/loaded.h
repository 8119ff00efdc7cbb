// The ELF files whose code a process runs, and how far from their own addresses they are loaded.
#pragma once

#include <napi.h>

namespace shmscope {

// `loadedFiles` of src/native/addon.ts.
Napi::Value loadedFiles(const Napi::CallbackInfo& info);

}  // namespace shmscope
