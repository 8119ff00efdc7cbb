// ByteSource of src/native/addon.ts: an object whose methods share one Source. They need no `this`, so that nothing can
// be called on the wrong one; work that is under way keeps the Source open after close().
#include "source.h"

#include <algorithm>
#include <cstring>

#include "args.h"
#include "control.h"
#include "copy.h"
#include "difference.h"
#include "errors.h"
#include "extents.h"
#include "fill.h"
#include "find_js.h"
#include "narrow_js.h"
#include "text.h"
#include "waiting.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr int64_t kMostExtents = 1 << 24;
// It is repeated to pieces of which all are alike.
constexpr size_t kLongestPattern = 1 << 20;

struct Handle {
  std::shared_ptr<const Source> source;
  // Told when it is closed.
  std::stop_source closed = {};
};
using Shared = std::shared_ptr<Handle>;

std::shared_ptr<const Source> opened(const Shared& handle, const char* syscall) {
  if (!handle->source) fail(EBADF, syscall, {}, "the source is closed");
  return handle->source;
}

template <class Items>
Napi::Float64Array numbers(Napi::Env env, const Items& items) {
  Napi::Float64Array array = Napi::Float64Array::New(env, items.size());
  std::copy(items.begin(), items.end(), array.Data());
  return array;
}

// [start, end, start, end, …]
Napi::Float64Array flat(Napi::Env env, const std::vector<Extent>& parts) {
  std::vector<double> ends;
  for (const Extent& part : parts) {
    ends.push_back(static_cast<double>(part.start));
    ends.push_back(static_cast<double>(part.end));
  }
  return numbers(env, ends);
}

Napi::Value read(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "read");
  const uint64_t offset = toCount(info[1], "offset");
  const Bytes target = toBuffer(info[0], "target");
  return Napi::Number::New(info.Env(), static_cast<double>(source->read(target.data, target.length, offset)));
}

struct ReadResult {
  std::unique_ptr<uint64_t[]> words;
  size_t length = 0;
};

// The worker reads into memory of its own: JavaScript may detach the target's buffer meanwhile.
Napi::Value readAsync(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "read");
  const uint64_t offset = toCount(info[1], "offset");
  const size_t length = toBuffer(info[0], "target").length;
  const auto keep = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info[0].As<Napi::Object>()));
  return Worker<ReadResult>::run(
      info.Env(),
      [source, length, offset] {
        ReadResult result{std::make_unique_for_overwrite<uint64_t[]>((length + kWord - 1) / kWord), 0};
        result.length = source->read(reinterpret_cast<uint8_t*>(result.words.get()), length, offset);
        return result;
      },
      [keep](Napi::Env env, ReadResult& result) {
        const Bytes target = toBuffer(keep->Value(), "target");
        const size_t count = std::min(result.length, target.length);
        if (count > 0) memcpy(target.data, result.words.get(), count);
        return Napi::Number::New(env, static_cast<double>(count));
      });
}

Napi::Value write(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "write");
  const uint64_t offset = toCount(info[1], "offset");
  const Bytes bytes = toBuffer(info[0], "bytes");
  source->write(bytes.data, bytes.length, offset);
  return info.Env().Undefined();
}

Napi::Value heldParts(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "lseek");
  const uint64_t offset = toCount(info[0], "offset");
  const uint64_t length = toCount(info[1], "length");
  const auto limit = static_cast<uint64_t>(toInteger(info[2], "limit", 1, kMostExtents));
  return flat(info.Env(), extents(*source, offset, length, limit));
}

Napi::Value toNumber(Napi::Env env, uint64_t count) { return Napi::Number::New(env, static_cast<double>(count)); }

// The object that the call must keep; none where there is no control.
Napi::Object kept(const Napi::Value& control) {
  return control.IsUndefined() ? Napi::Object() : control.As<Napi::Object>();
}

Napi::Value copyToFile(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "copy");
  const std::string path = toBytes(info[0], "path");
  const uint64_t from = toCount(info[1], "from");
  const uint64_t to = toCount(info[2], "to");
  const Control control = toControl(info[3]);
  return Worker<uint64_t>::run(
      info.Env(), [source, path, from, to, control] { return copyTo(*source, path, from, to, control); }, toNumber,
      kept(info[3]));
}

Napi::Value compare(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "difference");
  const auto other = toSource(info[0], "other");
  const uint64_t from = toCount(info[1], "from");
  const uint64_t to = toCount(info[2], "to");
  const auto limit = static_cast<uint64_t>(toInteger(info[3], "limit", 1, kMostExtents));
  const Control control = toControl(info[4]);
  return Worker<std::vector<Extent>>::run(
      info.Env(),
      [source, other, from, to, limit, control] {
        return difference({*source, *other, from, to, limit}, control);
      },
      [](Napi::Env env, std::vector<Extent>& parts) { return flat(env, parts); }, kept(info[4]));
}

