/*
 * waiters [PROCESSES [THREADS]]: processes whose threads wait for one mutex in shared memory, for the benchmark of
 * locks. Default: 600, 4. Each hundredth has 100 threads more.
 *
 * Prints "ready", then a line with the number of threads that wait. Ends on SIGTERM and SIGINT, and when its parent
 * dies; its processes end with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EACH = 100, MORE = 100, STACK = 64 * 1024 };

struct shared {
  pthread_mutex_t mutex;
  int waiting;
};
static struct shared* shared;

static int check(int result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static void* wait_for_it(void* argument) {
  (void)argument;
  __atomic_add_fetch(&shared->waiting, 1, __ATOMIC_SEQ_CST);
  pthread_mutex_lock(&shared->mutex);
  return NULL;
}

static void be_child(pid_t parent, int threads) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK);
  for (int i = 1; i < threads; i++) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, wait_for_it, NULL) != 0) _exit(1);
  }
  wait_for_it(NULL);
}

static int number(int argc, char** argv, int at, int otherwise) {
  const int value = argc > at ? atoi(argv[at]) : otherwise;
  if (value >= 1 && value <= 10000) return value;
  fprintf(stderr, "usage: waiters [PROCESSES [THREADS]]\n");
  exit(2);
}

int main(int argc, char** argv) {
  const int processes = number(argc, argv, 1, 600), threads = number(argc, argv, 2, 4);
  const pid_t starter = getppid(), self = getpid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != starter) return 1;
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) check(-1, "mmap");
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->mutex, &attributes);
  pthread_mutex_lock(&shared->mutex);

  int all = 0;
  for (int i = 0; i < processes; i++) {
    const int own = threads + (i % EACH == 0 ? MORE : 0);
    if (check(fork(), "fork") == 0) be_child(self, own);
    all += own;
  }
  while (__atomic_load_n(&shared->waiting, __ATOMIC_SEQ_CST) < all) {
    /* A child that failed has ended by now. */
    if (waitpid(-1, NULL, WNOHANG) > 0) return 1;
    usleep(1000);
  }
  printf("ready\n%d\n", all);
  fflush(stdout);
  int signal_number;
  sigwait(&ends, &signal_number);
  return 0;
}
