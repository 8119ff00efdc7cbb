#include "elf_segments.h"

#include <elf.h>
#include <unistd.h>

#include <bit>
#include <cstring>

namespace shmscope {

namespace {

// A linker makes a dozen; what has more is not looked at.
constexpr size_t kMostHeaders = 512;
constexpr unsigned char kOwnOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

template <class T>
bool readAt(int fd, T* to, size_t count, uint64_t offset) {
  if (offset > INT64_MAX) return false;
  const ssize_t had = pread(fd, to, count * sizeof(T), static_cast<off_t>(offset));
  return had >= 0 && static_cast<size_t>(had) == count * sizeof(T);
}

template <class Header, class ProgramHeader>
std::optional<std::vector<ElfSegment>> segmentsOf(int fd) {
  Header header;
  if (!readAt(fd, &header, 1, 0) || header.e_phentsize != sizeof(ProgramHeader) || header.e_phnum > kMostHeaders)
    return {};
  std::vector<ProgramHeader> all(header.e_phnum);
  if (!readAt(fd, all.data(), all.size(), header.e_phoff)) return {};
  std::vector<ElfSegment> segments;
  for (const ProgramHeader& each : all) {
    if (each.p_type == PT_LOAD)
      segments.push_back({each.p_offset, each.p_vaddr, each.p_filesz, (each.p_flags & PF_X) != 0});
  }
  return segments;
}

}  // namespace

std::optional<std::vector<ElfSegment>> elfSegments(int fd) {
  unsigned char ident[EI_NIDENT];
  if (!readAt(fd, ident, sizeof ident, 0) || memcmp(ident, ELFMAG, SELFMAG) != 0 || ident[EI_DATA] != kOwnOrder)
    return {};
  if (ident[EI_CLASS] == ELFCLASS64) return segmentsOf<Elf64_Ehdr, Elf64_Phdr>(fd);
  if (ident[EI_CLASS] == ELFCLASS32) return segmentsOf<Elf32_Ehdr, Elf32_Phdr>(fd);
  return {};
}

}  // namespace shmscope
