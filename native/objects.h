#pragma once

#include <napi.h>

namespace shmscope {

// Addon.statPath, createPath, resizePath, unlinkPath, isUnused, unlinkUnused, setPathPermissions, syncPath and
// accessPath of src/native/addon.ts.
Napi::Value statPath(const Napi::CallbackInfo& info);
Napi::Value createPath(const Napi::CallbackInfo& info);
Napi::Value resizePath(const Napi::CallbackInfo& info);
Napi::Value unlinkPath(const Napi::CallbackInfo& info);
Napi::Value isUnused(const Napi::CallbackInfo& info);
Napi::Value unlinkUnused(const Napi::CallbackInfo& info);
Napi::Value setPathPermissions(const Napi::CallbackInfo& info);
Napi::Value syncPath(const Napi::CallbackInfo& info);
Napi::Value accessPath(const Napi::CallbackInfo& info);

}  // namespace shmscope
