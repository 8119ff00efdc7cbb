// RawScanner of src/native/addon.ts: looks on a worker thread, and hands over what differs from the look before.
#include "scan.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>

#include "args.h"
#include "columns.h"
#include "errors.h"
#include "shm.h"
#include "sysv.h"
#include "walker.h"
#include "worker.h"

namespace shmscope {

namespace {

struct Look {
  std::optional<Maps> maps;
  std::optional<std::vector<ShmMount>> shm;
  std::optional<std::vector<SysvEntry>> sysv;
};

bool sameMounts(const std::vector<ShmMount>& a, const std::vector<ShmMount>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ShmMount& x, const ShmMount& y) {
    const bool sameError =
        x.error.has_value() == y.error.has_value() && (!x.error || x.error->number == y.error->number);
    return x.path == y.path && x.device == y.device && x.total == y.total && x.free == y.free && sameError &&
           x.entries == y.entries && x.directories == y.directories;
  });
}

bool sameSysv(const std::vector<SysvEntry>& a, const std::vector<SysvEntry>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SysvEntry& x, const SysvEntry& y) {
    return x.shmid == y.shmid && x.space == y.space && memcmp(&x.status, &y.status, sizeof x.status) == 0 &&
           x.memory.resident == y.memory.resident && x.memory.swapped == y.memory.swapped &&
           x.creatorAlive == y.creatorAlive;
  });
}

class Scanner {
 public:
  explicit Scanner(bool text) : text_(text) {}

  // False while a scan is under way, which sees it.
  bool moved() {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    return lock && walker_ && walker_->moved();
  }

  Look scan(bool deep, bool list, bool thorough) {
    const std::lock_guard lock(mutex_);
    try {
      return tryScan(deep, list, thorough);
    } catch (...) {
      // What was seen and not handed on is seen and handed on the next time.
      walker_.reset();
      listed_ = false;
      shm_.clear();
      sysvLook_.reset();
      throw;
    }
  }

 private:
  Look tryScan(bool deep, bool list, bool thorough) {
    if (!walker_) walker_.emplace(text_);
    Look look;
    // First the names, then the processes: what is mapped while the list is read must not look like a leak.
    if (list || !listed_) readShm(look, deep);
    look.maps = walker_->scan({deep, list, thorough, shm_});
    readSysv(list, look);
    // A namespace can end with a process that shows nothing.
    if (foreign_ != walker_->foreignMounts()) readShm(look, deep);
    // Another namespace's /dev/shm came to light: who has its objects open was not asked.
    if (look.shm && look.maps && shm_.size() > walked_) {
      if (auto again = walker_->scan({true, list, thorough, shm_})) look.maps = std::move(again);
    }
    walked_ = shm_.size();
    return look;
  }

  void readShm(Look& look, bool deep) {
    if (listed_) foreign_ = walker_->foreignMounts();
    static const std::vector<ShmMount> kNothing;
    auto now = listShm(foreign_, deep ? kNothing : shm_);
    if (listed_ && sameMounts(now, shm_)) return;
    listed_ = true;
    shm_ = std::move(now);
    look.shm = shm_;
  }

  void readSysv(bool list, Look& look) {
    std::string now = sysvLook();
    const bool first = !sysvLook_;
    auto foreign = walker_->foreignIpc();
    // Other namespaces are entered only when something shows that they may have changed.
    const bool others = foreign != foreignIpc_ || (look.maps && !foreign.empty());
    if (!first && !list && !others && now == *sysvLook_) return;
    foreignIpc_ = std::move(foreign);
    auto entries = listSysv();
    for (const auto& [space, pid] : foreignIpc_) {
      for (SysvEntry& entry : listSysvOf(space, pid)) entries.push_back(entry);
    }
    sysvLook_ = std::move(now);
    if (!first && sameSysv(entries, sysv_)) return;
    sysv_ = std::move(entries);
    look.sysv = sysv_;
  }

  const bool text_;
  std::mutex mutex_;
  std::optional<Walker> walker_;
  bool listed_ = false;
  // How many mounts were known at the last walk.
  size_t walked_ = 1;
  MountRoots foreign_;
  std::map<uint64_t, int> foreignIpc_;
  std::vector<ShmMount> shm_;
  std::optional<std::string> sysvLook_;
  std::vector<SysvEntry> sysv_;
};

