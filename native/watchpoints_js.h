// What crosses between a watch and JavaScript.
#pragma once

#include <napi.h>

#include <utility>
#include <vector>

#include "watchpoints_session.h"

namespace shmscope {

Napi::Value toJs(Napi::Env env, const Added& added);
Napi::Value toJs(Napi::Env env, const Session::Report& report);
// RawRules; EINVAL where its columns are none, or differ in length.
std::vector<std::pair<CodePlace, Rule>> toRules(const Napi::Value& value);

}  // namespace shmscope
