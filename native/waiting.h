// Waits on a thread of its own until ranges of an object hold something else than was told of them: sixty looks a
// second take a fraction of what they take in JavaScript. libuv's pool is not for that, since a few that wait would
// fill it.
#pragma once

#include <napi.h>

#include <memory>
#include <stop_token>

#include "source.h"

namespace shmscope {

// `wait` of ByteSource in src/native/addon.ts; `closed` is told when the source is closed, which ends it at once.
Napi::Value waitForChange(const Napi::CallbackInfo& info, std::shared_ptr<const Source> source, std::stop_token closed);

}  // namespace shmscope