Napi::Object toColumns(Napi::Env env, const std::vector<Stat>& stats) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("size", column<Napi::Float64Array>(env, stats, [](const Stat& stat) { return stat.size; }));
  object.Set("residentBytes", column<Napi::Float64Array>(env, stats, [](const Stat& stat) { return stat.resident; }));
  object.Set("mode", column<Napi::Uint32Array>(env, stats, [](const Stat& stat) { return stat.mode; }));
  object.Set("uid", column<Napi::Uint32Array>(env, stats, [](const Stat& stat) { return stat.uid; }));
  object.Set("gid", column<Napi::Uint32Array>(env, stats, [](const Stat& stat) { return stat.gid; }));
  object.Set("links", column<Napi::Uint32Array>(env, stats, [](const Stat& stat) { return stat.links; }));
  // NaN where the file system does not tell.
  object.Set("createdAt",
             column<Napi::Float64Array>(env, stats, [](const Stat& stat) { return stat.born ? stat.createdAt : NAN; }));
  object.Set("modifiedAt", column<Napi::Float64Array>(env, stats, [](const Stat& stat) { return stat.modifiedAt; }));
  return object;
}

template <class Records>
Napi::Object statColumns(Napi::Env env, const Records& records) {
  std::vector<Stat> stats;
  for (const auto& record : records) stats.push_back(record.stat);
  return toColumns(env, stats);
}

Napi::Object toJs(Napi::Env env, const ShmMount& mount) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", toString(env, mount.path));
  object.Set("device", deviceText(mount.device));
  object.Set("tmpfs", mount.tmpfs);
  object.Set("whole", mount.whole);
  object.Set("space", static_cast<double>(mount.space));
  object.Set("total", mount.total);
  object.Set("free", mount.free);
  const auto& entries = mount.entries;
  object.Set("names", texts(env, entries, [](const ShmEntry& entry) -> const std::string& { return entry.name; }));
  object.Set("directories",
             texts(env, mount.directories, [](const std::string& name) -> const std::string& { return name; }));
  object.Set("inode", column<Napi::Float64Array>(env, entries, [](const ShmEntry& entry) { return entry.stat.inode; }));
  object.Set("access", column<Napi::Uint8Array>(env, entries, [](const ShmEntry& entry) { return entry.access; }));
  object.Set("stat", statColumns(env, entries));
  if (mount.error) object.Set("error", toJs(env, *mount.error).Value());
  return object;
}

Napi::Array toJs(Napi::Env env, const std::vector<ShmMount>& mounts) {
  Napi::Array array = Napi::Array::New(env, mounts.size());
  for (uint32_t i = 0; i < mounts.size(); i++) array.Set(i, toJs(env, mounts[i]));
  return array;
}

// shmid_ds keeps times in seconds.
constexpr double kMilliseconds = 1000;

Napi::Object toJs(Napi::Env env, const std::vector<SysvEntry>& entries) {
  Napi::Object object = Napi::Object::New(env);
  const auto number = [&](const char* name, auto&& value) {
    object.Set(name, column<Napi::Float64Array>(env, entries, value));
  };
  number("key", [](const SysvEntry& entry) { return static_cast<uint32_t>(entry.status.shm_perm.__key); });
  number("shmid", [](const SysvEntry& entry) { return entry.shmid; });
  number("space", [](const SysvEntry& entry) { return entry.space; });
  number("pid", [](const SysvEntry& entry) { return entry.pid; });
  number("size", [](const SysvEntry& entry) { return entry.status.shm_segsz; });
  number("residentBytes", [](const SysvEntry& entry) { return entry.memory.resident + entry.memory.swapped; });
  // With SHM_DEST (01000) and SHM_LOCKED (02000), bits/shm.h.
  number("mode", [](const SysvEntry& entry) { return entry.status.shm_perm.mode; });
  number("uid", [](const SysvEntry& entry) { return entry.status.shm_perm.uid; });
  number("gid", [](const SysvEntry& entry) { return entry.status.shm_perm.gid; });
  number("creatorUid", [](const SysvEntry& entry) { return entry.status.shm_perm.cuid; });
  number("creatorGid", [](const SysvEntry& entry) { return entry.status.shm_perm.cgid; });
  number("creatorPid", [](const SysvEntry& entry) { return entry.status.shm_cpid; });
  number("creatorAlive", [](const SysvEntry& entry) { return entry.creatorAlive; });
  number("lastPid", [](const SysvEntry& entry) { return entry.status.shm_lpid; });
  number("attachCount", [](const SysvEntry& entry) { return entry.status.shm_nattch; });
  number("attachedAt",
         [](const SysvEntry& entry) { return kMilliseconds * static_cast<double>(entry.status.shm_atime); });
  number("detachedAt",
         [](const SysvEntry& entry) { return kMilliseconds * static_cast<double>(entry.status.shm_dtime); });
  number("changedAt",
         [](const SysvEntry& entry) { return kMilliseconds * static_cast<double>(entry.status.shm_ctime); });
  return object;
}

