/* joins NAME: one more process that maps an object, and does nothing. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char** words) {
  if (count != 2) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int fd = shm_open(words[1], O_RDWR, 0);
  if (fd < 0 || mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED) {
    perror(words[1]);
    return 1;
  }
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
