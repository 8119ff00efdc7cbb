#include "image.h"

#include <gelf.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "parallel.h"
#include "relocate.h"

namespace shmscope::dwarf {

MappedFile::MappedFile(const Fd& fd, const std::string& name) {
  struct stat status;
  if (fstat(fd.get(), &status) != 0) throw Problem{"EIO", "fstat '" + name + "': " + std::strerror(errno), {}};
  if (!S_ISREG(status.st_mode) || status.st_size <= 0) throw Problem{"ENOEXEC", name + " is no ELF file.", {}};
  length_ = static_cast<size_t>(status.st_size);
  base_ = mmap(nullptr, length_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (base_ == MAP_FAILED) throw Problem{"ENOMEM", "mmap '" + name + "': " + std::strerror(errno), {}};
}

MappedFile::~MappedFile() { munmap(base_, length_); }

Image::Image(const Fd& fd, std::string name) : name_(std::move(name)), file_(std::make_unique<MappedFile>(fd, name_)) {
  elf_version(EV_CURRENT);
  // libelf takes a pointer to what it may not write: it is told to read only.
  auto* begin = reinterpret_cast<char*>(const_cast<uint8_t*>(file_->bytes().data()));
  elf_.reset(elf_memory(begin, file_->bytes().size()));
  GElf_Ehdr header;
  if (!elf_ || elf_kind(elf_.get()) != ELF_K_ELF || !gelf_getehdr(elf_.get(), &header))
    throw Problem{"ENOEXEC", name_ + " is no ELF file.", {}};
  machine_ = header.e_machine;
  type_ = header.e_type;
  is64_ = header.e_ident[EI_CLASS] == ELFCLASS64;
  swapped_ = (header.e_ident[EI_DATA] == ELFDATA2LSB) != (std::endian::native == std::endian::little);
  readSegments();
  size_t names = 0;
  if (elf_getshdrstrndx(elf_.get(), &names) != 0) return;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_.get(), section));) {
    GElf_Shdr at;
    if (!gelf_getshdr(section, &at) || at.sh_type == SHT_NOBITS) continue;
    const char* text = elf_strptr(elf_.get(), names, at.sh_name);
    if (text && std::strncmp(text, ".", 1) == 0) sections_[text].push_back(section);
  }
}

void Image::readSegments() {
  size_t count = 0;
  if (elf_getphdrnum(elf_.get(), &count) != 0) return;
  for (size_t i = 0; i < count; i++) {
    GElf_Phdr one;
    if (!gelf_getphdr(elf_.get(), static_cast<int>(i), &one)) return;
    if (one.p_type != PT_LOAD || !(one.p_flags & PF_X) || one.p_offset > whole().size()) continue;
    code_.push_back({one.p_vaddr, one.p_offset, std::min<uint64_t>(one.p_filesz, whole().size() - one.p_offset)});
  }
}

uint64_t Image::addressOf(const std::string& section) const {
  const auto* found = find(section);
  GElf_Shdr header;
  return found && gelf_getshdr(found->second.front(), &header) ? header.sh_addr : 0;
}

Bytes Image::codeAt(uint64_t address) const {
  for (const Segment& one : code_)
    if (address >= one.address && address - one.address < one.size)
      return whole().subspan(one.offset, one.size).subspan(address - one.address);
  return {};
}

const std::pair<const std::string, std::vector<Elf_Scn*>>* Image::find(const std::string& name) const {
  auto found = sections_.find(name);
  if (found == sections_.end() && name.starts_with(".debug_")) found = sections_.find(".z" + name.substr(1));
  return found == sections_.end() ? nullptr : &*found;
}

// Of those that are compressed, the largest first.
std::vector<Image::Packed*> Image::allocate(const std::vector<std::string>& names) {
  std::vector<Packed*> all;
  try {
    for (const std::string& name : names) {
      const auto* found = find(name);
      if (!found || found->second.size() != 1) continue;
      Elf_Scn* const section = found->second.front();
      const Raw raw = rawOf(section, found->first);
      if (raw.compressed) all.push_back(&packed_.emplace_back(section, headerOf(raw.bytes, found->first)));
    }
  } catch (const Problem&) {
    // section() says it, should that one be asked for.
  }
  std::sort(all.begin(), all.end(), [](const Packed* a, const Packed* b) { return a->room.size() > b->room.size(); });
  return all;
}

