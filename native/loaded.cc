#include "loaded.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "args.h"
#include "elf_segments.h"
#include "errors.h"
#include "fd.h"
#include "mapping.h"
#include "maps.h"
#include "proc.h"
#include "stat.h"
#include "text.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr std::string_view kDeleted = " (deleted)";
// f_type of statfs(2), include/uapi/linux/magic.h.
constexpr int64_t kBtrfs = 0x9123683e;
constexpr int64_t kOverlay = 0x794c7630;

// A mapping that may be executed.
struct Code {
  Area area;
  // As the maps have it.
  std::string name;
};

struct Loaded {
  std::string name;
  std::string path;
  Stat stat;
  uint64_t bias = 0;
  bool executable = false;
  // Where its code is mapped.
  std::vector<std::pair<uint64_t, uint64_t>> code;
  // errno, where it cannot be opened.
  int error = 0;
};

struct Program {
  std::string root;
  std::vector<Loaded> files;
};

// What a process maps of files.
struct Mapped {
  std::vector<Area> areas;
  std::vector<Code> code;
};

Mapped mappedBy(int process, const std::string& path) {
  const Fd maps = openAt(process, "maps", O_RDONLY);
  if (!maps) fail(errno == ENOENT ? ESRCH : errno, "open", path + "/maps");
  Mapped mapped;
  const Walk walked = textAreas(maps.get(), [&](const Area& area, std::string_view name) {
    mapped.areas.push_back(area);
    // Code that was compiled at run time is in memory of its own, which has a name too.
    if ((area.flags & kExec) && name.starts_with("/") && !name.starts_with("/memfd:") && !name.starts_with("/SYSV"))
      mapped.code.push_back({area, std::string(name)});
  });
  if (walked == Walk::kGone) fail(ESRCH, "read", path + "/maps");
  return mapped;
}

bool shows(const std::vector<Area>& areas, const Area& file, uint64_t address) {
  return std::any_of(areas.begin(), areas.end(), [&](const Area& each) {
    return each.inode == file.inode && each.device == file.device && each.start <= address && address < each.end;
  });
}

// btrfs and overlayfs show another device in the maps than stat(2) does.
bool isFile(int fd, const struct stat& status, const Area& area) {
  if (!S_ISREG(status.st_mode) || status.st_ino != area.inode) return false;
  if (status.st_dev == area.device) return true;
  struct statfs system;
  return fstatfs(fd, &system) == 0 && (system.f_type == kBtrfs || system.f_type == kOverlay);
}

