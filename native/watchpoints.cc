// RawWatchpoints of src/native/watchpoints.ts.
#include "watchpoints.h"

#include <atomic>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "args.h"
#include "columns.h"
#include "errors.h"
#include "watchpoints_js.h"
#include "watchpoints_session.h"
#include "worker.h"

namespace shmscope {

namespace {

// DR0 to DR3 of x86; aarch64 has at least as many (ID_AA64DFR0_EL1 tells, commonly 4).
constexpr uint32_t kMostFields = 4;

class Running;

struct Handle {
  explicit Handle(std::shared_ptr<Session> own) : session(std::move(own)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  // Also where nobody has closed it, and all of its functions are gone.
  ~Handle() { session->end(); }

  const std::shared_ptr<Session> session;
  // Until its thread was joined.
  Running* running = nullptr;
  std::vector<Napi::Promise::Deferred> closing;
};
using Shared = std::shared_ptr<Handle>;

// The thread of a session. Lives until that was joined, which the finalizer of its thread-safe function does: that runs
// when the thread has let go of the function, or when the environment ends.
class Running {
 public:
  static void start(Napi::Env env, const Shared& handle) {
    auto* running = new Running(handle);
    running->ended_ =
        Ended::New(env, "shmscope", 0, 1, running, [](Napi::Env own, void*, Running* over) { finish(own, over); });
    // From here on the finalizer has it.
    running->ended_.Unref(env);
    try {
      running->thread_ = std::thread([running] { running->run(); });
    } catch (const std::system_error& error) {
      running->ended_.Release();
      fail(error.code().value(), "clone");
    }
    handle->running = running;
  }
  // The program waits for its end from now on.
  void await(Napi::Env env) { ended_.Ref(env); }

 private:
  static void ignore(Napi::Env, Napi::Function, Running*, void*) {}
  // Nothing is called through it: that it ends is what the thread tells.
  using Ended = Napi::TypedThreadSafeFunction<Running, void, ignore>;

  explicit Running(const Shared& handle) : session_(handle->session), handle_(handle) {}

  void run() {
    session_->run();
    done_ = true;
    ended_.Release();
  }

  // On the JavaScript thread.
  static void finish(Napi::Env env, Running* over) {
    const std::unique_ptr<Running> running(over);
    const bool alive = running->done_;
    running->session_->end();
    if (running->thread_.joinable()) running->thread_.join();
    const Shared handle = running->handle_.lock();
    if (!handle) return;
    handle->running = nullptr;
    auto closing = std::exchange(handle->closing, {});
    // The environment ends: nobody waits for the promises any more.
    if (!alive) return;
    try {
      for (auto& deferred : closing) deferred.Resolve(env.Undefined());
    } catch (const Napi::Error&) {
      // It ends just now.
    }
  }

  const std::shared_ptr<Session> session_;
  const std::weak_ptr<Handle> handle_;
  Ended ended_;
  std::thread thread_;
  std::atomic<bool> done_ = false;
};

std::vector<WatchedField> toFields(const Napi::Value& value) {
  if (!value.IsArray()) fail(EINVAL, "", "", "fields must be an array");
  const auto array = value.As<Napi::Array>();
  if (array.Length() == 0 || array.Length() > kMostFields) fail(ERANGE, "", "", "fields must be 1 to 4");
  std::vector<WatchedField> fields;
  for (uint32_t i = 0; i < array.Length(); i++) {
    const Napi::Value item = array.Get(i);
    if (!item.IsObject()) fail(EINVAL, "", "", "a field must be an object");
    const auto object = item.As<Napi::Object>();
    const int64_t length = toInteger(object.Get("length"), "length", 1, 8);
    if ((length & (length - 1)) != 0) fail(EINVAL, "", "", "length must be 1, 2, 4 or 8");
    fields.push_back({static_cast<uint8_t>(length), toFlag(object.Get("reads"), "reads")});
  }
  return fields;
}

Napi::Value add(const Napi::CallbackInfo& info, const Shared& handle) {
  const int pid = toPid(info[0]);
  const auto last = static_cast<int64_t>(handle->session->fields().size()) - 1;
  const Watched watched{static_cast<uint8_t>(toInteger(info[1], "field", 0, last)), toAddress(info[2], "address")};
  return Worker<Added>::run(
      info.Env(), [session = handle->session, pid, watched] { return session->add(pid, watched); },
      [](Napi::Env env, Added& added) { return toJs(env, added); });
}

Napi::Value take(const Napi::CallbackInfo& info, const Shared& handle) {
  return handle->session->report([&](const Session::Report& report) { return toJs(info.Env(), report); });
}

Napi::Value answer(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto image = static_cast<uint32_t>(toInteger(info[0], "image", 0, UINT32_MAX));
  handle->session->answer(image, toRules(info[1]));
  return info.Env().Undefined();
}

Napi::Value close(const Napi::CallbackInfo& info, const Shared& handle) {
  const Napi::Promise::Deferred deferred(info.Env());
  if (!handle->running) {
    deferred.Resolve(info.Env().Undefined());
    return deferred.Promise();
  }
  handle->closing.push_back(deferred);
  handle->running->await(info.Env());
  handle->session->end();
  return deferred.Promise();
}

Napi::Value wrap(Napi::Env env, std::shared_ptr<Session> session) {
  const auto handle = std::make_shared<Handle>(std::move(session));
  Running::start(env, handle);
  Napi::Object object = Napi::Object::New(env);
  const auto define = [&](const char* name, auto method) {
    object.Set(name, Napi::Function::New(
                         env,
                         [method, handle](const Napi::CallbackInfo& call) {
                           return guarded(call.Env(), [&]() -> Napi::Value { return method(call, handle); });
                         },
                         name));
  };
  define("add", add);
  define("take", take);
  define("answer", answer);
  define("close", close);
  return object;
}

}  // namespace

Napi::Value openWatchpoints(const Napi::CallbackInfo& info) {
  return Worker<std::shared_ptr<Session>>::run(
      info.Env(), [fields = toFields(info[0])] { return std::make_shared<Session>(fields); },
      [](Napi::Env env, std::shared_ptr<Session>& session) { return wrap(env, std::move(session)); });
}

}  // namespace shmscope
