/* leaves NAME: stores 100 times to an object's first word; when it is told (SIGUSR1), puts memory of its own in the
 * object's place and stores there. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common.h"

static volatile sig_atomic_t told;
static void tell(int signal_number) { (void)signal_number, told = 1; }

static void* map_at(void* where, int flags, int fd) {
  return must(mmap(where, 4096, PROT_READ | PROT_WRITE, flags, fd, 0), "mmap");
}

int main(int count, char** words) {
  if (count != 2) return 2;
  until_terminated();
  struct sigaction action = {.sa_handler = tell};
  sigaction(SIGUSR1, &action, NULL);
  volatile uint64_t* word = map_at(NULL, MAP_SHARED, check(shm_open(words[1], O_RDWR, 0), "shm_open"));
  ready();
  while (!told && !ended) pause_ms(10);
  for (int i = 0; i < 100; i++) ++*word;
  told = 0;
  while (!told && !ended) pause_ms(10);
  munmap((void*)word, 4096);
  word = map_at((void*)word, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
  while (!ended) {
    ++*word;
    pause_ms(1);
  }
  return 0;
}
