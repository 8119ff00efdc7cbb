/*
 * lockstate NAME STATE: makes the POSIX object NAME (4096 bytes, which holds a struct room), brings a lock in it into
 * STATE, says "ready" and waits to be killed. Ends with 77 where this machine or user cannot have that state. Its
 * children end with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "room.h"

static struct room *room;

static void check(int error, const char *what) {
  if (error == 0) return;
  fprintf(stderr, "%s: %s\n", what, strerror(error));
  exit(error == EPERM || error == ENOTSUP || error == ENOSYS ? 77 : 1);
}

static void lock(pthread_mutex_t *mutex) { check(pthread_mutex_lock(mutex), "lock"); }

/* Runs `act` in a child, and returns once that sleeps. */
static pid_t fork_child(void (*act)(void)) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    /* Killed with its parent, it may see that die, and say so. */
    if (!freopen("/dev/null", "w", stderr)) _exit(1);
    act();
    for (;;) pause();
  }
  if (child < 0) check(errno, "fork");
  char path[64], state = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
  /* Sleeping at two looks: nothing that it does before blocks. */
  for (int sleeping = 0; sleeping < 3; usleep(2000)) {
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1) check(ESRCH, "child");
    fclose(file);
    sleeping = state == 'S' ? sleeping + 1 : 0;
  }
  return child;
}

static void kill_child(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

static void die(void (*act)(void)) {
  pid_t child = fork_child(act);
  room->holder = child;
  kill_child(child);
}

struct kind {
  int type, robust, protocol, private;
};

static void init_mutex(pthread_mutex_t *mutex, struct kind kind) {
  pthread_mutexattr_t attr;
  check(pthread_mutexattr_init(&attr), "attr");
  check(pthread_mutexattr_settype(&attr, kind.type), "type");
  check(pthread_mutexattr_setpshared(&attr, kind.private ? PTHREAD_PROCESS_PRIVATE : PTHREAD_PROCESS_SHARED),
        "pshared");
  if (kind.robust) check(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST), "robust");
  if (kind.protocol) check(pthread_mutexattr_setprotocol(&attr, kind.protocol), "protocol");
#ifdef __GLIBC__
  if (kind.protocol == PTHREAD_PRIO_PROTECT) check(pthread_mutexattr_setprioceiling(&attr, 10), "ceiling");
#endif
  check(pthread_mutex_init(mutex, &attr), "init");
}

static void lock_queue(void) { lock(&room->queue.lock); }
static void wait_queue(void) { lock_queue(); }
static void read_lock(void) { check(pthread_rwlock_rdlock(&room->rwlock), "rdlock"); }
static void write_lock(void) { check(pthread_rwlock_wrlock(&room->rwlock), "wrlock"); }
static void wait_sem(void) { sem_wait(&room->sem); }
static void wait_barrier(void) { pthread_barrier_wait(&room->barrier); }
static void wait_cond(void) {
  lock_queue();
  pthread_cond_wait(&room->cond, &room->queue.lock);
  __atomic_add_fetch(&room->woken, 1, __ATOMIC_SEQ_CST);
}

static void init_all(void) {
  struct kind shared = {0};
  pthread_rwlockattr_t rwlock;
  pthread_condattr_t cond;
  pthread_barrierattr_t barrier;
  init_mutex(&room->queue.lock, shared);
  for (int i = 0; i < 4; i++) init_mutex(&room->slots[i].mutex, shared);
  init_mutex(&room->latch, shared);
  pthread_rwlockattr_init(&rwlock);
  pthread_rwlockattr_setpshared(&rwlock, PTHREAD_PROCESS_SHARED);
  check(pthread_rwlock_init(&room->rwlock, &rwlock), "rwlock");
  pthread_condattr_init(&cond);
  pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
  check(pthread_cond_init(&room->cond, &cond), "cond");
  pthread_barrierattr_init(&barrier);
  pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
  check(pthread_barrier_init(&room->barrier, &barrier, 3), "barrier");
  check(pthread_spin_init(&room->spin, PTHREAD_PROCESS_SHARED), "spin");
  if (sem_init(&room->sem, 1, 0)) check(errno, "sem");
}

static void make(struct kind kind) { init_mutex(&room->queue.lock, kind); }

static void owner_dead(void) {
  make((struct kind){.robust = 1});
  die(lock_queue);
  int error = pthread_mutex_lock(&room->queue.lock);
  if (error != EOWNERDEAD) check(error ? error : EIO, "EOWNERDEAD");
}