// Opened for reading; nothing, and errno, where that is refused: ESTALE for another file. A link is followed: those of
// /proc lead to the very file.
Fd openFile(const std::string& path, const Area& area) {
  const Fd found(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status;
  if (!found || fstat(found.get(), &status) != 0) return Fd();
  if (isFile(found.get(), status, area)) return Fd(open(selfPath(found).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  errno = ESTALE;
  return Fd();
}

// What is added to an address of the file to give where it is loaded. Nothing where it is not loaded there: no code of
// it stands at that offset, or the other parts are missing, as where a program has mapped its own code once more (V8
// does).
std::optional<uint64_t> biasOf(const std::vector<ElfSegment>& segments, const Area& area,
                               const std::vector<Area>& areas) {
  for (const ElfSegment& each : segments) {
    const uint64_t start = each.offset - each.offset % kPage;
    if (!each.executable || area.offset < start || area.offset - start >= each.fileSize + each.offset % kPage) continue;
    const uint64_t bias = area.start - (each.address - each.offset % kPage + (area.offset - start));
    const bool whole = std::all_of(segments.begin(), segments.end(), [&](const ElfSegment& one) {
      return one.fileSize == 0 || shows(areas, area, one.address + bias);
    });
    return whole ? std::optional(bias) : std::nullopt;
  }
  return {};
}

class Look {
 public:
  explicit Look(int pid) : path_("/proc/" + std::to_string(pid)) {
    process_ = Fd(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!process_) fail(errno == ENOENT ? ESRCH : errno, "open", path_);
  }

  Program run() {
    const Mapped mapped = mappedBy(process_.get(), path_);
    // A kernel thread and a zombie run no file, and of those of others it is not told.
    if (!readLink(process_.get(), "exe", executable_))
      fail(errno == ENOENT ? ESRCH : errno, "readlink", path_ + "/exe");
    for (const Code& each : mapped.code) add(each, mapped.areas);
    std::stable_partition(program_.files.begin(), program_.files.end(),
                          [](const Loaded& each) { return each.executable; });
    program_.root = hasOwnRoot() ? path_ + "/root" : "/";
    return std::move(program_);
  }

 private:
  void add(const Code& code, const std::vector<Area>& areas) {
    Loaded file;
    const bool deleted = code.name.ends_with(kDeleted);
    file.name = deleted ? code.name.substr(0, code.name.size() - kDeleted.size()) : code.name;
    file.executable = code.name == executable_;
    const Fd fd = openAny(code, deleted, file);
    if (!fd) {
      // Not even whether it is an ELF file can be told.
      addOnce(std::move(file), code.area);
      return;
    }
    const auto segments = elfSegments(fd.get());
    const auto bias = segments ? biasOf(*segments, code.area, areas) : std::nullopt;
    if (!bias) return;
    file.bias = *bias;
    file.error = 0;
    file.stat = statFd(fd.get(), file.path);
    addOnce(std::move(file), code.area);
  }

  // By its name where that still leads to it, since names outlive the process.
  Fd openAny(const Code& code, bool deleted, Loaded& file) const {
    std::vector<std::string> paths;
    if (!deleted) paths.push_back(file.name);
    if (file.executable) paths.push_back(path_ + "/exe");
    paths.push_back(path_ + "/" + mapFilesName(code.area.start, code.area.end));
    if (!deleted) paths.push_back(path_ + "/root" + file.name);
    for (std::string& path : paths) {
      Fd fd = openFile(path, code.area);
      if (fd) {
        file.path = std::move(path);
        return fd;
      }
      file.error = deleted ? ESTALE : errno;
    }
    return Fd();
  }

  // A file has several mappings, and is loaded more than once only by dlmopen(3).
  void addOnce(Loaded file, const Area& area) {
    file.stat.inode = area.inode;
    for (Loaded& each : program_.files) {
      if (each.name != file.name || each.bias != file.bias || each.stat.inode != file.stat.inode) continue;
      each.code.emplace_back(area.start, area.end);
      return;
    }
    file.code.emplace_back(area.start, area.end);
    program_.files.push_back(std::move(file));
  }

  bool hasOwnRoot() const {
    struct stat own;
    struct stat its;
    return stat("/", &own) == 0 && fstatat(process_.get(), "root", &its, 0) == 0 &&
           (own.st_ino != its.st_ino || own.st_dev != its.st_dev);
  }

  const std::string path_;
  Fd process_;
  std::string executable_;
  Program program_;
};

Napi::Value toJs(Napi::Env env, const Program& program) {
  Napi::Array files = Napi::Array::New(env, program.files.size());
  for (uint32_t i = 0; i < program.files.size(); i++) {
    const Loaded& each = program.files[i];
    Napi::Object file = Napi::Object::New(env);
    file.Set("name", toString(env, each.name));
    file.Set("path", toString(env, each.path));
    file.Set("device", deviceText(each.stat.device));
    file.Set("inode", static_cast<double>(each.stat.inode));
    file.Set("bias", Napi::BigInt::New(env, each.bias));
    file.Set("executable", each.executable);
    Napi::Array code = Napi::Array::New(env, each.code.size());
    for (uint32_t part = 0; part < each.code.size(); part++) {
      Napi::Object area = Napi::Object::New(env);
      area.Set("start", Napi::BigInt::New(env, each.code[part].first));
      area.Set("end", Napi::BigInt::New(env, each.code[part].second));
      code.Set(part, area);
    }
    file.Set("code", code);
    if (each.error != 0) file.Set("error", errnoName(each.error));
    files.Set(i, file);
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("root", toString(env, program.root));
  result.Set("files", files);
  return result;
}

}  // namespace

Napi::Value loadedFiles(const Napi::CallbackInfo& info) {
  const int pid = toPid(info[0]);
  return Worker<Program>::run(
      info.Env(), [pid] { return Look(pid).run(); },
      [](Napi::Env env, Program& program) -> Napi::Value { return toJs(env, program); });
}

}  // namespace shmscope
