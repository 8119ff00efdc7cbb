/* file_reader PATH: maps the file of file_writer read-only and prints the line at offset 1024 every second. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

enum { SIZE = 8192, LINE = 1024, ROOM = 128 };

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: file_reader PATH\n"), 2;
  until_terminated();
  int fd = check(open(argv[1], O_RDONLY), "open");
  const char* bytes = must(mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  ready();
  while (!ended) {
    printf("%.*s", ROOM, bytes + LINE);
    fflush(stdout);
    pause_ms(1000);
  }
  return 0;
}
