#include "watchpoints_js.h"

#include <string>
#include <unordered_map>

#include "columns.h"
#include "errors.h"

namespace shmscope {

namespace {

constexpr size_t kMostRules = 1 << 16;

// From the clock of the records to ms since the epoch.
class Times {
 public:
  Times() {
    timespec real{};
    clock_gettime(CLOCK_REALTIME, &real);
    offset_ = static_cast<double>(real.tv_sec) * 1000 + static_cast<double>(real.tv_nsec) / 1e6 - ms(perfNow());
  }
  double operator()(uint64_t time) const { return offset_ + ms(time); }

 private:
  static double ms(uint64_t time) { return static_cast<double>(time) / 1e6; }
  double offset_;
};

// The processes that sites show, numbered in the order of the sites.
class Shown {
 public:
  explicit Shown(const std::vector<Site>& sites) {
    for (const Site& site : sites) {
      if (numbers_.emplace(site.process.get(), processes_.size()).second) processes_.push_back(site.process.get());
    }
  }
  size_t operator()(const Site& site) const { return numbers_.at(site.process.get()); }
  const std::vector<const MetProcess*>& all() const { return processes_; }

 private:
  std::unordered_map<const MetProcess*, size_t> numbers_;
  std::vector<const MetProcess*> processes_;
};

uint8_t known(const Values& values) { return (values.before ? 1 : 0) | (values.after ? 2 : 0); }

Napi::Object siteColumns(Napi::Env env, const std::vector<Site>& sites, const Shown& shown) {
  const Times at;
  Napi::Object object = Napi::Object::New(env);
  object.Set("field", column<Napi::Uint8Array>(env, sites, [](const Site& site) { return site.key.field; }));
  object.Set("process", column<Napi::Uint32Array>(env, sites, shown));
  object.Set("tid", column<Napi::Int32Array>(env, sites, [](const Site& site) { return site.key.tid; }));
  object.Set("ip", column<Napi::BigUint64Array>(env, sites, [](const Site& site) { return site.key.ip; }));
  object.Set("caller", column<Napi::BigUint64Array>(env, sites, [](const Site& site) { return site.key.caller; }));
  object.Set("count", column<Napi::Float64Array>(env, sites, [](const Site& site) { return site.count; }));
  object.Set("first", column<Napi::Float64Array>(env, sites, [&](const Site& site) { return at(site.first); }));
  object.Set("last", column<Napi::Float64Array>(env, sites, [&](const Site& site) { return at(site.last); }));
  object.Set("before",
             column<Napi::BigUint64Array>(env, sites, [](const Site& site) { return site.values.before.value_or(0); }));
  object.Set("after",
             column<Napi::BigUint64Array>(env, sites, [](const Site& site) { return site.values.after.value_or(0); }));
  object.Set("known", column<Napi::Uint8Array>(env, sites, [](const Site& site) { return known(site.values); }));
  return object;
}

Napi::Object processColumns(Napi::Env env, const std::vector<const MetProcess*>& processes) {
  using Each = const MetProcess*;
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", column<Napi::Int32Array>(env, processes, [](Each each) { return each->pid; }));
  object.Set("parent", column<Napi::Int32Array>(env, processes, [](Each each) { return each->parent; }));
  object.Set("image", column<Napi::Uint32Array>(env, processes, [](Each each) { return each->image->number; }));
  object.Set("names", texts(env, processes, [](Each each) -> const std::string& { return each->name; }));
  return object;
}

Napi::Object askedColumns(Napi::Env env, const std::vector<Asked>& asked) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("image", column<Napi::Uint32Array>(env, asked, [](const Asked& each) { return each.image; }));
  object.Set("pid", column<Napi::Int32Array>(env, asked, [](const Asked& each) { return each.pid; }));
  object.Set("pc", column<Napi::BigUint64Array>(env, asked, [](const Asked& each) { return each.place.pc; }));
  object.Set("isReturn", column<Napi::Uint8Array>(env, asked, [](const Asked& each) { return each.place.isReturn; }));
  return object;
}

struct Column {
  const void* data;
  size_t length;
  template <class Number>
  Number at(size_t index) const {
    return static_cast<const Number*>(data)[index];
  }
};

Column toColumn(const Napi::Object& object, const char* name, napi_typedarray_type wanted) {
  const Napi::Value value = object.Get(name);
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != wanted) {
    fail(EINVAL, "", "", std::string(name) + " must be a typed array of its kind");
  }
  return {data, length};
}

}  // namespace

Napi::Value toJs(Napi::Env env, const Added& added) {
  using Each = const Added::Refused&;
  Napi::Object object = Napi::Object::New(env);
  object.Set("watched", added.watched);
  object.Set("image", added.image);
  object.Set("tid", column<Napi::Int32Array>(env, added.refused, [](Each each) { return each.tid; }));
  object.Set("codes", texts(env, added.refused, [](Each each) { return errnoName(each.error); }));
  return object;
}

Napi::Value toJs(Napi::Env env, const Session::Report& report) {
  const Shown shown(report.sites);
  Napi::Object object = Napi::Object::New(env);
  object.Set("sites", siteColumns(env, report.sites, shown));
  object.Set("processes", processColumns(env, shown.all()));
  object.Set("asked", askedColumns(env, report.asked));
  object.Set("execed", column<Napi::Int32Array>(env, report.execed, [](int pid) { return pid; }));
  const auto number = [&](const char* name, uint64_t value) { object.Set(name, static_cast<double>(value)); };
  number("seen", report.seen);
  number("lost", report.lost);
  number("pending", report.pending);
  number("dropped", report.dropped);
  number("unwalked", report.unwalked);
  return object;
}

std::vector<std::pair<CodePlace, Rule>> toRules(const Napi::Value& value) {
  if (!value.IsObject()) fail(EINVAL, "", "", "rules must be an object");
  const auto object = value.As<Napi::Object>();
  const Column pc = toColumn(object, "pc", napi_biguint64_array);
  const Column isReturn = toColumn(object, "isReturn", napi_uint8_array);
  const Column kind = toColumn(object, "kind", napi_uint8_array);
  const Column cfa = toColumn(object, "cfa", napi_int32_array);
  const Column returnAt = toColumn(object, "returnAt", napi_int32_array);
  const Column bpAt = toColumn(object, "bpAt", napi_int32_array);
  if (pc.length > kMostRules) fail(ERANGE, "", "", "at most 2^16 rules are given at once");
  for (const Column& column : {isReturn, kind, cfa, returnAt, bpAt}) {
    if (column.length != pc.length) fail(EINVAL, "", "", "the columns of rules must be of one length");
  }
  std::vector<std::pair<CodePlace, Rule>> rules;
  for (size_t i = 0; i < pc.length; i++) {
    const auto which = kind.at<uint8_t>(i);
    if (which > Rule::kStepBp) fail(EINVAL, "", "", "a rule's kind must be 0 to 3");
    rules.push_back(
        {{pc.at<uint64_t>(i), isReturn.at<uint8_t>(i) != 0},
         {static_cast<Rule::Kind>(which), cfa.at<int32_t>(i), returnAt.at<int32_t>(i), bpAt.at<int32_t>(i)}});
  }
  return rules;
}

}  // namespace shmscope
