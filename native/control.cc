#include "control.h"

#include "errors.h"

namespace shmscope {

Control toControl(const Napi::Value& value) {
  if (value.IsUndefined()) return Control();
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  bool plain = true;
  const bool array = value.IsTypedArray() &&
                     napi_get_typedarray_info(value.Env(), value, &type, &length, &data, &buffer, nullptr) == napi_ok &&
                     napi_is_arraybuffer(value.Env(), buffer, &plain) == napi_ok;
  if (!array || plain || type != napi_int32_array || length < 3) {
    fail(EINVAL, "", "", "control must be an Int32Array of 3 on a SharedArrayBuffer");
  }
  return Control(static_cast<int32_t*>(data));
}

}  // namespace shmscope
