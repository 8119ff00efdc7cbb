#include "relocate.h"

#include <gelf.h>

#include <cstring>

namespace shmscope::dwarf {

namespace {

// Bytes that an absolute relocation stores, 0 for all others: the psABI documents of the machines. elf.h has the names.
unsigned widthOf(uint16_t machine, uint64_t type) {
  switch (machine) {
    case EM_X86_64:
      return type == R_X86_64_64 ? 8 : type == R_X86_64_32 || type == R_X86_64_32S ? 4 : 0;
    case EM_386:
      return type == R_386_32 ? 4 : 0;
    case EM_AARCH64:
      return type == R_AARCH64_ABS64 ? 8 : type == R_AARCH64_ABS32 ? 4 : 0;
    case EM_ARM:
      return type == R_ARM_ABS32 ? 4 : 0;
    default:
      return 0;
  }
}

struct Relocation {
  uint64_t at, symbol, type;
  // REL sections keep it where it is applied.
  int64_t addend;
  bool inPlace;
};

void apply(const Relocation& one, uint64_t value, unsigned width, std::vector<uint8_t>& bytes) {
  if (one.at > bytes.size() || bytes.size() - one.at < width) return;
  uint64_t result = value + static_cast<uint64_t>(one.addend);
  uint32_t small = 0;
  if (one.inPlace) {
    std::memcpy(&small, &bytes[one.at], sizeof small);
    result += small;
  }
  small = static_cast<uint32_t>(result);
  if (width == 4)
    std::memcpy(&bytes[one.at], &small, 4);
  else
    std::memcpy(&bytes[one.at], &result, 8);
}

void applyAll(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, uint16_t machine, std::vector<uint8_t>& bytes) {
  Elf_Data* data = elf_getdata(section, nullptr);
  Elf_Data* symbols = elf_getdata(elf_getscn(elf, header.sh_link), nullptr);
  if (!data || !symbols || header.sh_entsize == 0) return;
  const auto count = static_cast<int>(data->d_size / header.sh_entsize);
  for (int i = 0; i < count; i++) {
    Relocation one{};
    if (header.sh_type == SHT_RELA) {
      GElf_Rela rela;
      if (!gelf_getrela(data, i, &rela)) return;
      one = {rela.r_offset, GELF_R_SYM(rela.r_info), GELF_R_TYPE(rela.r_info), rela.r_addend, false};
    } else {
      GElf_Rel rel;
      if (!gelf_getrel(data, i, &rel)) return;
      one = {rel.r_offset, GELF_R_SYM(rel.r_info), GELF_R_TYPE(rel.r_info), 0, true};
    }
    const unsigned width = widthOf(machine, one.type);
    GElf_Sym symbol;
    if (width && gelf_getsym(symbols, static_cast<int>(one.symbol), &symbol)) apply(one, symbol.st_value, width, bytes);
  }
}

}  // namespace

bool relocate(Elf* elf, size_t index, uint16_t machine, bool swapped, std::vector<uint8_t>& bytes) {
  // The machines of whose relocations this knows have the byte order of the ones that it runs on.
  if (swapped) return false;
  bool any = false;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_info != index) continue;
    if (header.sh_type != SHT_RELA && header.sh_type != SHT_REL) continue;
    applyAll(elf, section, header, machine, bytes);
    any = true;
  }
  return any;
}

}  // namespace shmscope::dwarf
