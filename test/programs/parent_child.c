/* parent_child: a parent and its child share an anonymous mapping, and each increments its own counter in it. */
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

struct counters {
  uint64_t parent;
  uint64_t child;
};

int main(void) {
  until_terminated();
  struct counters* mapped =
      must(mmap(NULL, sizeof *mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), "mmap");
  volatile struct counters* counters = mapped;
  pid_t parent = getpid();
  pid_t child = check(fork(), "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    while (!ended && getppid() == parent) counters->child++, pause_ms(1);
    return 0;
  }
  ready();
  while (!ended) counters->parent++, pause_ms(1);
  kill(child, SIGTERM);
  waitpid(child, NULL, 0);
  return 0;
}
