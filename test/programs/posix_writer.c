/* posix_writer NAME: makes a POSIX object and increments its counter 1,000 times a second. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"
#include "shared.h"

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "/shmscope-demo";
  until_terminated();
  int fd = check(shm_open(name, O_CREAT | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, sizeof(struct shared)), "ftruncate");
  volatile struct shared* shared = must(mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  strcpy((char*)shared->name, "writer");
  shared->temperature = 21.5;
  ready();
  while (!ended) {
    shared->counter++;
    shared->ticks++;
    shared->temperature = 20 + (double)(shared->counter % 1000) / 100;
    pause_ms(1);
  }
  munmap((void*)shared, sizeof *shared);
  shm_unlink(name);
  return 0;
}
