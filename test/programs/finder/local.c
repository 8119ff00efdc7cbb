/* local NAME: maps the POSIX object NAME, and only a local variable says what is in it; HOLD_… says of which function,
 * and how. */
#include <alloca.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common.h"
#include "sample.h"

#if defined HOLD_THREAD
#include <pthread.h>
#endif

static void* map(const char* name) {
  const int fd = check(shm_open(name, O_RDWR, 0), "shm_open");
  const size_t size = (size_t)check((int)lseek(fd, 0, SEEK_END), "lseek");
  void* bytes = must(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  close(fd);
  return bytes;
}

#if defined HOLD_CALLED
static int run(const char* name, int depth) {
  if (depth > 0) return run(name, depth - 1);
  struct sample* latest = map(name);
  ready();
  while (!ended) pause_ms(1000);
  return (int)latest->sequence;
}
#elif defined HOLD_RETURNED || defined HOLD_STALE
/* What it had on the stack is there still, and means nothing. */
static void run(const char* name) {
  struct sample* latest = map(name);
  latest->sequence = 0;
  pause_ms(1);
}

/* The room that it does not write to is that of the call before. */
static int wait_in(int at) {
  volatile char room[4096];
  ready();
  while (!ended) pause_ms(1000);
  return room[at];
}
#elif defined HOLD_THREAD
static void* run(void* name) {
  struct sample* latest = map(name);
  ready();
  while (!ended) pause_ms(1000);
  return latest->sequence == 1 ? name : NULL;
}
#endif

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: local NAME\n"), 2;
  until_terminated();
#if defined HOLD_CALLED
  struct sample* none = NULL;
  return run(argv[1], 3) != 0 || none;
#elif defined HOLD_RETURNED
  run(argv[1]);
  ready();
  while (!ended) pause_ms(1000);
#elif defined HOLD_STALE
  struct sample* none = NULL;
  run(argv[1]);
  return wait_in(argc) == 17 && none;
#elif defined HOLD_THREAD
  pthread_t thread;
  check(-pthread_create(&thread, NULL, run, argv[1]), "pthread_create");
  pthread_join(thread, NULL);
#elif defined HOLD_MEMBER
  struct {
    int count;
    struct sample* latest;
  } views[2] = {{0, NULL}, {1, map(argv[1])}};
  ready();
  while (!ended) pause_ms(1000);
  return views[1].latest->sequence == 1;
#elif defined HOLD_ALLOCA
  struct sample* latest = map(argv[1]);
  memset(alloca((size_t)argc * 100), 1, 100);
  ready();
  while (!ended) pause_ms(1000);
  return latest->sequence == 1;
#else
  struct sample* latest = map(argv[1]);
  ready();
  while (!ended) pause_ms(1000);
  return latest->sequence == 1;
#endif
  return 0;
}
