#include "waiting.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

#include "args.h"
#include "errors.h"
#include "lookout.h"

namespace shmscope {

namespace {

// As that of the strip's looks (heat.cc).
constexpr int kNice = 5;
constexpr uint32_t kMostRanges = 4096;
// All bytes of one reading: they are copied on the JavaScript thread.
constexpr size_t kMostBytes = 4 << 20;
constexpr int64_t kMostExtents = 1 << 24;
constexpr int64_t kLongest = 3'600'000;

// Lives from the call until its thread was joined, which the finalizer of its thread-safe function does: that runs when
// the thread has let go of the function, or when the environment ends.
class Waiting {
 public:
  Waiting(Napi::Env env, std::shared_ptr<const Source> source, Told told, Pace pace, Control control,
          std::stop_token closed)
      : lookout_(std::move(source), std::move(told), pace, control),
        deferred_(env),
        onClosed_(std::move(closed), [this] { lookout_.end(); }) {}

  static Napi::Promise start(std::unique_ptr<Waiting> waiting, Napi::Env env, const Napi::Value& keep) {
    if (!keep.IsUndefined()) waiting->keep_ = Napi::Persistent(keep.As<Napi::Object>());
    const Napi::Promise promise = waiting->deferred_.Promise();
    waiting->settled_ = Settled::New(env, "shmscope", 0, 1, waiting.get(),
                                     [](Napi::Env own, void*, Waiting* ended) { finish(own, ended); });
    // From here on the finalizer has it.
    Waiting& running = *waiting.release();
    running.settled_.Unref(env);
    try {
      running.thread_ = std::thread([&running] { running.run(); });
    } catch (const std::system_error& error) {
      running.failure_ = error.code().value();
      running.settled_.Release();
    }
    return promise;
  }

 private:
  static void ignore(Napi::Env, Napi::Function, Waiting*, void*) {}
  // Nothing is called through it: that it ends is what the thread tells.
  using Settled = Napi::TypedThreadSafeFunction<Waiting, void, ignore>;

  void run() {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
    try {
      changed_ = lookout_.look();
    } catch (...) {
      // Why it cannot be read any more, the next reading says.
      changed_ = true;
    }
    done_ = true;
    settled_.Release();
  }

  // On the JavaScript thread.
  static void finish(Napi::Env env, Waiting* ended) {
    const std::unique_ptr<Waiting> waiting(ended);
    const bool alive = waiting->done_ || waiting->failure_ != 0;
    waiting->lookout_.end();
    if (waiting->thread_.joinable()) waiting->thread_.join();
    // The environment ends: nobody waits for the promise any more.
    if (!alive) return;
    try {
      if (waiting->failure_ != 0) {
        waiting->deferred_.Reject(toJs(env, SysError{waiting->failure_, "clone", {}, {}}).Value());
      } else {
        waiting->deferred_.Resolve(Napi::Boolean::New(env, waiting->changed_));
      }
    } catch (const Napi::Error&) {
      // It ends just now.
    }
  }

  Lookout lookout_;
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
  Settled settled_;
  std::thread thread_;
  std::atomic<bool> done_ = false;
  bool changed_ = false;
  int failure_ = 0;
  // Last: what it calls must be there.
  const std::stop_callback<std::function<void()>> onClosed_;
};

Napi::Object toObject(const Napi::Value& value, const char* what) {
  if (!value.IsObject()) fail(EINVAL, "", "", std::string(what) + " must be an object");
  return value.As<Napi::Object>();
}

Napi::Array toArray(const Napi::Value& value, const char* what) {
  if (!value.IsArray()) fail(EINVAL, "", "", std::string(what) + " must be an array");
  const auto array = value.As<Napi::Array>();
  if (array.Length() > kMostRanges * 32) fail(ERANGE, "", "", std::string(what) + " has too many items");
  return array;
}

Told toTold(const Napi::Value& value, uint64_t limit) {
  const Napi::Object object = toObject(value, "told");
  Told told;
  told.size = toCount(object.Get("size"), "size");
  told.unlinked = toFlag(object.Get("unlinked"), "unlinked");
  told.limit = limit;
  const Napi::Array ranges = toArray(object.Get("ranges"), "ranges");
  size_t all = 0;
  for (uint32_t i = 0; i < ranges.Length(); i++) {
    const Napi::Object range = toObject(ranges.Get(i), "a range");
    const uint64_t offset = toCount(range.Get("offset"), "offset");
    const Napi::Value held = range.Get("bytes");
    const Bytes bytes = toBuffer(held, "bytes");
    if ((all += bytes.length) > kMostBytes) fail(ERANGE, "", "", "all bytes together must be 4 MiB or less");
    told.pieces.push_back({offset, {bytes.data, bytes.data + bytes.length}});
  }
  const Napi::Array unheld = toArray(object.Get("unheld"), "unheld");
  for (uint32_t i = 0; i < unheld.Length(); i++) {
    const Napi::Array hole = toArray(unheld.Get(i), "a hole");
    told.unheld.push_back(toCount(hole.Get(0U), "start"));
    told.unheld.push_back(toCount(hole.Get(1U), "end"));
  }
  return told;
}

// Milliseconds, of which parts count.
std::chrono::nanoseconds toTime(const Napi::Value& value, const char* what) {
  const double ms = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0;
  if (!(ms >= 1 && ms <= kLongest)) fail(EINVAL, "", "", std::string(what) + " must be from 1 ms to an hour");
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double, std::milli>(ms));
}

}  // namespace

Napi::Value waitForChange(const Napi::CallbackInfo& info, std::shared_ptr<const Source> source,
                          std::stop_token closed) {
  const auto limit = static_cast<uint64_t>(toInteger(info[1], "limit", 1, kMostExtents));
  const Pace pace{toTime(info[2], "periodMs"), toTime(info[3], "mostMs")};
  const Control control = toControl(info[4]);
  Told told = toTold(info[0], limit);
  return Waiting::start(
      std::make_unique<Waiting>(info.Env(), std::move(source), std::move(told), pace, control, std::move(closed)),
      info.Env(), info[4]);
}

}  // namespace shmscope
