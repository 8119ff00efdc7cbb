// inotify(7) on directories, asked and not waited for: who opens an object is about to map it, which Node's own watcher
// does not tell.
#include "watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "args.h"
#include "errors.h"
#include "fd.h"
#include "text.h"

namespace shmscope {

namespace {

// IN_CLOSE comes when the last mapping of what was opened goes, too. Stores through a mapping tell nothing.
constexpr uint32_t kNames =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_ATTRIB | IN_OPEN | IN_CLOSE;

class Watch {
 public:
  explicit Watch(const std::vector<std::string>& paths) : inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    // Where the limits of inotify are reached, nothing is told.
    for (const std::string& path : paths) inotify_add_watch(inotify_.get(), path.c_str(), kNames | IN_ONLYDIR);
  }

  // Takes what has come so far, a part of it where that is much; the rest tells the next time.
  bool told() {
    alignas(inotify_event) char buffer[16384];
    const ssize_t had = inotify_ ? read(inotify_.get(), buffer, sizeof buffer) : -1;
    bool told = false;
    for (ssize_t at = 0; at < had;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      // Directories are opened by those who list them, as we do.
      const bool listing = (event->mask & IN_ISDIR) && (event->mask & (IN_OPEN | IN_CLOSE));
      // Of an unmounted directory the watch ends, which the next look learns by its device.
      told |= !listing;
      at += static_cast<ssize_t>(sizeof *event + event->len);
    }
    return told;
  }

 private:
  const Fd inotify_;
};

}  // namespace

Napi::Value openWatch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray()) fail(EINVAL, "", {}, "paths must be an array");
  const Napi::Array array = info[0].As<Napi::Array>();
  std::vector<std::string> paths;
  for (uint32_t i = 0; i < array.Length(); i++) paths.push_back(toBytes(array.Get(i), "path"));
  const auto watch = std::make_shared<std::unique_ptr<Watch>>(std::make_unique<Watch>(paths));
  Napi::Object object = Napi::Object::New(env);
  const auto told = [watch](const Napi::CallbackInfo& call) {
    return Napi::Boolean::New(call.Env(), *watch && (*watch)->told());
  };
  object.Set("told", Napi::Function::New(env, told, "told"));
  object.Set("close", Napi::Function::New(
                          env, [watch](const Napi::CallbackInfo&) { watch->reset(); }, "close"));
  return object;
}

}  // namespace shmscope
