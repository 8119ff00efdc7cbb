/* nameless KIND NAME COUNT: objects without a name, 16 KiB each, of which page 0 begins with "nameless", then the
   number of the object. held, sealed: memfds that are open and nothing more; sealed with F_SEAL_WRITE. mapped: memfds
   that are open and mapped, and never touched through the mapping. closed: mapped and touched, closed after that.
   future: as mapped, sealed with F_SEAL_FUTURE_WRITE. unlinked: POSIX objects that are open, and have lost their name.
   huge: memfds of two huge pages, the first of which is held, mapped and open. huge-sysv: the same as System V
   segments. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "common.h"

enum { SIZE = 4 * 4096, HUGE_SIZE = 2 << 21, NUMBER_AT = 8 };

static bool is(const char* kind, const char* name) { return strcmp(kind, name) == 0; }

static int object(const char* kind, const char* name) {
  if (is(kind, "huge")) return check(memfd_create(name, MFD_HUGETLB), "memfd_create");
  if (!is(kind, "unlinked")) return check(memfd_create(name, MFD_ALLOW_SEALING), "memfd_create");
  int fd = check(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open");
  check(shm_unlink(name), "shm_unlink");
  return fd;
}

static void* shared(int fd, size_t size) {
  return must(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0), "mmap");
}

static void fill(char* bytes, int number) {
  strcpy(bytes, "nameless");
  bytes[NUMBER_AT] = (char)number;
}

static void make(const char* kind, const char* name, int number) {
  char first[NUMBER_AT + 1];
  if (is(kind, "huge-sysv")) {
    int shmid = check(shmget(IPC_PRIVATE, HUGE_SIZE, SHM_HUGETLB | SHM_NORESERVE | IPC_CREAT | 0600), "shmget");
    fill(must(shmat(shmid, NULL, 0), "shmat"), number);
    check(shmctl(shmid, IPC_RMID, NULL), "shmctl");
    return;
  }
  int fd = object(kind, name);
  size_t size = is(kind, "huge") ? HUGE_SIZE : SIZE;
  check(ftruncate(fd, (off_t)size), "ftruncate");
  if (is(kind, "huge")) return fill(shared(fd, size), number);
  fill(first, number);
  check((int)write(fd, first, sizeof first), "write");
  if (is(kind, "sealed")) check(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), "F_SEAL_WRITE");
  if (is(kind, "held") || is(kind, "sealed") || is(kind, "unlinked")) return;
  volatile char* bytes = shared(fd, size);
  if (is(kind, "future")) check(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), "F_SEAL_FUTURE_WRITE");
  if (!is(kind, "closed")) return;
  (void)bytes[0];
  close(fd);
}

int main(int argc, char** argv) {
  if (argc < 4) return fprintf(stderr, "usage: nameless KIND NAME COUNT\n"), 2;
  until_terminated();
  for (int number = 1; number <= atoi(argv[3]); number++) make(argv[1], argv[2], number);
  ready();
  while (!ended) pause_ms(1000);
  return 0;
}
