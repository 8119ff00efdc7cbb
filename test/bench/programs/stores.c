/*
 * stores OBJECT: three processes that store into one field of a POSIX object, each from a function of its own, for the
 * benchmark of writers.
 *
 * Prints "ready" and a line with the pids of the three. From then on each makes its `bursts` more bursts of 10 stores,
 * one burst each ms (10,000 stores a second), as often as the shared `bursts` is larger than what it has made, and
 * counts its stores beside the field. Ends on SIGTERM and SIGINT, and when its parent dies.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 3, BURST = 10, BURST_NS = 1000000 };

/* test/bench/writers/stores.ts knows the offsets. */
struct board {
  volatile int64_t field;
  /* How many bursts are wanted of each since the start. */
  uint32_t bursts;
  uint32_t unused[13];
  struct {
    uint64_t stores;
    uint64_t unused[7];
  } made[WRITERS];
};

static struct board* board;

static int check(int result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static __attribute__((noinline)) void store_first(int64_t value) { board->field = value; /* first */ }

static __attribute__((noinline)) void store_second(int64_t value) { board->field = value; /* second */ }

static __attribute__((noinline)) void store_third(int64_t value) { board->field = value; /* third */ }

static void (*const stores[WRITERS])(int64_t) = {store_first, store_second, store_third};

static void be_writer(int writer, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  struct timespec next = {0, 0};
  uint64_t stored = 0;
  for (uint32_t bursts = 0;;) {
    if (bursts == __atomic_load_n(&board->bursts, __ATOMIC_ACQUIRE)) {
      usleep(1000);
      clock_gettime(CLOCK_MONOTONIC, &next);
      continue;
    }
    for (int i = 0; i < BURST; i++) stores[writer]((int64_t)++stored);
    __atomic_store_n(&board->made[writer].stores, stored, __ATOMIC_RELEASE);
    bursts++;
    /* Of one clock: a burst that came late does not put off the next. */
    next.tv_nsec += BURST_NS;
    if (next.tv_nsec >= 1000000000) next.tv_sec++, next.tv_nsec -= 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: stores OBJECT\n");
    return 2;
  }
  const pid_t starter = getppid(), self = getpid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != starter) return 1;
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  const int fd = check(shm_open(argv[1], O_RDWR, 0), "shm_open");
  check(ftruncate(fd, sizeof *board), "ftruncate");
  board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (board == MAP_FAILED) check(-1, "mmap");
  pid_t pids[WRITERS];
  for (int i = 0; i < WRITERS; i++) {
    pids[i] = check(fork(), "fork");
    if (pids[i] == 0) be_writer(i, self);
  }
  printf("ready\n%d %d %d\n", pids[0], pids[1], pids[2]);
  fflush(stdout);
  int signal_number;
  sigwait(&ends, &signal_number);
  return 0;
}
