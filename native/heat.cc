#include "heat.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <ctime>
#include <exception>
#include <system_error>
#include <thread>

#include "args.h"
#include "columns.h"
#include "errors.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr uint64_t kBlock = 4096;
// Read and hashed while it is in the processor's cache.
constexpr uint64_t kPiece = 128 * 1024;
// As that of the scanner (walker.cc).
constexpr int kNice = 5;
constexpr int64_t kMostChunks = 1 << 20;

constexpr size_t kLanes = 8;
constexpr uint64_t kFactor = 0x9e37'79b9'7f4a'7c15;

// Each step is a bijection of the word, and of what was before: one word that changed always shows. The rotation brings
// what changed in high bits, which a product leaves there, to the low ones.
inline uint64_t step(uint64_t lane, uint64_t word) { return std::rotl((lane ^ word) * kFactor, 29); }

uint64_t hashOf(const uint64_t* words) {
  uint64_t lanes[kLanes] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (size_t i = 0; i < kBlock / sizeof *words; i += kLanes) {
#pragma GCC unroll 8
    for (size_t lane = 0; lane < kLanes; lane++) lanes[lane] = step(lanes[lane], words[i + lane]);
  }
  uint64_t hash = 0;
  for (const uint64_t lane : lanes) hash = step(hash, lane);
  return hash;
}

// The finalizer of MurmurHash3: a bijection in which each bit depends on all.
uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 33)) * 0xff51'afd7'ed55'8ccd;
  value = (value ^ (value >> 33)) * 0xc4ce'b9fe'1a85'ec53;
  return value ^ (value >> 33);
}

// What a block at this place gives: 0 for zeros, and for each content another number.
uint64_t valueOf(const uint64_t* words, uint64_t place) {
  static const uint64_t kZeros = [] {
    const uint64_t zeros[kBlock / sizeof(uint64_t)] = {};
    return hashOf(zeros);
  }();
  const uint64_t hash = hashOf(words);
  return hash == kZeros ? 0 : mix(hash + place * kFactor) - mix(kZeros + place * kFactor);
}

double spentMs() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// A power of two, at least a block.
uint64_t chunkFor(uint64_t size, uint64_t most) { return std::max(kBlock, std::bit_ceil((size + most - 1) / most)); }

void addRange(std::vector<double>& ranges, uint64_t index) {
  const auto first = static_cast<double>(index);
  if (!ranges.empty() && ranges.back() == first) {
    ranges.back()++;
  } else {
    ranges.insert(ranges.end(), {first, first + 1});
  }
}

