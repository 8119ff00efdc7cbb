/* posix_reader NAME: maps the object of posix_writer read-only and prints it every second. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"
#include "shared.h"

int main(int argc, char** argv) {
  until_terminated();
  int fd = check(shm_open(argc > 1 ? argv[1] : "/shmscope-demo", O_RDONLY, 0), "shm_open");
  const volatile struct shared* shared = must(mmap(NULL, sizeof *shared, PROT_READ, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  ready();
  while (!ended) {
    printf("%s: %lu, %.2f degrees\n", (const char*)shared->name, (unsigned long)shared->counter, shared->temperature);
    fflush(stdout);
    pause_ms(1000);
  }
  return 0;
}
