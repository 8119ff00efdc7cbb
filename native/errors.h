// What fails in a system call: thrown in C++, handed to JavaScript as an Error with code, errno, syscall and path.
#pragma once

#include <napi.h>

#include <cerrno>
#include <string>

namespace shmscope {

struct SysError {
  int number;
  std::string syscall;
  // Bytes as the kernel takes them; empty where no path was involved.
  std::string path;
  // What strerror(3) would not tell; empty for its words.
  std::string detail;
};

// The name of an errno, 'EACCES'; 'E<number>' for one that is not in the table.
std::string errnoName(int number);

// Throws a SysError of the current errno.
[[noreturn]] void fail(const char* syscall, const std::string& path = {});
[[noreturn]] void fail(int number, const char* syscall, const std::string& path = {}, const std::string& detail = {});

Napi::Error toJs(Napi::Env env, const SysError& error);

// Runs `body` and turns whatever C++ throws into a JavaScript exception.
template <class Body>
auto guarded(Napi::Env env, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const SysError& error) {
    throw toJs(env, error);
  } catch (const std::bad_alloc&) {
    throw toJs(env, SysError{ENOMEM, "malloc", {}, {}});
  } catch (const std::length_error&) {
    throw toJs(env, SysError{ENOMEM, "malloc", {}, {}});
  }
}

}  // namespace shmscope
