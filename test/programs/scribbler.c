/* scribbler NAME MIB: writes to every page of its object again and again, as fast as it can. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: scribbler NAME MIB\n"), 2;
  until_terminated();
  size_t size = (size_t)atoi(argv[2]) << 20;
  int fd = check(shm_open(argv[1], O_CREAT | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, (off_t)size), "ftruncate");
  volatile uint64_t* words = must(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  ready();
  for (uint64_t value = 1; !ended; value++)
    for (size_t i = 0; i < size / sizeof *words && !ended; i += 8) words[i] = value;
  shm_unlink(argv[1]);
  return 0;
}
