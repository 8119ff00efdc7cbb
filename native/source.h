// One open way to the bytes of an object, and its face in JavaScript.
#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aligned.h"
#include "exchange.h"
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
  // The parts of the object that it leads to, ascending and apart; reading elsewhere before the end is EACCES.
  virtual std::vector<Extent> shown() const { return {{0, stat().size}}; }
  virtual size_t read(uint8_t* target, size_t length, uint64_t offset) const = 0;
  virtual void write(const uint8_t* bytes, size_t length, uint64_t offset) const = 0;
  // What it held at the offset, which is aligned to the swap's size: stored where that fits. ERANGE as for `write`.
  virtual uint64_t compareAndSwap(uint64_t offset, const Swap& swap) const = 0;
  // The first part of [from, end) that holds memory; nothing where none does. Never reaches past the object's end.
  virtual std::optional<Extent> nextHeld(uint64_t from, uint64_t end) const = 0;
};

// One shared mapping of a process; address and offset are those of a page.
struct MappedPart {
  int pid;
  uint64_t address;
  uint64_t length;
  uint64_t offset;
};

// What is known of an object: its device and inode, and its size where that is certain, else 0.
struct Expected {
  std::optional<dev_t> device;
  uint64_t inode = 0;
  uint64_t size = 0;
};

std::unique_ptr<Source> openPathSource(const std::string& path, bool write);
std::unique_ptr<Source> openMapFilesSource(int pid, uint64_t address, uint64_t length, bool write);
std::unique_ptr<Source> openDescriptorSource(int pid, int fd, dev_t device, uint64_t inode, bool write);
std::unique_ptr<Source> openProcessSource(const std::vector<MappedPart>& parts, const Expected& expected);
std::unique_ptr<Source> openSysvSource(int shmid, bool write);

// Descriptors of the process that lead to the object, ascending, among the first kMostDescriptors that it has open.
std::vector<int> findDescriptors(int pid, dev_t device, uint64_t inode);

// The source that one of these functions gave to JavaScript: EINVAL for anything else, EBADF where it is closed.
std::shared_ptr<const Source> toSource(const Napi::Value& value, const char* what);

// Of the same names in src/native/addon.ts.
Napi::Value findDescriptors(const Napi::CallbackInfo& info);
Napi::Value openPath(const Napi::CallbackInfo& info);
Napi::Value openDescriptor(const Napi::CallbackInfo& info);
Napi::Value openMapFiles(const Napi::CallbackInfo& info);
Napi::Value openProcess(const Napi::CallbackInfo& info);
Napi::Value openProcesses(const Napi::CallbackInfo& info);
Napi::Value openSysv(const Napi::CallbackInfo& info);

}  // namespace shmscope
