// Hardware breakpoints on all threads of given processes: who stores to a field, from where, and what.
#pragma once

#include <napi.h>

namespace shmscope {

// `openWatchpoints` of src/native/watchpoints.ts.
Napi::Value openWatchpoints(const Napi::CallbackInfo& info);

}  // namespace shmscope
