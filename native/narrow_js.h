#pragma once

#include "find_js.h"

namespace shmscope {

// ByteSource.narrow, and Addon.openPlaces, firstPlaces and closePlaces of src/native/addon.ts.
Napi::Value narrow(const Napi::CallbackInfo& info, const SharedSource& source);
Napi::Value openPlaces(const Napi::CallbackInfo& info);
Napi::Value firstPlaces(const Napi::CallbackInfo& info);
Napi::Value closePlaces(const Napi::CallbackInfo& info);

}  // namespace shmscope
