#include "inflate.h"

#include <elf.h>
#include <zlib.h>

#include <memory>
#if __has_include(<libdeflate.h>)
#include <libdeflate.h>
#endif
#if __has_include(<zstd.h>)
#include <zstd.h>
#endif

namespace shmscope::dwarf {

namespace {

// ELFCOMPRESS_ZSTD, which the elf.h of glibc 2.36 does not have.
constexpr uint32_t kZstd = 2;

#if __has_include(<libdeflate.h>)
// The same format, in a third of zlib's time.
bool byZlib(Bytes bytes, std::span<uint8_t> out) {
  struct Free {
    void operator()(libdeflate_decompressor* one) const { libdeflate_free_decompressor(one); }
  };
  const std::unique_ptr<libdeflate_decompressor, Free> how(libdeflate_alloc_decompressor());
  return how && libdeflate_zlib_decompress(how.get(), bytes.data(), bytes.size(), out.data(), out.size(), nullptr) ==
                    LIBDEFLATE_SUCCESS;
}
#else
bool byZlib(Bytes bytes, std::span<uint8_t> out) {
  uLongf had = out.size();
  return uncompress(out.data(), &had, bytes.data(), bytes.size()) == Z_OK && had == out.size();
}
#endif

#if __has_include(<zstd.h>)
constexpr bool kHasZstd = true;
bool byZstd(Bytes bytes, std::span<uint8_t> out) {
  return ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size()) == out.size();
}
#else
constexpr bool kHasZstd = false;
bool byZstd(Bytes, std::span<uint8_t>) { return false; }
#endif

}  // namespace

void checkSize(const Compressed& section, const std::string& name) {
  if (section.how == kZstd && !kHasZstd)
    throw Problem{"ENOTSUP", name + " has debug info that is compressed with zstd, which this build does not read.",
                  "Decompress it with 'objcopy --decompress-debug-sections'."};
  // Neither can make more of a byte (zlib's manual; RFC 8878, 3.1.1.2: a block of up to 128 KiB takes three bytes at
  // least).
  if (section.size / (section.how == kZstd ? 43'700 : 1032) > section.bytes.size())
    broken("a compressed section says a size that it cannot have");
}

bool inflate(const Compressed& section, std::span<uint8_t> room) {
  const auto [bytes, size, how] = section;
  return size == 0 || (how == kZstd ? byZstd(bytes, room) : how == ELFCOMPRESS_ZLIB && byZlib(bytes, room));
}

void notDecompressed() { broken("a compressed section cannot be decompressed"); }

}  // namespace shmscope::dwarf
