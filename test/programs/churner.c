/* churner NAME MIB: fills its object, cuts it and fills it again, some 20 times a second; after SIGUSR1 it also removes
 * it and makes another one under the name, which lives for a fifth of a second or for two. Bytes 0 to 15 tell twice
 * which object of this name it is, all others are that number's mark. Ends with status 3 if the object ever holds
 * something else than that. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"

enum { BRIEF = 5, LONG = 50, MARKS = 250 };

static volatile sig_atomic_t replacing;
static void on_usr1(int signal_number) { (void)signal_number, replacing = 1; }

static void fill(char* bytes, size_t size, uint64_t number) {
  uint64_t head[2] = {number, number};
  memcpy(bytes, head, sizeof head);
  memset(bytes + sizeof head, (int)(number % MARKS) + 1, size - sizeof head);
}

static void verify(int fd, const char* bytes, size_t size, uint64_t number) {
  uint64_t head[2] = {number, number};
  char mark = (char)(number % MARKS + 1);
  struct stat is;
  check(fstat(fd, &is), "fstat");
  int same = (size_t)is.st_size == size;
  if (same && size > sizeof head)
    same = memcmp(bytes, head, sizeof head) == 0 && bytes[16] == mark && memcmp(bytes + 16, bytes + 17, size - 17) == 0;
  if (same) return;
  fprintf(stderr, "somebody wrote into object %lu\n", (unsigned long)number);
  exit(3);
}

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: churner NAME MIB\n"), 2;
  until_terminated();
  struct sigaction action = {.sa_handler = on_usr1, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  size_t size = (size_t)atoi(argv[2]) << 20;
  for (uint64_t number = 1; !ended; number++) {
    int fd = check(shm_open(argv[1], O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open");
    char* bytes = must(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
    for (int round = 0; !ended && (round < (number % 2 ? BRIEF : LONG) || !replacing); round++) {
      check(ftruncate(fd, (off_t)size), "ftruncate");
      fill(bytes, size, number);
      if (number == 1 && round == 0) ready();
      pause_ms(30);
      verify(fd, bytes, size, number);
      size_t cut = round % 2 ? 0 : (size_t)rand() % size;
      check(ftruncate(fd, (off_t)cut), "ftruncate");
      pause_ms(10);
      verify(fd, bytes, cut, number);
    }
    munmap(bytes, size);
    close(fd);
    shm_unlink(argv[1]);
    if (!ended) pause_ms(rand() % 300);
  }
  return 0;
}
