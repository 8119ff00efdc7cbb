// The records of a ring (PERF_RECORD_* in linux/perf_event.h), as those of watchpoints_events.cc are laid out.
#pragma once

#include <linux/perf_event.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

namespace shmscope {

// Bits of asm/perf_regs.h; 0 where breakpoints are not known to work.
#if defined(__x86_64__)
// bp 6, sp 7, ip 8.
constexpr uint64_t kSampledRegisters = 7U << 6;
#elif defined(__aarch64__)
// fp 29, lr 30, sp 31, pc 32.
constexpr uint64_t kSampledRegisters = uint64_t{15} << 29;
#else
constexpr uint64_t kSampledRegisters = 0;
#endif

struct Sample {
  // As the CPU reports it.
  uint64_t ip = 0;
  int32_t pid = 0;
  int32_t tid = 0;
  uint64_t time = 0;
  uint64_t id = 0;
  uint64_t sp = 0;
  uint64_t bp = 0;
  // aarch64 only.
  uint64_t lr = 0;
  // Bytes of an address: 4 for a program of 32 bits.
  uint8_t word = 8;
  // What lies from sp on. Empty where the kernel gave none.
  std::span<const uint8_t> stack;
};

// A fork (or a new thread), or the end of a thread.
struct TaskRecord {
  int32_t pid = 0;
  int32_t parentPid = 0;
  int32_t tid = 0;
  int32_t parentTid = 0;
  uint64_t time = 0;
};

// Forks and execs are told once for each trail that a thread has, each time with a time of its own.
inline bool isSameEvent(uint64_t one, uint64_t other) {
  constexpr uint64_t kApart = 1'000'000;
  return (one < other ? other - one : one - other) < kApart;
}

struct CommRecord {
  int32_t pid = 0;
  int32_t tid = 0;
  uint64_t time = 0;
  bool exec = false;
  std::string name;
};

class RecordReader {
 public:
  explicit RecordReader(const perf_event_header* header)
      : at_(reinterpret_cast<const uint8_t*>(header + 1)),
        end_(reinterpret_cast<const uint8_t*>(header) + header->size) {}

  template <class Number>
  Number take() {
    Number number{};
    if (static_cast<size_t>(end_ - at_) < sizeof number) {
      at_ = end_;
      return number;
    }
    memcpy(&number, at_, sizeof number);
    at_ += sizeof number;
    return number;
  }
  std::span<const uint8_t> bytes(uint64_t length) {
    const auto had = static_cast<size_t>(end_ - at_) < length ? static_cast<size_t>(end_ - at_) : length;
    const std::span<const uint8_t> part(at_, had);
    at_ += had;
    return part;
  }
  std::span<const uint8_t> rest() const { return {at_, end_}; }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

Sample toSample(const perf_event_header* header);
TaskRecord toTask(const perf_event_header* header);
CommRecord toComm(const perf_event_header* header);

}  // namespace shmscope