// The worker writes from memory of its own: JavaScript may detach the buffer of the bytes meanwhile.
Napi::Value writeAsync(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "write");
  const uint64_t offset = toCount(info[1], "offset");
  const Control control = toControl(info[2]);
  const Bytes bytes = toBuffer(info[0], "bytes");
  const auto stored = std::make_shared<Stored>(bytes.length, offset);
  if (bytes.length > 0) memcpy(stored->bytes(), bytes.data, bytes.length);
  return Worker<uint64_t>::run(
      info.Env(), [source, stored, offset, control] { return write(*source, *stored, offset, control); }, toNumber,
      kept(info[2]));
}

Napi::Value fillRange(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "write");
  const uint64_t offset = toCount(info[1], "offset");
  const uint64_t length = toCount(info[2], "length");
  const Control control = toControl(info[3]);
  const Bytes bytes = toBuffer(info[0], "pattern");
  if (bytes.length == 0) fail(EINVAL, "", "", "pattern must not be empty");
  if (bytes.length > kLongestPattern) fail(ERANGE, "", "", "pattern must be 1 MiB or less");
  return Worker<uint64_t>::run(
      info.Env(),
      [source, pattern = std::vector<uint8_t>(bytes.data, bytes.data + bytes.length), offset, length, control] {
        return fill(*source, pattern, {offset, offset + length}, control);
      },
      toNumber, kept(info[3]));
}

// The bytes as they stand in memory, in the lowest bytes of the number.
uint64_t toWord(const Napi::Value& value, const char* what, size_t size) {
  const Bytes bytes = toBuffer(value, what);
  if (bytes.length != size) fail(EINVAL, "", "", std::string(what) + " must be as long as the others");
  uint64_t word = 0;
  memcpy(&word, bytes.data, size);
  return word;
}

Napi::Value compareAndSwap(const Napi::CallbackInfo& info, const Shared& handle) {
  const auto source = opened(handle, "write");
  const uint64_t offset = toCount(info[0], "offset");
  const size_t size = toBuffer(info[1], "expected").length;
  if ((size != 1 && size != 2 && size != 4 && size != 8) || offset % size != 0)
    fail(EINVAL, "", "", "only 1, 2, 4 or 8 bytes that are aligned can be compared and stored in one step");
  const Swap swap{size, toWord(info[1], "expected", size), toWord(info[2], "bytes", size),
                  info[3].IsUndefined() ? UINT64_MAX : toWord(info[3], "mask", size)};
  // A page is not made to be held only to be told that it holds something else.
  uint64_t held = 0;
  const size_t had = source->read(reinterpret_cast<uint8_t*>(&held), size, offset);
  if (had < size) fail(ERANGE, "write", {}, "the object ends before the range does");
  if (swap.fits(held)) held = source->compareAndSwap(offset, swap);
  Napi::Uint8Array result = Napi::Uint8Array::New(info.Env(), size);
  memcpy(result.Data(), &held, size);
  return result;
}

using Method = Napi::Value (*)(const Napi::CallbackInfo&, const Shared&);

void define(Napi::Object object, const char* name, Method method, const Shared& handle) {
  object.Set(name, Napi::Function::New(
                       object.Env(),
                       [method, handle](const Napi::CallbackInfo& info) {
                         return guarded(info.Env(), [&] { return method(info, handle); });
                       },
                       name));
}

// Tells the objects made here from those of others, also in another context or thread.
constexpr napi_type_tag kSourceTag{0x5d1f'0c6e'8b2a'4f37, 0x9a64'e1d3'70b8'5c29};

void tag(Napi::Object object, const Shared& handle) {
  auto own = std::make_unique<Shared>(handle);
  const auto drop = [](napi_env, void* data, void*) { delete static_cast<Shared*>(data); };
  if (napi_type_tag_object(object.Env(), object, &kSourceTag) != napi_ok ||
      napi_wrap(object.Env(), object, own.get(), drop, nullptr, nullptr) != napi_ok) {
    throw Napi::Error::New(object.Env());
  }
  own.release();
}

Napi::Value wrap(Napi::Env env, std::unique_ptr<Source> source) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("how", source->how());
  const auto handle = std::make_shared<Handle>(Handle{std::move(source)});
  tag(object, handle);
  define(
      object, "stat",
      [](const Napi::CallbackInfo& info, const Shared& own) -> Napi::Value {
        return toJs(info.Env(), opened(own, "statx")->stat());
      },
      handle);
  define(
      object, "shown",
      [](const Napi::CallbackInfo& info, const Shared& own) -> Napi::Value {
        return flat(info.Env(), opened(own, "statx")->shown());
      },
      handle);
  define(object, "read", read, handle);
  define(object, "readAsync", readAsync, handle);
  define(object, "write", write, handle);
  define(object, "extents", heldParts, handle);
  define(object, "copyTo", copyToFile, handle);
  define(object, "difference", compare, handle);
  define(object, "writeAsync", writeAsync, handle);
  define(object, "fill", fillRange, handle);
  define(object, "compareAndSwap", compareAndSwap, handle);
  define(
      object, "find",
      [](const Napi::CallbackInfo& info, const Shared& own) { return findPattern(info, opened(own, "find")); }, handle);
  define(
      object, "search",
      [](const Napi::CallbackInfo& info, const Shared& own) { return search(info, opened(own, "find")); }, handle);
  define(
      object, "narrow",
      [](const Napi::CallbackInfo& info, const Shared& own) { return narrow(info, opened(own, "narrow")); }, handle);
  define(
      object, "wait",
      [](const Napi::CallbackInfo& info, const Shared& own) {
        return waitForChange(info, opened(own, "wait"), own->closed.get_token());
      },
      handle);
  define(
      object, "close",
      [](const Napi::CallbackInfo& info, const Shared& own) -> Napi::Value {
        own->closed.request_stop();
        own->source.reset();
        return info.Env().Undefined();
      },
      handle);
  return object;
}

