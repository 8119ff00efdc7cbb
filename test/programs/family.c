/* family KIND NAME: a parent and its child share memory without a name, of pages that begin with their number + 1.
   anonymous: eight pages, MAP_ANONYMOUS; the parent has touched the even ones of the first six, the child the odd ones.
   halves: an unlinked POSIX object of five pages; the parent maps the first two, the child the last two, nobody the
   middle one.
   twins: an unlinked POSIX object of one page that both map. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

enum { PAGE = 4096 };

static char* shared(int fd, size_t from, size_t pages) {
  int flags = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0);
  return must(mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, fd, (off_t)(from * PAGE)), "mmap");
}

static void touch(char* bytes, int from, int to, int step, int number) {
  for (int page = from; page < to; page += step) bytes[page * PAGE] = (char)(number + page + 1);
}

static int unlinked(const char* name, size_t pages) {
  int fd = check(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open");
  check(shm_unlink(name), "shm_unlink");
  check(ftruncate(fd, (off_t)(pages * PAGE)), "ftruncate");
  return fd;
}

static void use(const char* kind, int fd, char* both, bool is_child) {
  if (strcmp(kind, "anonymous") == 0) {
    touch(both, is_child ? 1 : 0, 6, 2, 0);
  } else if (strcmp(kind, "halves") == 0) {
    touch(shared(fd, is_child ? 3 : 0, 2), 0, 2, 1, is_child ? 3 : 0);
  } else {
    touch(shared(fd, 0, 1), 0, 1, 1, 0);
  }
  if (fd >= 0) close(fd);
}

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: family KIND NAME\n"), 2;
  until_terminated();
  int ends[2];
  check(pipe(ends), "pipe");
  bool anonymous = strcmp(argv[1], "anonymous") == 0;
  int fd = anonymous ? -1 : unlinked(argv[2], strcmp(argv[1], "halves") == 0 ? 5 : 1);
  char* both = anonymous ? shared(-1, 0, 8) : NULL;
  pid_t parent = getpid();
  pid_t child = check(fork(), "fork");
  use(argv[1], fd, both, child == 0);
  if (child == 0) {
    /* Twins outlive their parent, for a minute at most. */
    bool twins = strcmp(argv[1], "twins") == 0;
    if (!twins) prctl(PR_SET_PDEATHSIG, SIGTERM);
    check((int)write(ends[1], "", 1), "write");
    for (int seconds = 0; !ended && seconds < 60 && (twins || getppid() == parent); seconds++) pause_ms(1000);
    return 0;
  }
  char said;
  check((int)read(ends[0], &said, 1), "read");
  ready();
  while (!ended) pause_ms(1000);
  kill(child, SIGTERM);
  waitpid(child, NULL, 0);
  return 0;
}
