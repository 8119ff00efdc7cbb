/* file_writer PATH: maps a regular file and writes a line of UTF-8 at offset 1024 every second. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

enum { SIZE = 8192, LINE = 1024, ROOM = 128 };

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: file_writer PATH\n"), 2;
  until_terminated();
  int fd = check(open(argv[1], O_CREAT | O_RDWR, 0600), "open");
  check(ftruncate(fd, SIZE), "ftruncate");
  char* bytes = must(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  for (int line = 1; !ended; line++) {
    snprintf(bytes + LINE, ROOM, "第%d行：共享内存映射\n", line);
    if (line == 1) ready();
    pause_ms(1000);
  }
  munmap(bytes, SIZE);
  unlink(argv[1]);
  return 0;
}