constexpr uint32_t kMostParts = 64;

dev_t toDevice(const Napi::Value& value) {
  const std::string text = toBytes(value, "device");
  dev_t device = 0;
  if (!parseDevice(text, device)) fail(EINVAL, "", "", "device must be 'major:minor'");
  return device;
}

MappedPart toPart(const Napi::Value& pid, const Napi::Value& address, const Napi::Value& length,
                  const Napi::Value& offset) {
  return {toPid(pid), toAddress(address, "address"), toCount(length, "length"), toCount(offset, "offset")};
}

std::vector<MappedPart> toParts(const Napi::Value& value) {
  if (!value.IsArray()) fail(EINVAL, "", "", "mappings must be an array");
  const auto items = value.As<Napi::Array>();
  if (items.Length() > kMostParts) fail(ERANGE, "", "", "too many mappings");
  std::vector<MappedPart> parts;
  for (uint32_t i = 0; i < items.Length(); i++) {
    const Napi::Value item = items[i];
    if (!item.IsObject()) fail(EINVAL, "", "", "a mapping must be an object");
    const auto object = item.As<Napi::Object>();
    parts.push_back(toPart(object.Get("pid"), object.Get("address"), object.Get("length"), object.Get("offset")));
  }
  return parts;
}

}  // namespace

std::shared_ptr<const Source> toSource(const Napi::Value& value, const char* what) {
  bool tagged = false;
  void* data = nullptr;
  if (!value.IsObject() || napi_check_object_type_tag(value.Env(), value, &kSourceTag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(value.Env(), value, &data) != napi_ok) {
    fail(EINVAL, "", "", std::string(what) + " must be a source");
  }
  return opened(*static_cast<Shared*>(data), what);
}

Napi::Value openPath(const Napi::CallbackInfo& info) {
  const std::string path = toBytes(info[0], "path");
  return wrap(info.Env(), openPathSource(path, toFlag(info[1], "write")));
}

Napi::Value openMapFiles(const Napi::CallbackInfo& info) {
  const int pid = toPid(info[0]);
  const uint64_t address = toAddress(info[1], "address");
  const uint64_t length = toCount(info[2], "length");
  return wrap(info.Env(), openMapFilesSource(pid, address, length, toFlag(info[3], "write")));
}

Napi::Value findDescriptors(const Napi::CallbackInfo& info) {
  const int pid = toPid(info[0]);
  const dev_t device = toDevice(info[1]);
  const auto found = findDescriptors(pid, device, toCount(info[2], "inode"));
  Napi::Array array = Napi::Array::New(info.Env(), found.size());
  for (uint32_t i = 0; i < found.size(); i++) array.Set(i, Napi::Number::New(info.Env(), found[i]));
  return array;
}

Napi::Value openDescriptor(const Napi::CallbackInfo& info) {
  const int pid = toPid(info[0]);
  const auto fd = static_cast<int>(toInteger(info[1], "fd", 0, INT32_MAX));
  const dev_t device = toDevice(info[2]);
  const uint64_t inode = toCount(info[3], "inode");
  return wrap(info.Env(), openDescriptorSource(pid, fd, device, inode, toFlag(info[4], "write")));
}

Napi::Value openProcess(const Napi::CallbackInfo& info) {
  return wrap(info.Env(), openProcessSource({toPart(info[0], info[1], info[2], info[3])}, {}));
}

Napi::Value openProcesses(const Napi::CallbackInfo& info) {
  const auto parts = toParts(info[0]);
  Expected expected;
  if (!info[1].IsNull()) expected.device = toDevice(info[1]);
  expected.inode = toCount(info[2], "inode");
  expected.size = toCount(info[3], "size");
  return wrap(info.Env(), openProcessSource(parts, expected));
}

Napi::Value openSysv(const Napi::CallbackInfo& info) {
  const auto shmid = static_cast<int>(toInteger(info[0], "shmid", 0, INT32_MAX));
  return wrap(info.Env(), openSysvSource(shmid, toFlag(info[1], "write")));
}

}  // namespace shmscope