void Image::unpack(const std::vector<std::string>& first, const std::function<void()>& meanwhile,
                   const std::vector<std::string>& later) {
  std::vector<Packed*> sections = allocate(first);
  const size_t before = sections.size();
  for (Packed* one : allocate(later)) sections.push_back(one);
  unpacking_ = sections.size();
  inParallel(sections.size() + 1, [&](size_t, size_t task) {
    if (task == before) return meanwhile();
    sections[task < before ? task : task - 1]->unpack();
    unpacking_--;
  });
}

Stream Image::stream(const std::string& name) {
  const auto known = loaded_.find(name);
  if (known != loaded_.end()) return known->second;
  return loaded_.emplace(name, load(name)).first->second;
}

Bytes Image::section(const std::string& name) { return stream(name).whole(); }

Stream Image::load(const std::string& name) {
  const auto* found = find(name);
  if (!found) return {};
  if (found->second.size() == 1) return load(found->second.front(), found->first);
  std::vector<uint8_t> all;
  for (Elf_Scn* section : found->second) {
    const Bytes part = load(section, found->first).whole();
    all.insert(all.end(), part.begin(), part.end());
  }
  copies_.push_back(std::move(all));
  return {copies_.back()};
}

Image::Raw Image::rawOf(Elf_Scn* section, const std::string& name) const {
  GElf_Shdr header;
  Elf_Data* data = elf_rawdata(section, nullptr);
  if (!gelf_getshdr(section, &header) || !data) broken(name + " lies outside the file");
  const Bytes bytes{static_cast<const uint8_t*>(data->d_buf), data->d_buf ? data->d_size : 0};
  // Before there was SHF_COMPRESSED, GNU tools told it by the name.
  return {bytes, (header.sh_flags & SHF_COMPRESSED) || name.starts_with(".z")};
}

Stream Image::load(Elf_Scn* section, const std::string& name) {
  for (Packed& one : packed_)
    if (one.section == section) return {one.room, &one.arrival};
  const Raw raw = rawOf(section, name);
  if (!raw.compressed) return {type_ == ET_REL ? relocated(section, raw.bytes) : raw.bytes};
  const Compressed packed = headerOf(raw.bytes, name);
  copies_.emplace_back(packed.size);
  if (!inflate(packed, copies_.back())) notDecompressed();
  return {copies_.back()};
}

Compressed Image::headerOf(Bytes bytes, const std::string& section) const {
  Reader reader(bytes, 0, swapped_);
  uint64_t size = 0;
  uint32_t how = ELFCOMPRESS_ZLIB;
  if (section.starts_with(".z")) {
    // 'ZLIB' and the size, the most significant byte first.
    reader.skip(4);
    for (int i = 0; i < 8; i++) size = size << 8 | reader.u8();
  } else {
    // Elf32_Chdr and Elf64_Chdr (elf(5)).
    how = reader.u32();
    if (is64_) reader.skip(4);
    size = is64_ ? reader.u64() : reader.u32();
    reader.skip(is64_ ? 8 : 4);
  }
  const Compressed compressed{bytes.subspan(reader.at()), size, how};
  checkSize(compressed, name_);
  return compressed;
}

Bytes Image::relocated(Elf_Scn* section, Bytes bytes) {
  copies_.emplace_back(bytes.begin(), bytes.end());
  if (!relocate(elf_.get(), elf_ndxscn(section), machine_, swapped_, copies_.back())) return bytes;
  return copies_.back();
}

std::string Image::buildId() {
  const Bytes notes = section(".note.gnu.build-id");
  if (notes.empty()) return {};
  Reader reader(notes, 0, swapped_);
  const uint32_t nameLength = reader.u32();
  const uint32_t length = reader.u32();
  // NT_GNU_BUILD_ID of elf.h; the name is 'GNU' and its NUL.
  if (reader.u32() != NT_GNU_BUILD_ID || nameLength != 4 || reader.u32() == 0) return {};
  std::string text;
  for (uint32_t i = 0; i < length; i++) {
    constexpr char kDigits[] = "0123456789abcdef";
    const uint8_t byte = reader.u8();
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

}  // namespace shmscope::dwarf
