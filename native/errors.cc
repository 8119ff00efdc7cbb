#include "errors.h"

#include <cstring>
#include <new>

#include "text.h"

namespace shmscope {

namespace {

struct Name {
  int number;
  const char* name;
};

// strerrorname_np(3) would do, but came with glibc 2.32, and VS Code's server runs on 2.28.
#define ERRNO_NAME(e) \
  { e, #e }
constexpr Name kNames[] = {
    ERRNO_NAME(EPERM),        ERRNO_NAME(ENOENT),    ERRNO_NAME(ESRCH),     ERRNO_NAME(EINTR),
    ERRNO_NAME(EIO),          ERRNO_NAME(ENXIO),     ERRNO_NAME(E2BIG),     ERRNO_NAME(EBADF),
    ERRNO_NAME(EAGAIN),       ERRNO_NAME(ENOMEM),    ERRNO_NAME(EACCES),    ERRNO_NAME(EFAULT),
    ERRNO_NAME(EBUSY),        ERRNO_NAME(EEXIST),    ERRNO_NAME(EXDEV),     ERRNO_NAME(ENODEV),
    ERRNO_NAME(ENOTDIR),      ERRNO_NAME(EISDIR),    ERRNO_NAME(EINVAL),    ERRNO_NAME(ENFILE),
    ERRNO_NAME(EMFILE),       ERRNO_NAME(ENOTTY),    ERRNO_NAME(ETXTBSY),   ERRNO_NAME(EFBIG),
    ERRNO_NAME(ENOSPC),       ERRNO_NAME(ESPIPE),    ERRNO_NAME(EROFS),     ERRNO_NAME(EMLINK),
    ERRNO_NAME(EPIPE),        ERRNO_NAME(ERANGE),    ERRNO_NAME(ENOSYS),    ERRNO_NAME(ELOOP),
    ERRNO_NAME(ENAMETOOLONG), ERRNO_NAME(EIDRM),     ERRNO_NAME(EOVERFLOW), ERRNO_NAME(ENOTEMPTY),
    ERRNO_NAME(ESTALE),       ERRNO_NAME(EDQUOT),    ERRNO_NAME(ECANCELED), ERRNO_NAME(ENOTSUP),
    ERRNO_NAME(ENODATA),      ERRNO_NAME(EHWPOISON), ERRNO_NAME(ENOLCK),    ERRNO_NAME(ENOMEDIUM),
    ERRNO_NAME(ETIMEDOUT),
};
#undef ERRNO_NAME

}  // namespace

std::string errnoName(int number) {
  for (const Name& entry : kNames) {
    if (entry.number == number) return entry.name;
  }
  return "E" + std::to_string(number);
}

void fail(const char* syscall, const std::string& path) { throw SysError{errno, syscall, path, {}}; }

void fail(int number, const char* syscall, const std::string& path, const std::string& detail) {
  throw SysError{number, syscall, path, detail};
}

Napi::Error toJs(Napi::Env env, const SysError& error) {
  const std::string code = errnoName(error.number);
  // The GNU strerror_r: the text it returns need not be the buffer.
  char buffer[128];
  const std::string words = error.detail.empty() ? strerror_r(error.number, buffer, sizeof buffer) : error.detail;
  std::string message = code + ": " + words;
  if (!error.syscall.empty()) message += ", " + error.syscall;
  if (!error.path.empty()) message += " '" + error.path + "'";
  Napi::Error js = Napi::Error::New(env);
  Napi::Object object = js.Value();
  object.DefineProperty(Napi::PropertyDescriptor::Value(
      "message", toString(env, message), static_cast<napi_property_attributes>(napi_writable | napi_configurable)));
  object.Set("code", code);
  object.Set("errno", error.number);
  if (!error.syscall.empty()) object.Set("syscall", error.syscall);
  if (!error.path.empty()) object.Set("path", toString(env, error.path));
  return js;
}

}  // namespace shmscope
