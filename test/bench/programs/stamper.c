/*
 * stamper PATH stamps MIN MAX: stores its clock (CLOCK_REALTIME, ns, 8 bytes at offset 0) through a mapping, again and
 * again after a random time of MIN to MAX µs. stamper PATH all BYTES HZ: changes every byte of the first BYTES that
 * often.
 *
 * Prints "ready" before the first store. Ends on SIGTERM, and when its parent dies; then it prints how often it stored,
 * or, for stamps, each one on a line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1 << 20 };
static const int64_t SECOND = 1000000000;

static volatile sig_atomic_t ended;
static void end(int signal_number) {
  (void)signal_number;
  ended = 1;
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

/* Ends early, as it should, when a signal comes. */
static void sleep_until(int64_t at) {
  const struct timespec time = {at / SECOND, at % SECOND};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static int stamps(void* bytes, int64_t least, int64_t most) {
  static int64_t made[MOST];
  int count = 0;
  srandom((unsigned)now(CLOCK_REALTIME));
  while (!ended && count < MOST) {
    sleep_until(now(CLOCK_MONOTONIC) + (least + random() % (most - least + 1)) * 1000);
    if (ended) break;
    const int64_t stamp = made[count++] = now(CLOCK_REALTIME);
    __atomic_store_n((int64_t*)bytes, stamp, __ATOMIC_RELEASE);
  }
  for (int i = 0; i < count; i++) printf("%lld\n", (long long)made[i]);
  return 0;
}

static int all(uint8_t* bytes, size_t length, int hz) {
  long count = 0;
  for (int64_t at = now(CLOCK_MONOTONIC); !ended; at += SECOND / hz) {
    sleep_until(at);
    count++;
    for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(count + (long)i * 7);
  }
  printf("%ld\n", count);
  return 0;
}

int main(int argc, char** argv) {
  const pid_t starter = getppid();
  const int is_stamps = argc == 5 && strcmp(argv[2], "stamps") == 0;
  if (!is_stamps && !(argc == 5 && strcmp(argv[2], "all") == 0)) {
    fprintf(stderr, "usage: stamper PATH stamps MIN MAX | stamper PATH all BYTES HZ\n");
    return 2;
  }
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != starter) return 1;

  const long first = atol(argv[3]), second = atol(argv[4]);
  const size_t length = is_stamps ? sizeof(int64_t) : (size_t)first;
  const int fd = open(argv[1], O_RDWR | O_CLOEXEC);
  if (fd < 0) return perror(argv[1]), 1;
  void* bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) return perror("mmap"), 1;
  close(fd);
  puts("ready");
  fflush(stdout);
  return is_stamps ? stamps(bytes, first, second) : all(bytes, length, (int)second);
}
