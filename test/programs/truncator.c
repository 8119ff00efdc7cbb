/* truncator NAME: cuts its object to 0 and lets it grow again, some 1,000 times a second, and fills what it has with
 * PATTERN. */
#include <fcntl.h>
#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

enum { SIZE = 1 << 20, PATTERN = 0xa5 };

static sigjmp_buf past_end;
static void on_bus_error(int signal_number) { siglongjmp(past_end, signal_number); }

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: truncator NAME\n"), 2;
  until_terminated();
  signal(SIGBUS, on_bus_error);
  int fd = check(shm_open(argv[1], O_CREAT | O_RDWR, 0600), "shm_open");
  char* bytes = must(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  ready();
  while (!ended) {
    check(ftruncate(fd, rand() % (SIZE + 1)), "ftruncate");
    if (sigsetjmp(past_end, 1) == 0) memset(bytes, PATTERN, SIZE);
    pause_ms(1);
    check(ftruncate(fd, 0), "ftruncate");
  }
  munmap(bytes, SIZE);
  shm_unlink(argv[1]);
  return 0;
}
