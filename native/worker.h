// Work off the JavaScript thread: what it throws in C++ rejects the promise. The one place where that is done.
#pragma once

#include <napi.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "errors.h"

namespace shmscope {

template <class Result>
class Worker : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result()>;
  using Done = std::function<Napi::Value(Napi::Env, Result&)>;

  // `work` runs on a thread of libuv's pool and must not touch JavaScript; `done` then runs on the JavaScript thread.
  // `keep` lives until then.
  static Napi::Promise run(Napi::Env env, Work work, Done done, Napi::Object keep = {}) {
    auto* worker = new Worker(env, std::move(work), std::move(done));
    if (!keep.IsEmpty()) worker->keep_ = Napi::Persistent(keep);
    worker->Queue();
    return worker->deferred_.Promise();
  }

 protected:
  void Execute() override {
    try {
      result_ = work_();
    } catch (const SysError& error) {
      error_ = error;
    } catch (const std::bad_alloc&) {
      error_ = SysError{ENOMEM, "malloc", {}, {}};
    } catch (const std::length_error&) {
      error_ = SysError{ENOMEM, "malloc", {}, {}};
    } catch (const std::system_error& error) {
      error_ = SysError{error.code().value(), "clone", {}, {}};
    } catch (const std::exception& error) {
      error_ = SysError{EIO, "", {}, error.what()};
    }
  }

  void OnOK() override {
    const Napi::Env env = Env();
    try {
      if (error_) throw toJs(env, *error_);
      deferred_.Resolve(guarded(env, [&] { return done_(env, *result_); }));
    } catch (const Napi::Error& error) {
      try {
        deferred_.Reject(error.Value());
      } catch (const Napi::Error&) {
        // The thread of this environment is being ended: nobody waits for the promise any more.
      }
    }
  }

 private:
  Worker(Napi::Env env, Work work, Done done)
      : Napi::AsyncWorker(env, "shmscope"), work_(std::move(work)), done_(std::move(done)), deferred_(env) {}

  Work work_;
  Done done_;
  std::optional<Result> result_;
  std::optional<SysError> error_;
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
};

}  // namespace shmscope
