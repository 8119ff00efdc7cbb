/* counter NAME PAUSE: an object of a page whose first 8 bytes are one counter, which is incremented in one step, again
 * and again, with so many turns of a loop between two; the next 8 bytes tell at the end how often. The object stays:
 * remove it. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: counter NAME PAUSE\n"), 2;
  until_terminated();
  int fd = check(shm_open(argv[1], O_CREAT | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, 4096), "ftruncate");
  uint64_t* words = must(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  ready();
  uint64_t count = 0;
  for (const int pause = atoi(argv[2]); !ended; count++) {
    __atomic_fetch_add(&words[0], 1, __ATOMIC_SEQ_CST);
    for (volatile int i = 0; i < pause; i++) continue;
  }
  __atomic_store_n(&words[1], count, __ATOMIC_SEQ_CST);
  return 0;
}