Napi::Object processColumns(Napi::Env env, const std::vector<Maps::ProcessRecord>& records) {
  using Record = Maps::ProcessRecord;
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", column<Napi::Int32Array>(env, records, [](const Record& each) { return each.pid; }));
  object.Set("uid", column<Napi::Uint32Array>(env, records, [](const Record& each) { return each.uid; }));
  object.Set("startedAt", column<Napi::Float64Array>(env, records, [](const Record& each) { return each.startedAt; }));
  object.Set("names", texts(env, records, [](const Record& each) -> const std::string& { return each.comm; }));
  object.Set("ipc", column<Napi::Float64Array>(env, records, [](const Record& each) { return each.ipc; }));
  object.Set("mount", column<Napi::Float64Array>(env, records, [](const Record& each) { return each.mount; }));
  object.Set("readable", column<Napi::Uint8Array>(env, records, [](const Record& each) { return each.readable; }));
  return object;
}

Napi::Object objectColumns(Napi::Env env, const Maps& maps) {
  using Shown = Maps::ObjectRecord;
  const auto& objects = maps.objects;
  Napi::Object object = Napi::Object::New(env);
  object.Set("kind", column<Napi::Uint8Array>(env, objects, [](const Object& each) { return each.kind; }));
  object.Set("huge", column<Napi::Uint8Array>(env, objects, [](const Object& each) { return each.huge; }));
  object.Set("devices", texts(env, objects, [](const Object& each) { return deviceText(each.key.device); }));
  object.Set("inode", column<Napi::Float64Array>(env, objects, [](const Object& each) { return each.key.inode; }));
  object.Set("sealed", column<Napi::Uint8Array>(env, objects, [](const Object& each) { return each.sealed; }));
  object.Set("ipc", column<Napi::Float64Array>(
                        env, objects, [](const Object& each) { return each.key.space == 0 ? 0 : each.key.space - 1; }));
  object.Set("names", texts(env, objects, [](const Object& each) -> const std::string& { return each.name; }));
  object.Set("paths", texts(env, objects, [](const Object& each) -> const std::string& { return each.path; }));
  object.Set("seen", column<Napi::Uint8Array>(env, objects, [](const Object& each) { return each.seen; }));
  object.Set("stat", statColumns(env, objects));
  object.Set("filesystem",
             column<Napi::Float64Array>(env, objects, [](const Object& each) { return each.filesystem; }));
  object.Set("access", column<Napi::Uint8Array>(env, objects, [](const Object& each) { return each.access; }));
  const auto& shown = maps.shown;
  object.Set("hash", column<Napi::BigUint64Array>(env, shown, [](const Shown& each) { return each.hash; }));
  object.Set("mappings", column<Napi::Uint32Array>(env, shown, [](const Shown& each) { return each.firstMapping; }));
  object.Set("holders", column<Napi::Uint32Array>(env, shown, [](const Shown& each) { return each.firstHolder; }));
  object.Set("mappers", column<Napi::Uint32Array>(env, shown, [](const Shown& each) { return each.mappers; }));
  object.Set("writable", column<Napi::Uint8Array>(env, shown, [](const Shown& each) { return each.writable; }));
  return object;
}

