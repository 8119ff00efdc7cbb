/* holder NAME [OFFSET]: maps the POSIX object NAME and keeps a pointer to byte OFFSET of it where HOLD_… says;
 * -DVERSION=2 is of another header. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common.h"
#include "sample.h"

#if defined HOLD_LIBRARY
void hold(void* bytes);
#elif defined HOLD_GLOBAL
struct sample* latest;
static void hold(void* bytes) { latest = bytes; }
#elif defined HOLD_STATIC
static const struct sample* volatile latest;
static void hold(void* bytes) { latest = bytes; }
#elif defined HOLD_LOCAL
static void hold(void* bytes) {
  static struct sample* latest;
  latest = bytes;
}
#elif defined HOLD_MEMBER
struct state {
  int count;
  struct {
    struct sample* latest;
  } views[3];
} state;
static void hold(void* bytes) { state.views[1].latest = bytes; }
#elif defined HOLD_BYTES
char* text;
unsigned char* bytes_of;
void* anything;
static void hold(void* bytes) { text = bytes, bytes_of = bytes, anything = bytes; }
#elif defined HOLD_TWO
struct other {
  uint32_t words[4];
};
struct sample* latest;
struct other* other;
uint32_t* counter;
static void hold(void* bytes) { latest = bytes, other = bytes, counter = (uint32_t*)bytes + 2; }
#elif defined HOLD_NONE
struct sample unused;
static void hold(void* bytes) { (void)bytes; }
#endif

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: holder NAME [OFFSET]\n"), 2;
  until_terminated();
  const int fd = check(shm_open(argv[1], O_RDWR, 0), "shm_open");
  const size_t size = (size_t)check((int)lseek(fd, 0, SEEK_END), "lseek");
  char* bytes = must(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  hold(bytes + (argc > 2 ? atoi(argv[2]) : 0));
  ready();
  while (!ended) pause_ms(1000);
  return 0;
}
