// holder NAME: as holder.c, with the pointer in a namespace, or with HOLD_CLASS in a class.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>

namespace feed {

struct Level {
  std::int64_t price;
  std::uint32_t quantity;
};
template <class T, int N>
struct Ring {
  std::uint32_t head, tail;
  T items[N];
};
using Book = Ring<Level, 4>;

#ifdef HOLD_CLASS
class Reader {
 public:
  static Book* book;
};
Book* Reader::book = nullptr;
void hold(void* bytes) { Reader::book = static_cast<Book*>(bytes); }
#else
namespace {
Book* book;
}
void hold(void* bytes) { book = static_cast<Book*>(bytes); }
#endif

}  // namespace feed

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int fd = shm_open(argv[1], O_RDWR, 0);
  void* bytes = mmap(nullptr, sizeof(feed::Book), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd < 0 || bytes == MAP_FAILED) return 1;
  close(fd);
  feed::hold(bytes);
  std::puts("ready");
  std::fflush(stdout);
  for (;;) pause();
}
