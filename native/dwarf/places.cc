#include "places.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <zlib.h>

#include <cerrno>

namespace shmscope::dwarf {

namespace {

constexpr uint64_t kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
const std::string kDebug = "/usr/lib/debug";

Fd openAnyBelow(const std::string& root, const std::string& path) {
  if (root == "/") return Fd(open(path.c_str(), static_cast<int>(kFlags)));
  const Fd top(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) return {};
  open_how how{};
  how.flags = kFlags;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof how)));
}

// An image of the file, where it is one and `fits`.
template <class Fits>
std::unique_ptr<Image> tryOpen(const std::string& root, const std::string& path, Fits&& fits) {
  const Fd fd = openBelow(root, path);
  if (!fd) return {};
  try {
    auto image = std::make_unique<Image>(fd, path);
    if (fits(*image)) return image;
  } catch (const Problem& problem) {
    if (problem.code != "ENOEXEC") throw;
  }
  return {};
}

std::string buildIdPath(const std::string& id) {
  return kDebug + "/.build-id/" + id.substr(0, 2) + "/" + id.substr(2) + ".debug";
}

// Where it is found first; a container's own root goes before this one's, in which a build-id says as much.
Separate look(const std::vector<std::string>& paths, const std::string& root, auto&& fits) {
  Separate found;
  for (const std::string& path : paths) {
    found.image = tryOpen(root, path, fits);
    if (found.image) return found;
    found.tried.push_back(path);
  }
  return found;
}

// .gnu_debuglink: a name, padding to four bytes, a checksum. .gnu_debugaltlink: a path, a build-id.
std::string linkOf(Image& image, const char* section) {
  const Bytes bytes = image.section(section);
  return bytes.empty() ? std::string() : std::string(Reader(bytes, 0, image.swapped()).string());
}

uint32_t checksumIn(Image& image) {
  const Bytes bytes = image.section(".gnu_debuglink");
  if (bytes.size() < 4) return 0;
  return Reader(bytes, bytes.size() - 4, image.swapped()).u32();
}

bool hasChecksum(const Image& image, uint32_t wanted) {
  const Bytes bytes = image.whole();
  return crc32_z(0, bytes.data(), bytes.size()) == wanted;
}

}  // namespace

Fd openBelow(const std::string& root, const std::string& path) {
  Fd fd = openAnyBelow(root, path);
  struct stat status;
  if (!fd || fstat(fd.get(), &status) != 0) return {};
  if (S_ISREG(status.st_mode)) return fd;
  errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  return {};
}

std::string folderOf(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

Separate findSeparate(Image& image, const std::string& name, const std::string& root) {
  const std::string id = image.buildId();
  Separate found;
  if (id.size() > 2) {
    const auto same = [&](Image& other) { return other.buildId() == id; };
    found = look({buildIdPath(id)}, root, same);
    if (!found.image && root != "/") found.image = look({buildIdPath(id)}, "/", same).image;
    if (found.image) return found;
  }
  const std::string link = linkOf(image, ".gnu_debuglink");
  // It is a name, and leads nowhere by itself.
  if (link.empty() || link.find('/') != link.npos) return found;
  const std::string folder = folderOf(name);
  const uint32_t checksum = checksumIn(image);
  const auto fits = [&](Image& other) {
    const std::string own = other.buildId();
    return id.empty() || own.empty() ? hasChecksum(other, checksum) : own == id;
  };
  Separate linked = look({folder + link, folder + ".debug/" + link, kDebug + folder + link}, root, fits);
  linked.tried.insert(linked.tried.begin(), found.tried.begin(), found.tried.end());
  return linked;
}

Separate findAlternate(Image& image, const std::string& root) {
  const Bytes bytes = image.section(".gnu_debugaltlink");
  if (bytes.empty()) return {};
  Reader reader(bytes, 0, image.swapped());
  std::string path(reader.string());
  std::string id;
  while (!reader.atEnd()) {
    constexpr char kDigits[] = "0123456789abcdef";
    const uint8_t byte = reader.u8();
    id += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  if (!path.starts_with("/")) path = folderOf(image.name()) + path;
  std::vector<std::string> paths{path};
  if (id.size() > 2) paths.push_back(buildIdPath(id));
  return look(paths, root, [&](Image& other) { return other.buildId() == id; });
}

}  // namespace shmscope::dwarf
