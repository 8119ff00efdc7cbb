/* flipper NAME: an object of 36 bytes in which a 64-bit word at 8 and the int at its end flip between all bits clear
 * and all set. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

struct flipping {
  uint64_t quiet;
  uint64_t word;
  uint32_t other[4];
  uint32_t last;
} __attribute__((packed, aligned(4)));

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: flipper NAME\n"), 2;
  until_terminated();
  int fd = check(shm_open(argv[1], O_CREAT | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, sizeof(struct flipping)), "ftruncate");
  char* mapped = must(mmap(NULL, sizeof(struct flipping), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  volatile uint64_t* word = (volatile uint64_t*)(mapped + 8);
  volatile uint32_t* last = (volatile uint32_t*)(mapped + 32);
  ready();
  for (uint64_t value = 0; !ended; value = ~value) {
    *word = value;
    *last = (uint32_t)value;
  }
  shm_unlink(argv[1]);
  return 0;
}