// On a thread of its own: the priority of libuv's could not be raised again.
template <class Body>
void inBackground(Body&& body) {
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  try {
    std::thread thread([&] {
      setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
      run();
    });
    thread.join();
  } catch (const std::system_error&) {
    // No more threads for this user.
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

HeatLook Heat::look(const Source& source, double budgetMs) {
  const uint64_t before = size_;
  fit(source.stat());
  if (size_ != before || at_ == 0) part_ = {0, 0};
  HeatLook look;
  look.size = size_;
  look.chunk = chunk_;
  try {
    walk(source, budgetMs, look);
  } catch (const SysError&) {
    part_ = {0, 0};
    if (look.looked.empty()) throw;
  }
  return look;
}

void Heat::fit(const Stat& stat) {
  const uint64_t chunk = chunkFor(stat.size, most_);
  if (stat.device != device_ || stat.inode != inode_ || chunk < chunk_ || chunk_ == 0) {
    device_ = stat.device;
    inode_ = stat.inode;
    chunk_ = chunk;
    hashes_.clear();
    seen_.assign((stat.size + chunk - 1) / chunk, false);
    at_ = sum_ = held_ = 0;
  }
  size_ = stat.size;
  while (chunk_ < chunk) join();
  const size_t count = (size_ + chunk_ - 1) / chunk_;
  // What it grew by was past its end before: it counts as zeros.
  hashes_.resize(count, 0);
  seen_.resize(count, true);
  if (at_ > size_) at_ = sum_ = held_ = 0;
}

// Each two chunks become one.
void Heat::join() {
  const size_t count = (hashes_.size() + 1) / 2;
  for (size_t i = 0; i < count; i++) {
    const bool two = 2 * i + 1 < hashes_.size();
    hashes_[i] = hashes_[2 * i] + (two ? hashes_[2 * i + 1] : 0);
    seen_[i] = seen_[2 * i] && (!two || seen_[2 * i + 1]);
  }
  hashes_.resize(count);
  seen_.resize(count);
  chunk_ *= 2;
  at_ -= at_ % chunk_;
  sum_ = held_ = 0;
}

void Heat::walk(const Source& source, double budgetMs, HeatLook& look) {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<uint64_t[]>(kPiece / sizeof(uint64_t));
  const double end = spentMs() + budgetMs;
  const auto shown = source.shown();
  while (at_ < size_) {
    if (part_.end <= at_) part_ = nextHeld(source, shown);
    if (part_.start > at_) {
      skip(part_.start, look);
    } else {
      const uint64_t stop = std::min({(at_ / chunk_ + 1) * chunk_, at_ + kPiece, part_.end});
      if (!addPiece(source, stop, look)) {
        part_ = {0, 0};
        return;
      }
    }
    if (spentMs() >= end) break;
  }
  if (at_ < size_) return;
  at_ = 0;
  look.round = true;
}

Extent Heat::nextHeld(const Source& source, const std::vector<Extent>& shown) const {
  for (const Extent& part : shown) {
    if (part.end <= at_) continue;
    const auto held = source.nextHeld(std::max(at_, part.start), std::min(part.end, size_));
    if (!held) continue;
    // Blocks of a file system may be smaller than ours.
    const uint64_t end = std::min({(held->end + kBlock - 1) / kBlock * kBlock, part.end, size_});
    return {std::max(held->start / kBlock * kBlock, part.start), end};
  }
  return {size_, UINT64_MAX};
}

bool Heat::addPiece(const Source& source, uint64_t stop, HeatLook& look) {
  const auto length = static_cast<size_t>(stop - at_);
  auto* bytes = reinterpret_cast<uint8_t*>(buffer_.get());
  if (source.read(bytes, length, at_) < length) return false;
  // The rest of the last block is past the end.
  if (length % kBlock != 0) memset(bytes + length, 0, kBlock - length % kBlock);
  for (uint64_t block = 0; block < length; block += kBlock)
    sum_ += valueOf(buffer_.get() + block / sizeof(uint64_t), (at_ + block) / kBlock);
  held_ += length;
  advance(stop, look);
  return true;
}

void Heat::skip(uint64_t to, HeatLook& look) {
  while (at_ < to) advance(std::min((at_ / chunk_ + 1) * chunk_, to), look);
}

// At most to the end of the cursor's chunk.
void Heat::advance(uint64_t to, HeatLook& look) {
  const uint64_t end = std::min((at_ / chunk_ + 1) * chunk_, size_);
  const uint64_t index = at_ / chunk_;
  at_ = to;
  if (to < end) return;
  addRange(look.looked, index);
  look.held.push_back(static_cast<double>(held_));
  if (seen_[index] && hashes_[index] != sum_) addRange(look.changed, index);
  hashes_[index] = sum_;
  seen_[index] = true;
  sum_ = held_ = 0;
}

namespace {

struct Kept {
  explicit Kept(uint64_t chunks) : heat(chunks) {}
  Heat heat;
  std::atomic<bool> busy = false;
};
struct Handle {
  std::shared_ptr<Kept> kept;
};
using Shared = std::shared_ptr<Handle>;

// Taken on the JavaScript thread, and given back when the work has ended or was never begun.
class Turn {
 public:
  explicit Turn(std::shared_ptr<Kept> kept) : kept_(std::move(kept)) {
    if (kept_->busy.exchange(true)) fail(EBUSY, "look", {}, "it is looking already");
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { kept_->busy = false; }
  Heat& heat() const { return kept_->heat; }

 private:
  const std::shared_ptr<Kept> kept_;
};

Napi::Value toJs(Napi::Env env, const HeatLook& look) {
  const auto numbers = [env](const std::vector<double>& values) {
    return column<Napi::Float64Array>(env, values, [](double value) { return value; });
  };
  Napi::Object object = Napi::Object::New(env);
  object.Set("size", static_cast<double>(look.size));
  object.Set("chunk", static_cast<double>(look.chunk));
  object.Set("looked", numbers(look.looked));
  object.Set("changed", numbers(look.changed));
  object.Set("held", numbers(look.held));
  object.Set("round", look.round);
  return object;
}

// To wake two threads up takes as long as reading some hundred times as much.
constexpr uint64_t kSmall = 64 * 1024;

bool isSmall(const Source& source) { return source.stat().size <= kSmall; }

Napi::Value look(const Napi::CallbackInfo& info, const Shared& handle) {
  if (!handle->kept) fail(EBADF, "look", {}, "it is closed");
  const auto source = toSource(info[0], "source");
  const double budget = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : 0;
  if (!(budget > 0)) fail(EINVAL, "", "", "budgetMs must be a number of more than 0");
  const auto turn = std::make_shared<Turn>(handle->kept);
  if (isSmall(*source)) {
    HeatLook result = turn->heat().look(*source, budget);
    const auto done = Napi::Promise::Deferred::New(info.Env());
    done.Resolve(toJs(info.Env(), result));
    return done.Promise();
  }
  return Worker<HeatLook>::run(
      info.Env(),
      [source, turn, budget] {
        HeatLook result;
        inBackground([&] { result = turn->heat().look(*source, budget); });
        return result;
      },
      [turn](Napi::Env env, HeatLook& result) { return toJs(env, result); });
}

}  // namespace

Napi::Value openHeat(const Napi::CallbackInfo& info) {
  const auto chunks = static_cast<uint64_t>(toInteger(info[0], "chunks", 1, kMostChunks));
  const auto handle = std::make_shared<Handle>(Handle{std::make_shared<Kept>(chunks)});
  Napi::Object object = Napi::Object::New(info.Env());
  const auto define = [&](const char* name, auto method) {
    object.Set(name, Napi::Function::New(
                         info.Env(),
                         [method, handle](const Napi::CallbackInfo& call) {
                           return guarded(call.Env(), [&]() -> Napi::Value { return method(call, handle); });
                         },
                         name));
  };
  define("look", look);
  define("close", [](const Napi::CallbackInfo& call, const Shared& own) -> Napi::Value {
    own->kept.reset();
    return call.Env().Undefined();
  });
  return object;
}

}  // namespace shmscope
