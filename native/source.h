// One open way to the bytes of an object, and its face in JavaScript.
#pragma once

#include <napi.h>

#include <memory>
#include <optional>

#include "aligned.h"
#include "stat.h"

namespace shmscope {

struct Extent {
  uint64_t start;
  uint64_t end;
};

// Used on the JavaScript thread and on workers at the same time: no state but what the constructor set.
class Source {
 public:
  virtual ~Source() = default;
  virtual const char* how() const = 0;
  virtual Stat stat() const = 0;
  // The object's bytes before this offset do not exist for it.
  virtual uint64_t begin() const { return 0; }
  virtual size_t read(uint8_t* target, size_t length, uint64_t offset) const = 0;
  virtual void write(const uint8_t* bytes, size_t length, uint64_t offset) const = 0;
  // The first part of [from, end) that holds memory; nothing where none does. Never reaches past the object's end.
  virtual std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const = 0;
};

std::unique_ptr<Source> openPathSource(const std::string& path, bool write);
std::unique_ptr<Source> openMapFilesSource(int pid, uint64_t address, uint64_t length, bool write);
std::unique_ptr<Source> openProcessSource(int pid, uint64_t address, uint64_t length, uint64_t offset);
std::unique_ptr<Source> openSysvSource(int shmid, bool write);

// Addon.openPath, openMapFiles, openProcess and openSysv of src/native/addon.ts.
Napi::Value openPath(const Napi::CallbackInfo& info);
Napi::Value openMapFiles(const Napi::CallbackInfo& info);
Napi::Value openProcess(const Napi::CallbackInfo& info);
Napi::Value openSysv(const Napi::CallbackInfo& info);

}  // namespace shmscope
