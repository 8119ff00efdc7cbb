// An ELF file and the sections of debug info in it.
#pragma once

#include <libelf.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../fd.h"
#include "buffer.h"
#include "inflate.h"

namespace shmscope::dwarf {

// A file mapped for reading. Should somebody cut it meanwhile, SIGBUS ends this process, which is there for that.
class MappedFile {
 public:
  // `name` is for the messages. ENOEXEC for what is no regular file, or empty.
  MappedFile(const Fd& fd, const std::string& name);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();
  Bytes bytes() const { return {static_cast<const uint8_t*>(base_), length_}; }

 private:
  void* base_;
  size_t length_;
};

// A section of which the end may be yet to come.
struct Stream {
  Bytes bytes;
  // Nothing where all is there.
  Arrival* arrival = nullptr;
  // As Arrival has it.
  void wait(size_t count) const {
    if (arrival && !arrival->wait(count)) notDecompressed();
  }
  Bytes whole() const {
    wait(bytes.size());
    return bytes;
  }
};

class Image {
 public:
  // ENOEXEC for what is no ELF file.
  Image(const Fd& fd, std::string name);

  const std::string& name() const { return name_; }
  uint16_t machine() const { return machine_; }
  bool is64() const { return is64_; }
  bool swapped() const { return swapped_; }
  bool has(const std::string& section) const { return sections_.contains(section); }
  // Its bytes, decompressed and, in an object file, relocated; empty where there is none. ENOMEM, ENOTSUP (zstd) and
  // ETYPE (a damaged one). Valid as long as the image.
  Bytes section(const std::string& name);
  // Decompresses those of the sections that are compressed, at once; `meanwhile` is called beside that, to read what
  // has come of `first`. Once.
  void unpack(const std::vector<std::string>& first, const std::function<void()>& meanwhile,
              const std::vector<std::string>& later);
  // unpack() has not ended, so that nothing else can be shared out among threads.
  bool isUnpacking() const { return unpacking_ > 0; }
  // As section() has it. Of those that are being decompressed only what was waited for is there.
  Stream stream(const std::string& name);
  // Where a section stands in memory, as the file counts addresses; 0 for one that does not.
  uint64_t addressOf(const std::string& section) const;
  // The code from an address on, to the end of its segment; empty where there is none in the file.
  Bytes codeAt(uint64_t address) const;
  // Empty where the file has none.
  std::string buildId();
  Bytes whole() const { return file_->bytes(); }

 private:
  struct End {
    void operator()(Elf* elf) const { elf_end(elf); }
  };
  // As it stands in the file.
  struct Raw {
    Bytes bytes;
    bool compressed;
  };
  // What of the file is loaded to be run.
  struct Segment {
    uint64_t address, offset, size;
  };
  struct Packed {
    Packed(Elf_Scn* section, const Compressed& from) : section(section), from(from), room(from.size) {}
    void unpack() { arrival.end(inflate(from, {room.data(), room.size()})); }
    Elf_Scn* section;
    Compressed from;
    Buffer room;
    Arrival arrival{room};
  };
  void readSegments();
  const std::pair<const std::string, std::vector<Elf_Scn*>>* find(const std::string& name) const;
  Raw rawOf(Elf_Scn* section, const std::string& name) const;
  std::vector<Packed*> allocate(const std::vector<std::string>& names);
  Stream load(const std::string& name);
  Stream load(Elf_Scn* section, const std::string& name);
  Compressed headerOf(Bytes bytes, const std::string& section) const;
  Bytes relocated(Elf_Scn* section, Bytes bytes);

  std::string name_;
  std::unique_ptr<MappedFile> file_;
  std::unique_ptr<Elf, End> elf_;
  // In object files several may have one name: each type unit has its own.
  std::map<std::string, std::vector<Elf_Scn*>> sections_;
  std::vector<Segment> code_;
  std::map<std::string, Stream> loaded_;
  // What unpack() is for. Threads may be at work on them: they stay where they are.
  std::deque<Packed> packed_;
  // Sections that are not there yet.
  std::atomic<size_t> unpacking_ = 0;
  std::vector<std::vector<uint8_t>> copies_;
  uint16_t machine_ = 0;
  uint16_t type_ = 0;
  bool is64_ = false;
  bool swapped_ = false;
};

}  // namespace shmscope::dwarf
