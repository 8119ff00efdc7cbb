/*
 * paced OBJECT: a process that measures its own stores into a POSIX object, for the benchmark of writers.
 *
 * Prints "ready" and a line with the address of the field. Then for each line on its standard input it does what it
 * says, and prints the nanoseconds that this took: "store N" stores N times into the field; "count N" does so while a
 * breakpoint of its own counts the stores; "work N" does N rounds of arithmetic and stores elsewhere in the object.
 * Ends at the end of its input.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 512 };

/* The field is a cache line apart from what the work stores to. */
struct board {
  volatile int64_t field;
  uint64_t unused[7];
  volatile uint64_t words[WORDS];
};

static struct board* board;

static int check(int result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static __attribute__((noinline)) void store(long times) {
  for (long i = 0; i < times; i++) board->field = i;
}

/* Arithmetic that the compiler cannot foresee, and a store each round. */
static __attribute__((noinline)) void work(long times) {
  uint64_t value = 88172645463325252u;
  for (long i = 0; i < times; i++) {
    value ^= value << 13;
    value ^= value >> 7;
    value ^= value << 17;
    board->words[value % WORDS] = value;
  }
}

/* A breakpoint that counts and samples nothing: what the trap itself costs. */
static int open_counter(void) {
  struct perf_event_attr attr = {
      .type = PERF_TYPE_BREAKPOINT,
      .size = sizeof attr,
      .bp_type = HW_BREAKPOINT_W,
      .bp_addr = (uint64_t)(uintptr_t)&board->field,
      .bp_len = HW_BREAKPOINT_LEN_8,
      .exclude_kernel = 1,
      .exclude_hv = 1,
  };
  return check((int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC), "perf_event_open");
}

static int64_t took(const char* what, long times) {
  const int counter = strcmp(what, "count") == 0 ? open_counter() : -1;
  const int64_t began = now();
  if (strcmp(what, "work") == 0)
    work(times);
  else
    store(times);
  const int64_t ended = now();
  if (counter >= 0) close(counter);
  return ended - began;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: paced OBJECT\n");
    return 2;
  }
  const pid_t starter = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != starter) return 1;
  const int fd = check(shm_open(argv[1], O_RDWR, 0), "shm_open");
  check(ftruncate(fd, sizeof *board), "ftruncate");
  board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (board == MAP_FAILED) check(-1, "mmap");
  /* Pages that come with the first store are no cost of a store. */
  memset((void*)board, 0, sizeof *board);
  printf("ready\n%p\n", (void*)&board->field);
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    char what[8];
    long times;
    if (sscanf(line, "%7s %ld", what, &times) != 2) return 2;
    printf("%lld\n", (long long)took(what, times));
    fflush(stdout);
  }
  return 0;
}
