// The face of src/native/addon.ts. Nothing here is kept between calls, so that any number of threads and contexts may
// load it.
#include <napi.h>

#include "errors.h"
#include "heat.h"
#include "loaded.h"
#include "narrow_js.h"
#include "objects.h"
#include "peek.h"
#include "scan.h"
#include "semaphores.h"
#include "source.h"
#include "sysv.h"
#include "threads.h"
#include "waiters.h"
#include "watch.h"
#include "watchpoints.h"

namespace shmscope {

namespace {

using Entry = Napi::Value (*)(const Napi::CallbackInfo&);

template <Entry entry>
Napi::Value call(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return entry(info); });
}

template <Entry entry>
void define(Napi::Object& exports, const char* name) {
  exports.Set(name, Napi::Function::New<call<entry>>(exports.Env(), name));
}

}  // namespace

static Napi::Object load(Napi::Env, Napi::Object exports) {
  define<sysvLimits>(exports, "sysvLimits");
  define<openScanner>(exports, "openScanner");
  define<openWatch>(exports, "openWatch");
  define<openHeat>(exports, "openHeat");
  define<statPath>(exports, "statPath");
  define<openPath>(exports, "openPath");
  define<findDescriptors>(exports, "findDescriptors");
  define<openDescriptor>(exports, "openDescriptor");
  define<openMapFiles>(exports, "openMapFiles");
  define<openProcess>(exports, "openProcess");
  define<openProcesses>(exports, "openProcesses");
  define<openSysv>(exports, "openSysv");
  define<createPath>(exports, "createPath");
  define<createSysv>(exports, "createSysv");
  define<fileToKey>(exports, "ftok");
  define<resizePath>(exports, "resizePath");
  define<unlinkPath>(exports, "unlinkPath");
  define<isUnused>(exports, "isUnused");
  define<unlinkUnused>(exports, "unlinkUnused");
  define<removeSysv>(exports, "removeSysv");
  define<removeSysvUnused>(exports, "removeSysvUnused");
  define<setPathPermissions>(exports, "setPathPermissions");
  define<setSysvPermissions>(exports, "setSysvPermissions");
  define<syncPath>(exports, "syncPath");
  define<accessPath>(exports, "accessPath");
  define<loadedFiles>(exports, "loadedFiles");
  define<peek>(exports, "peek");
  define<waitingThreads>(exports, "waitingThreads");
  define<threads>(exports, "threads");
  define<threadsById>(exports, "threadsById");
  define<semaphoreSets>(exports, "semaphoreSets");
  define<openPlaces>(exports, "openPlaces");
  define<firstPlaces>(exports, "firstPlaces");
  define<closePlaces>(exports, "closePlaces");
  define<openWatchpoints>(exports, "openWatchpoints");
  return exports;
}

}  // namespace shmscope

// The macro pastes the name of the function: it takes no qualified one.
using shmscope::load;
NODE_API_MODULE(shmscope, load)
