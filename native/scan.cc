// The walk over /proc on a worker thread, handed over in columns.
#include "scan.h"

#include <cstring>
#include <map>

#include "args.h"
#include "errors.h"
#include "stat.h"
#include "text.h"
#include "walk.h"
#include "worker.h"

namespace shmscope {

namespace {

// A typed array of one member of every record.
template <class Array, class Records, class Member>
Array column(Napi::Env env, const Records& records, Member member) {
  Array array = Array::New(env, records.size());
  auto* data = array.Data();
  for (size_t i = 0; i < records.size(); i++) {
    data[i] = static_cast<std::remove_reference_t<decltype(data[0])>>(records[i].*member);
  }
  return array;
}

template <class Records, class Text>
Napi::Array strings(Napi::Env env, const Records& records, Text&& text) {
  Napi::Array array = Napi::Array::New(env, records.size());
  for (size_t i = 0; i < records.size(); i++) {
    const Napi::HandleScope scope(env);
    array.Set(static_cast<uint32_t>(i), text(records[i]));
  }
  return array;
}

Napi::Object processes(Napi::Env env, const std::vector<ScanRecords::Process>& records) {
  using Record = ScanRecords::Process;
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", column<Napi::Int32Array>(env, records, &Record::pid));
  object.Set("uid", column<Napi::Uint32Array>(env, records, &Record::uid));
  object.Set("startedAt", column<Napi::Float64Array>(env, records, &Record::startedAt));
  object.Set("comm", strings(env, records, [&](const Record& record) { return toString(env, record.comm); }));
  object.Set("ipcNamespace", column<Napi::Float64Array>(env, records, &Record::ipcNamespace));
  return object;
}

Napi::Object objects(Napi::Env env, const std::vector<ScanRecords::Object>& records) {
  using Record = ScanRecords::Object;
  Napi::Object object = Napi::Object::New(env);
  object.Set("device",
             strings(env, records, [&](const Record& record) { return toString(env, deviceText(record.device)); }));
  object.Set("inode", column<Napi::Float64Array>(env, records, &Record::inode));
  object.Set("name", strings(env, records, [&](const Record& record) { return toString(env, record.name); }));
  return object;
}

Napi::Object mappings(Napi::Env env, const std::vector<ScanRecords::Mapping>& records) {
  using Record = ScanRecords::Mapping;
  Napi::Object object = Napi::Object::New(env);
  object.Set("process", column<Napi::Uint32Array>(env, records, &Record::process));
  object.Set("object", column<Napi::Uint32Array>(env, records, &Record::object));
  object.Set("address", column<Napi::BigUint64Array>(env, records, &Record::address));
  object.Set("length", column<Napi::Float64Array>(env, records, &Record::length));
  object.Set("offset", column<Napi::Float64Array>(env, records, &Record::offset));
  object.Set("flags", column<Napi::Uint8Array>(env, records, &Record::flags));
  return object;
}

Napi::Object holders(Napi::Env env, const std::vector<ScanRecords::Holder>& records) {
  using Record = ScanRecords::Holder;
  Napi::Object object = Napi::Object::New(env);
  object.Set("process", column<Napi::Uint32Array>(env, records, &Record::process));
  object.Set("object", column<Napi::Uint32Array>(env, records, &Record::object));
  object.Set("fd", column<Napi::Int32Array>(env, records, &Record::fd));
  object.Set("access", column<Napi::Uint8Array>(env, records, &Record::access));
  return object;
}

Napi::Array hidden(Napi::Env env, const std::vector<ScanRecords::Hidden>& records) {
  return strings(env, records, [&](const ScanRecords::Hidden& record) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("pid", record.pid);
    object.Set("uid", record.uid);
    object.Set("code", errnoName(record.error));
    return object;
  });
}

Napi::Value toJs(Napi::Env env, const ScanRecords& records) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("processes", processes(env, records.processes));
  object.Set("objects", objects(env, records.objects));
  object.Set("mappings", mappings(env, records.mappings));
  object.Set("holders", holders(env, records.holders));
  object.Set("hidden", hidden(env, records.hidden));
  object.Set("how", records.query ? "query" : "text");
  return object;
}

std::vector<dev_t> toDevices(const Napi::Value& value) {
  if (!value.IsArray()) fail(EINVAL, "", "", "devices must be an array");
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<dev_t> devices;
  for (uint32_t i = 0; i < array.Length(); i++) {
    dev_t device = 0;
    if (!parseDevice(toBytes(array.Get(i), "device"), device)) fail(EINVAL, "", "", "a device must be 'major:minor'");
    devices.push_back(device);
  }
  return devices;
}

}  // namespace

Napi::Value scan(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) fail(EINVAL, "", "", "options must be an object");
  const Napi::Object options = info[0].As<Napi::Object>();
  const Napi::Value text = options.Get("text");
  const bool asText = !text.IsUndefined() && toFlag(text, "text");
  return Worker<ScanRecords>::run(
      info.Env(), [asText, devices = toDevices(options.Get("devices"))] { return walk(asText, devices); },
      [](Napi::Env env, ScanRecords& records) { return toJs(env, records); });
}

}  // namespace shmscope