Napi::Object mappingColumns(Napi::Env env, const Maps& maps) {
  using Record = MappingRecord;
  const auto& records = maps.mappings;
  Napi::Object object = Napi::Object::New(env);
  object.Set("process", column<Napi::Uint32Array>(env, maps.mappingProcess, [](uint32_t each) { return each; }));
  object.Set("address", column<Napi::BigUint64Array>(env, records, [](const Record& each) { return each.address; }));
  object.Set("length", column<Napi::Float64Array>(env, records, [](const Record& each) { return each.length; }));
  object.Set("offset", column<Napi::Float64Array>(env, records, [](const Record& each) { return each.offset; }));
  object.Set("flags", column<Napi::Uint8Array>(env, records, [](const Record& each) { return each.flags; }));
  return object;
}

Napi::Object holderColumns(Napi::Env env, const Maps& maps) {
  const auto& records = maps.holders;
  Napi::Object object = Napi::Object::New(env);
  object.Set("process", column<Napi::Uint32Array>(env, maps.holderProcess, [](uint32_t each) { return each; }));
  object.Set("fd", column<Napi::Int32Array>(env, records, [](const HolderRecord& each) { return each.fd; }));
  object.Set("access", column<Napi::Uint8Array>(env, records, [](const HolderRecord& each) { return each.access; }));
  return object;
}

Napi::Array toJs(Napi::Env env, const std::vector<HiddenProcess>& records) {
  Napi::Array array = Napi::Array::New(env, records.size());
  for (uint32_t i = 0; i < records.size(); i++) {
    const Napi::HandleScope scope(env);
    Napi::Object object = Napi::Object::New(env);
    object.Set("pid", records[i].pid);
    object.Set("uid", records[i].uid);
    object.Set("code", errnoName(records[i].error));
    array.Set(i, object);
  }
  return array;
}

Napi::Object toJs(Napi::Env env, const Maps& maps) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("processes", processColumns(env, maps.processes));
  object.Set("objects", objectColumns(env, maps));
  object.Set("mappings", mappingColumns(env, maps));
  object.Set("holders", holderColumns(env, maps));
  object.Set("hidden", toJs(env, maps.hidden));
  object.Set("how", maps.query ? "query" : "text");
  return object;
}

Napi::Value toJs(Napi::Env env, const Look& look) {
  Napi::Object object = Napi::Object::New(env);
  if (look.maps) object.Set("maps", toJs(env, *look.maps));
  if (look.shm) object.Set("shm", toJs(env, *look.shm));
  if (look.sysv) object.Set("sysv", toJs(env, *look.sysv));
  return object;
}

}  // namespace

Napi::Value openScanner(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  // What is under way keeps the scanner until it is done.
  const auto handle = std::make_shared<std::shared_ptr<Scanner>>(std::make_shared<Scanner>(toFlag(info[0], "text")));
  const auto scan = [handle](const Napi::CallbackInfo& call) {
    return guarded(call.Env(), [&]() -> Napi::Value {
      if (!*handle) fail(EBADF, "", {}, "the scanner is closed");
      const bool deep = toFlag(call[0], "deep");
      const bool list = toFlag(call[1], "list");
      const bool thorough = toFlag(call[2], "thorough");
      return Worker<Look>::run(
          call.Env(), [scanner = *handle, deep, list, thorough] { return scanner->scan(deep, list, thorough); },
          [](Napi::Env at, Look& look) { return toJs(at, look); });
    });
  };
  Napi::Object object = Napi::Object::New(env);
  const auto moved = [handle](const Napi::CallbackInfo& call) {
    return guarded(call.Env(), [&] { return Napi::Boolean::New(call.Env(), *handle && (*handle)->moved()); });
  };
  object.Set("scan", Napi::Function::New(env, scan, "scan"));
  object.Set("moved", Napi::Function::New(env, moved, "moved"));
  object.Set("close", Napi::Function::New(
                          env, [handle](const Napi::CallbackInfo&) { handle->reset(); }, "close"));
  return object;
}

}  // namespace shmscope
