#include "peek.h"

#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "args.h"
#include "errors.h"
#include "pages.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr size_t kMostWords = 1 << 20;
// UIO_MAXIOV, include/uapi/linux/uio.h: what one call takes.
constexpr size_t kBatch = 1024;

struct Peeked {
  std::vector<uint64_t> values;
  std::vector<uint8_t> had;
};

// Reads the words of `order`, which index `addresses`. A call ends at the first word that cannot be read
// (process_vm_readv(2)): that one is left out, and the next call begins behind it.
void readWords(int pid, const std::vector<uint64_t>& addresses, const std::vector<size_t>& order, size_t width,
               Peeked& peeked) {
  std::vector<iovec> local(kBatch);
  std::vector<iovec> remote(kBatch);
  for (size_t done = 0; done < order.size();) {
    const size_t count = std::min(kBatch, order.size() - done);
    for (size_t i = 0; i < count; i++) {
      const size_t at = order[done + i];
      local[i] = {&peeked.values[at], width};
      remote[i] = {reinterpret_cast<void*>(addresses[at]), width};
    }
    const ssize_t had = process_vm_readv(pid, local.data(), count, remote.data(), count, 0);
    if (had < 0 && errno != EFAULT) fail("process_vm_readv", "/proc/" + std::to_string(pid));
    const size_t words = had < 0 ? 0 : static_cast<size_t>(had) / width;
    for (size_t i = 0; i < words; i++) peeked.had[order[done + i]] = 1;
    if (words < count) peeked.values[order[done + words]] = 0;
    done += std::min(words + 1, count);
  }
}

Peeked peekWords(int pid, const std::vector<uint64_t>& addresses, size_t width) {
  Peeked peeked{std::vector<uint64_t>(addresses.size()), std::vector<uint8_t>(addresses.size())};
  Pages pages(pid);
  std::vector<size_t> order;
  for (size_t i = 0; i < addresses.size(); i++) {
    if (pages.hold(addresses[i], width)) order.push_back(i);
  }
  readWords(pid, addresses, order, width, peeked);
  return peeked;
}

std::vector<uint64_t> toAddresses(const Napi::Value& value) {
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_biguint64_array) {
    fail(EINVAL, "", "", "addresses must be a BigUint64Array");
  }
  if (length > kMostWords) fail(ERANGE, "", "", "at most 2^20 addresses are read at once");
  std::vector<uint64_t> addresses(length);
  if (length > 0) memcpy(addresses.data(), data, length * sizeof addresses[0]);
  return addresses;
}

}  // namespace

Napi::Value peek(const Napi::CallbackInfo& info) {
  const int pid = toPid(info[0]);
  auto addresses = toAddresses(info[1]);
  const auto width = static_cast<size_t>(toInteger(info[2], "width", 4, 8));
  if (width != 4 && width != 8) fail(EINVAL, "", "", "width must be 4 or 8");
  return Worker<Peeked>::run(
      info.Env(), [pid, addresses = std::move(addresses), width] { return peekWords(pid, addresses, width); },
      [](Napi::Env env, Peeked& peeked) -> Napi::Value {
        auto values = Napi::BigUint64Array::New(env, peeked.values.size());
        auto had = Napi::Uint8Array::New(env, peeked.had.size());
        std::copy(peeked.values.begin(), peeked.values.end(), values.Data());
        std::copy(peeked.had.begin(), peeked.had.end(), had.Data());
        Napi::Object result = Napi::Object::New(env);
        result.Set("values", values);
        result.Set("had", had);
        return result;
      });
}

}  // namespace shmscope