static void protect(int locks) {
#ifdef __GLIBC__
  make((struct kind){.protocol = PTHREAD_PRIO_PROTECT});
  if (!locks) return;
  struct sched_param one = {.sched_priority = 1};
  if (sched_setscheduler(0, SCHED_FIFO, &one)) check(errno, "SCHED_FIFO");
  lock_queue();
#else
  (void)locks;
  check(ENOTSUP, "PTHREAD_PRIO_PROTECT");
#endif
}

static void condition(int signals) {
  room->waiter = fork_child(wait_cond);
  fork_child(wait_cond);
  /* One of the two goes on with the mutex, the other one still waits. */
  for (int i = 1; i <= signals; i++) {
    pthread_cond_signal(&room->cond);
    while (__atomic_load_n(&room->woken, __ATOMIC_SEQ_CST) < i) usleep(1000);
  }
}

static void reach(const char *state) {
  struct kind recursive = {.type = PTHREAD_MUTEX_RECURSIVE}, errorcheck = {.type = PTHREAD_MUTEX_ERRORCHECK};
  struct kind robust = {.robust = 1}, private = {.private = 1}, inherit = {.protocol = PTHREAD_PRIO_INHERIT};
#define STATE(name) else if (!strcmp(state, name))
  if (!strcmp(state, "free")) return;
  STATE("locked") lock_queue();
  STATE("slot") lock(&room->slots[3].mutex);
  STATE("latch") lock(&room->latch);
  STATE("contended") {
    lock_queue();
    room->waiter = fork_child(wait_queue);
  }
  STATE("recursive") {
    make(recursive);
    for (int i = 0; i < 3; i++) lock_queue();
  }
  STATE("errorcheck") {
    make(errorcheck);
    lock_queue();
  }
#ifdef __GLIBC__
  STATE("adaptive") {
    make((struct kind){.type = PTHREAD_MUTEX_ADAPTIVE_NP});
    lock_queue();
  }
#endif
  STATE("robust") {
    make(robust);
    lock_queue();
  }
  STATE("robust-contended") {
    make(robust);
    lock_queue();
    room->waiter = fork_child(wait_queue);
  }
  STATE("owner-died") {
    make(robust);
    die(lock_queue);
  }
  STATE("inconsistent") owner_dead();
  STATE("unrecoverable") {
    owner_dead();
    check(pthread_mutex_unlock(&room->queue.lock), "unlock");
  }
  STATE("consistent") {
    owner_dead();
    check(pthread_mutex_consistent(&room->queue.lock), "consistent");
  }
  STATE("stale") die(lock_queue);
  STATE("inherit") {
    make(inherit);
    lock_queue();
  }
  STATE("inherit-contended") {
    make(inherit);
    lock_queue();
    room->waiter = fork_child(wait_queue);
  }
  STATE("protect") protect(0);
  STATE("protect-locked") protect(1);
  STATE("private") {
    make(private);
    lock_queue();
  }
  STATE("destroyed") check(pthread_mutex_destroy(&room->queue.lock), "destroy");
  STATE("read-locked") {
    read_lock();
    room->holder = fork_child(read_lock);
  }
  STATE("read-locked-writer-waits") {
    read_lock();
    room->waiter = fork_child(write_lock);
  }
  STATE("write-locked") write_lock();
  STATE("write-locked-reader-waits") {
    write_lock();
    room->waiter = fork_child(read_lock);
  }
  STATE("writer-killed") die(write_lock);
  STATE("write-unlocked") {
    write_lock();
    pthread_rwlock_unlock(&room->rwlock);
  }
  STATE("cond") condition(0);
  STATE("cond-signalled") condition(1);
  STATE("barrier") room->waiter = fork_child(wait_barrier);
  STATE("barrier-passed") {
    fork_child(wait_barrier);
    fork_child(wait_barrier);
    wait_barrier();
  }
  STATE("spin") pthread_spin_lock(&room->spin);
  STATE("sem-3") {
    for (int i = 0; i < 3; i++) sem_post(&room->sem);
  }
  STATE("sem-waiter") room->waiter = fork_child(wait_sem);
  STATE("sem-waiter-killed") {
    room->waiter = fork_child(wait_sem);
    kill_child(room->waiter);
  }
  else check(ENOTSUP, state);
}

/* `lockstate NAME named`: NAME is that of a semaphore with the count 2. */
static void named(const char *name) {
  if (sem_open(name, O_CREAT | O_EXCL, 0600, 2) == SEM_FAILED) check(errno, name);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  /* glibc aborts a waiter that wakes up to a dead owner. */
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  if (!strcmp(argv[2], "named")) {
    named(argv[1]);
  } else {
    int fd = shm_open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || ftruncate(fd, 4096)) check(errno, argv[1]);
    room = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (room == MAP_FAILED) check(errno, "mmap");
    init_all();
    reach(argv[2]);
  }
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
