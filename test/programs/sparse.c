/* sparse NAME: an object of 1 GiB of which one page holds memory, in the middle. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

enum { SIZE = 1 << 30, AT = SIZE / 2 };

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: sparse NAME\n"), 2;
  until_terminated();
  int fd = check(shm_open(argv[1], O_CREAT | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, SIZE), "ftruncate");
  char* bytes = must(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  strcpy(bytes + AT, "the only page");
  ready();
  while (!ended) pause_ms(1000);
  munmap(bytes, SIZE);
  shm_unlink(argv[1]);
  return 0;
}
