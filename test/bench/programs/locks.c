/*
 * locks [PROCESSES [SEGMENTS [CHANGING]]]: processes that all map the same segments of 20 locks each, for the benchmark
 * of locks. Default: 600, 50, 0.
 *
 * Four mutexes of each segment are held, each by a process of its own, and for each of them another process waits, as
 * far as there are so many. CHANGING mutexes go from one of two processes to the other all the time, every 5 ms.
 *
 * Prints "ready", then a line with the pid of a process that holds a mutex and the address of the mutex in it. Ends on
 * SIGTERM and SIGINT, and when its parent dies; a process of its own removes the objects, also after SIGKILL.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MUTEXES = 8, HELD = 4, OTHERS = 4, MOST_SEGMENTS = 1000, PAGE = 4096, TURN_MS = 5 };

struct shelf {
  pthread_mutex_t mutexes[MUTEXES];
  pthread_cond_t conditions[OTHERS];
  pthread_rwlock_t rwlocks[OTHERS];
  sem_t semaphores[OTHERS];
};

static struct shelf* shelves[MOST_SEGMENTS];
static int* arrived;
static pid_t self;

static int check(int result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static void object_name(char* name, size_t size, int i) { snprintf(name, size, "/shmscope-locks-%d-%d", self, i); }

/* Runs as a child until the others are gone, however they went. */
static void clean_up_after(int end, int segments) {
  char byte, name[64];
  /* A group of its own: what ends the group of the others must not end this. */
  setsid();
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  close(STDOUT_FILENO);
  while (read(end, &byte, 1) < 0 && errno == EINTR) continue;
  for (int i = 0; i < segments; i++) {
    object_name(name, sizeof name, i);
    shm_unlink(name);
  }
  _exit(0);
}

static void init(struct shelf* shelf) {
  pthread_mutexattr_t mutex;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  for (int i = 0; i < MUTEXES; i++) pthread_mutex_init(&shelf->mutexes[i], &mutex);
  pthread_condattr_t condition;
  pthread_condattr_init(&condition);
  pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
  pthread_rwlockattr_t rwlock;
  pthread_rwlockattr_init(&rwlock);
  pthread_rwlockattr_setpshared(&rwlock, PTHREAD_PROCESS_SHARED);
  for (int i = 0; i < OTHERS; i++) {
    pthread_cond_init(&shelf->conditions[i], &condition);
    pthread_rwlock_init(&shelf->rwlocks[i], &rwlock);
    sem_init(&shelf->semaphores[i], 1, (unsigned)i);
  }
}

/* A place for all, too large for the hole that ld.so's cache has left: ld.so (elf/dl-cache.c) points there still. */
static char* reserve(void) {
  char* place = mmap(NULL, (size_t)MOST_SEGMENTS * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) check(-1, "mmap");
  return place;
}

static void make(int i, char* place) {
  char name[64];
  object_name(name, sizeof name, i);
  const int fd = check(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, sizeof(struct shelf)), "ftruncate");
  shelves[i] = mmap(place, sizeof(struct shelf), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
  if (shelves[i] == MAP_FAILED) check(-1, "mmap");
  close(fd);
  init(shelves[i]);
}

static void arrive(void) { __atomic_add_fetch(arrived, 1, __ATOMIC_SEQ_CST); }

static void take_turns(pthread_mutex_t* mutex) {
  arrive();
  for (;;) {
    pthread_mutex_lock(mutex);
    usleep(TURN_MS * 1000);
    pthread_mutex_unlock(mutex);
    /* The other one gets it: glibc's mutexes are not fair. */
    usleep(100);
  }
}

/* The first `held` hold, as many wait for these, two change each of `changing`, and the rest only map. */
static void be_child(int child, int held, int changing) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != self) _exit(1);
  const int waiting = child - held, turns = waiting - held;
  if (child < held) {
    pthread_mutex_lock(&shelves[child / HELD]->mutexes[child % HELD]);
  } else if (waiting < held) {
    while (shelves[waiting / HELD]->mutexes[waiting % HELD].__data.__owner == 0) usleep(1000);
    arrive();
    pthread_mutex_lock(&shelves[waiting / HELD]->mutexes[waiting % HELD]);
  } else if (turns < changing * 2) {
    take_turns(&shelves[turns / 2 / HELD]->mutexes[HELD + turns / 2 % HELD]);
  }
  arrive();
  for (;;) pause();
}

static int number(int argc, char** argv, int at, int otherwise, int most) {
  const int value = argc > at ? atoi(argv[at]) : otherwise;
  if (value >= 0 && value <= most) return value;
  fprintf(stderr, "usage: locks [PROCESSES [SEGMENTS [CHANGING]]]\n");
  exit(2);
}

int main(int argc, char** argv) {
  const int processes = number(argc, argv, 1, 600, 10000), segments = number(argc, argv, 2, 50, MOST_SEGMENTS);
  const int changing = number(argc, argv, 3, 0, segments * HELD);
  const int rest = (processes - 2 * changing) / 2;
  const int held = rest < segments * HELD ? rest : segments * HELD;
  if (held < 1) return 2;
  const pid_t starter = getppid();
  self = getpid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != starter) return 1;
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, NULL);

  int life[2];
  check(pipe2(life, O_CLOEXEC), "pipe2");
  if (check(fork(), "fork") == 0) {
    close(life[1]);
    clean_up_after(life[0], segments);
  }
  close(life[0]);
  arrived = mmap(NULL, sizeof *arrived, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (arrived == MAP_FAILED) check(-1, "mmap");
  char* const places = reserve();
  for (int i = 0; i < segments; i++) make(i, places + (size_t)i * PAGE);
  pid_t first = 0;
  for (int i = 0; i < processes; i++) {
    const pid_t child = check(fork(), "fork");
    if (child == 0) be_child(i, held, changing);
    if (i == 0) first = child;
  }
  while (__atomic_load_n(arrived, __ATOMIC_SEQ_CST) < processes) {
    /* A child that failed has ended by now, and the cleaner has not. */
    if (waitpid(-1, NULL, WNOHANG) > 0) return 1;
    usleep(1000);
  }
  printf("ready\n%d %p\n", first, (void*)&shelves[0]->mutexes[0]);
  fflush(stdout);
  int signal_number;
  sigwait(&ends, &signal_number);
  return 0;
}
