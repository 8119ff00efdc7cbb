#include "watchpoints_record.h"

namespace shmscope {

namespace {

void readRegisters(RecordReader& reader, Sample& sample) {
  const auto abi = reader.take<uint64_t>();
  if (abi == PERF_SAMPLE_REGS_ABI_NONE) return;
  if (abi == PERF_SAMPLE_REGS_ABI_32) sample.word = 4;
  sample.bp = reader.take<uint64_t>();
#if defined(__aarch64__)
  sample.lr = reader.take<uint64_t>();
#endif
  sample.sp = reader.take<uint64_t>();
  // The program counter again.
  reader.take<uint64_t>();
}

}  // namespace

Sample toSample(const perf_event_header* header) {
  RecordReader reader(header);
  Sample sample;
  sample.ip = reader.take<uint64_t>();
  sample.pid = reader.take<int32_t>();
  sample.tid = reader.take<int32_t>();
  sample.time = reader.take<uint64_t>();
  sample.id = reader.take<uint64_t>();
  readRegisters(reader, sample);
  const auto room = reader.take<uint64_t>();
  const auto dump = reader.bytes(room);
  // How much of the room was filled follows it.
  const auto filled = room == 0 ? 0 : reader.take<uint64_t>();
  sample.stack = dump.first(filled < dump.size() ? filled : dump.size());
  return sample;
}

TaskRecord toTask(const perf_event_header* header) {
  RecordReader reader(header);
  TaskRecord task;
  task.pid = reader.take<int32_t>();
  task.parentPid = reader.take<int32_t>();
  task.tid = reader.take<int32_t>();
  task.parentTid = reader.take<int32_t>();
  task.time = reader.take<uint64_t>();
  return task;
}

CommRecord toComm(const perf_event_header* header) {
  RecordReader reader(header);
  CommRecord comm;
  comm.pid = reader.take<int32_t>();
  comm.tid = reader.take<int32_t>();
  comm.exec = (header->misc & PERF_RECORD_MISC_COMM_EXEC) != 0;
  // The name, padded to 8 bytes with NULs, then pid and tid, time, id (sample_id_all).
  constexpr size_t kTrailer = 24;
  const auto rest = reader.rest();
  if (rest.size() <= kTrailer) return comm;
  const auto* name = reinterpret_cast<const char*>(rest.data());
  comm.name.assign(name, strnlen(name, rest.size() - kTrailer));
  memcpy(&comm.time, rest.data() + rest.size() - 16, sizeof comm.time);
  return comm;
}

}  // namespace shmscope
