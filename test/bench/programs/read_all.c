/* read_all PATH: reads a file with pread(2) and a buffer of 256 KiB, in one thread, and prints the nanoseconds that it
 * took and the bytes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  static char buffer[256 * 1024];
  struct timespec began, ended;
  off_t at = 0;
  if (argc != 2) return fprintf(stderr, "usage: read_all PATH\n"), 2;
  const int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) return perror(argv[1]), 1;
  clock_gettime(CLOCK_MONOTONIC, &began);
  for (ssize_t had; (had = pread(fd, buffer, sizeof buffer, at)) != 0; at += had) {
    if (had < 0) return perror("pread"), 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  const long long took = (ended.tv_sec - began.tv_sec) * 1000000000LL + (ended.tv_nsec - began.tv_nsec);
  printf("%lld %lld\n", took, (long long)at);
  close(fd);
  return 0;
}
