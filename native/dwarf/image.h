// An ELF file and the sections of debug info in it.
#pragma once

#include <libelf.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../fd.h"
#include "bytes.h"
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
  // Decompresses those of the sections that are compressed, at once. As section() otherwise.
  void prepare(const std::vector<std::string>& names);
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
  const std::pair<const std::string, std::vector<Elf_Scn*>>* find(const std::string& name) const;
  Raw rawOf(Elf_Scn* section, const std::string& name) const;
  Bytes load(Elf_Scn* section, const std::string& name);
  Compressed headerOf(Bytes bytes, const std::string& name) const;
  Bytes relocated(Elf_Scn* section, Bytes bytes);

  std::string name_;
  std::unique_ptr<MappedFile> file_;
  std::unique_ptr<Elf, End> elf_;
  // In object files several may have one name: each type unit has its own.
  std::map<std::string, std::vector<Elf_Scn*>> sections_;
  std::map<std::string, Bytes> loaded_;
  std::vector<Buffer> buffers_;
  std::vector<std::vector<uint8_t>> copies_;
  uint16_t machine_ = 0;
  uint16_t type_ = 0;
  bool is64_ = false;
  bool swapped_ = false;
};

}  // namespace shmscope::dwarf
