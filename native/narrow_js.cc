// The places that JavaScript holds between two steps: an object that nothing but these functions can look into.
#include "narrow_js.h"

#include <algorithm>
#include <cmath>

#include "args.h"
#include "errors.h"
#include "narrow.h"
#include "text.h"
#include "worker.h"

namespace shmscope {

namespace {

constexpr int64_t kMostPlaces = 1 << 26;
constexpr int64_t kMostShown = 1 << 20;
// The objects of another addon may be wrapped too.
constexpr napi_type_tag kTag{0x8d1f5c0b6a2e4e71, 0xa6f0c93d51b74e08};

// Used on the JavaScript thread; a step reads what `places` points to, and puts others in their stead when it is done.
struct Kept {
  std::shared_ptr<const Places> places;
  NumberSpec number;
  bool busy = false;
  bool closed = false;
};
using SharedKept = std::shared_ptr<Kept>;

SharedKept toKept(const Napi::Value& value) {
  bool tagged = false;
  void* data = nullptr;
  if (!value.IsObject() || napi_check_object_type_tag(value.Env(), value, &kTag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(value.Env(), value, &data) != napi_ok) {
    fail(EINVAL, "", "", "places must be what openPlaces gave");
  }
  return *static_cast<SharedKept*>(data);
}

Narrowing toNarrowing(const Napi::Value& value) {
  constexpr const char* kNames[] = {"any", "between", "changed", "unchanged", "greater", "less"};
  const std::string name = toBytes(value, "how");
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) fail(EINVAL, "", "", "how must be a way to narrow");
  return static_cast<Narrowing>(found - std::begin(kNames));
}

NarrowStep toStep(const Napi::Value& value) {
  if (!value.IsObject()) fail(EINVAL, "", "", "step must be an object");
  const auto object = value.As<Napi::Object>();
  NarrowStep step;
  step.number = toNumberSpec(object);
  step.how = toNarrowing(object.Get("how"));
  if (step.how == Narrowing::kBetween) {
    const size_t width = widthOf(step.number.type);
    step.low = toBits(object.Get("low"), "low", width);
    step.high = toBits(object.Get("high"), "high", width);
  }
  const Napi::Value tolerance = object.Get("tolerance");
  if (!tolerance.IsNumber()) fail(EINVAL, "", "", "tolerance must be a number");
  step.tolerance = tolerance.As<Napi::Number>().DoubleValue();
  if (!(step.tolerance >= 0)) fail(EINVAL, "", "", "tolerance must be 0 or more");
  step.most = static_cast<uint64_t>(toInteger(object.Get("most"), "most", 0, kMostPlaces));
  return step;
}

void requireSame(const NumberSpec& a, const NumberSpec& b) {
  if (a.type != b.type || a.swapped != b.swapped || a.step != b.step)
    fail(EINVAL, "narrow", {}, "the places are those of another type of number");
}

}  // namespace

Napi::Value openPlaces(const Napi::CallbackInfo& info) {
  Napi::Object object = Napi::Object::New(info.Env());
  auto kept = std::make_unique<SharedKept>(std::make_shared<Kept>());
  const auto drop = [](napi_env, void* data, void*) { delete static_cast<SharedKept*>(data); };
  if (napi_type_tag_object(info.Env(), object, &kTag) != napi_ok ||
      napi_wrap(info.Env(), object, kept.get(), drop, nullptr, nullptr) != napi_ok) {
    throw Napi::Error::New(info.Env());
  }
  kept.release();
  return object;
}

Napi::Value narrow(const Napi::CallbackInfo& info, const SharedSource& source) {
  const SharedKept kept = toKept(info[0]);
  const NarrowStep step = toStep(info[1]);
  const bool first = toFlag(info[2], "first");
  const Control control = toControl(info[3]);
  if (kept->closed) fail(EBADF, "narrow", {}, "the places are closed");
  if (kept->busy) fail(EBUSY, "narrow", {}, "another step is under way");
  if (first && step.how > Narrowing::kBetween) fail(EINVAL, "narrow", {}, "the first step has nothing to compare with");
  if (!first && !kept->places) fail(EINVAL, "narrow", {}, "there was no first step");
  if (!first) requireSame(step.number, kept->number);
  kept->busy = true;
  // Given back however the step ends.
  const std::shared_ptr<Kept> busy(kept.get(), [kept](Kept* own) { own->busy = false; });
  const auto before = first ? nullptr : kept->places;
  using Result = std::shared_ptr<const Places>;
  return Worker<Result>::run(
      info.Env(),
      [source, step, before, control]() -> Result {
        return std::make_shared<const Places>(before ? nextStep(*source, step, *before, control)
                                                     : firstStep(*source, step, control));
      },
      [busy, step](Napi::Env env, Result& left) {
        if (!busy->closed) {
          busy->places = left;
          busy->number = step.number;
        }
        return Napi::Number::New(env, static_cast<double>(left->count()));
      },
      info[3].IsUndefined() ? Napi::Object() : info[3].As<Napi::Object>());
}

Napi::Value firstPlaces(const Napi::CallbackInfo& info) {
  const SharedKept kept = toKept(info[0]);
  const auto limit = static_cast<uint64_t>(toInteger(info[1], "limit", 0, kMostShown));
  const uint64_t count = kept->places ? std::min(limit, kept->places->count()) : 0;
  Napi::Float64Array array = Napi::Float64Array::New(info.Env(), count);
  if (count == 0) return array;
  double* next = array.Data();
  double* const end = next + count;
  kept->places->each([&](uint64_t offset, const uint8_t*) {
    *next++ = static_cast<double>(offset);
    return next < end;
  });
  return array;
}

Napi::Value closePlaces(const Napi::CallbackInfo& info) {
  const SharedKept kept = toKept(info[0]);
  kept->closed = true;
  kept->places.reset();
  return info.Env().Undefined();
}

}  // namespace shmscope
