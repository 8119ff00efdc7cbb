/* seqlock NAME [stuck]: an object of 4096 bytes, a counter and 511 words that are all equal whenever the counter is
 * even; rewritten every some 50 µs. With `stuck` the writer has died in the middle: the counter stays odd. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

struct guarded {
  _Atomic uint64_t sequence;
  _Atomic uint64_t words[511];
};

static void spin(void) {
  for (volatile int i = 0; i < 20000; i++) continue;
}

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: seqlock NAME [stuck]\n"), 2;
  until_terminated();
  int fd = check(shm_open(argv[1], O_CREAT | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, sizeof(struct guarded)), "ftruncate");
  struct guarded* shared = must(mmap(NULL, sizeof(struct guarded), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  if (argc > 2) atomic_store(&shared->sequence, 1);
  ready();
  for (uint64_t value = 1; !ended; value++) {
    if (argc > 2) {
      pause_ms(20);
      continue;
    }
    atomic_fetch_add(&shared->sequence, 1);
    for (int i = 0; i < 511; i++) atomic_store(&shared->words[i], value);
    atomic_fetch_add(&shared->sequence, 1);
    spin();
  }
  shm_unlink(argv[1]);
  return 0;
}
