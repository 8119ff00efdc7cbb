/* waiter KIND NAME [COUNT]: COUNT threads (default: 1) that wait for ever in the object NAME, which it makes: for what,
   KIND says (the table below). The object begins with a report of who waits for what, and since when. Ends on SIGTERM.

   Further kinds: `leader` is `mutex`, and the first thread has ended; `exec` is `mutex`, and on SIGUSR1 the program
   begins anew with one thread. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../common.h"

enum { MOST = 2500, SYS_FUTEX_WAITV = 449, SYS_FUTEX_WAIT2 = 455, U32 = 2 };

/* As the test reads it. */
struct row {
  uint64_t address;
  uint64_t size;
  uint64_t since_us;
  int32_t tid;
  int32_t error;
};
struct report {
  int32_t count;
  int32_t semid;
  struct row rows[MOST];
};

struct objects {
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  pthread_barrier_t barrier;
  pthread_rwlock_t rwlock;
  sem_t sem;
  uint32_t words[4];
};

/* struct futex_waitv, which not every C library's headers have. */
struct waitv {
  uint64_t expected, address;
  uint32_t flags, reserved;
};

static struct report* report;
static struct objects* objects;
static const char* kind;
static char* const* arguments;

static struct timespec in_an_hour(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_sec += 3600;
  return time;
}

static int wait_mutex(void) { return pthread_mutex_lock(&objects->mutex); }
static int wait_cond(void) {
  pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&own);
  return pthread_cond_wait(&objects->cond, &own);
}
static int wait_sem(void) { return sem_wait(&objects->sem) ? errno : 0; }
static int wait_timed(void) {
  struct timespec end = in_an_hour();
  return sem_timedwait(&objects->sem, &end) ? errno : 0;
}
static int wait_barrier(void) { return pthread_barrier_wait(&objects->barrier); }
static int wait_reader(void) { return pthread_rwlock_rdlock(&objects->rwlock); }
static int wait_writer(void) { return pthread_rwlock_wrlock(&objects->rwlock); }
static int wait_vector(void) {
  struct waitv all[3];
  memset(all, 0, sizeof all);
  for (int i = 0; i < 3; i++) {
    all[i].address = (uintptr_t)&objects->words[i];
    all[i].expected = objects->words[i] = (uint32_t)i + 5;
    all[i].flags = U32;
  }
  return syscall(SYS_FUTEX_WAITV, all, 3, 0, NULL, 0) < 0 ? errno : 0;
}
static int wait_futex2(void) {
  return syscall(SYS_FUTEX_WAIT2, &objects->words[0], 0UL, ~0U, U32, NULL, 0) < 0 ? errno : 0;
}
static int operate(short change, struct timespec* time) {
  /* The first one adds, and waits for nothing. */
  struct sembuf all[] = {{2, 1, 0}, {1, change, 0}};
  return (time ? semtimedop(report->semid, all, 2, time) : semop(report->semid, all, 2)) < 0 ? errno : 0;
}
static int wait_semop(void) { return operate(-5, NULL); }
static int wait_zero(void) { return operate(0, NULL); }
static int wait_semtimedop(void) {
  struct timespec time = {3600, 0};
  return operate(-5, &time);
}

#define IN(member) offsetof(struct objects, member), sizeof(((struct objects*)0)->member)
static const struct {
  const char* name;
  int (*wait)(void);
  size_t offset, size;
} kinds[] = {{"mutex", wait_mutex, IN(mutex)},     {"pi", wait_mutex, IN(mutex)},
             {"leader", wait_mutex, IN(mutex)},    {"exec", wait_mutex, IN(mutex)},
             {"cond", wait_cond, IN(cond)},        {"sem", wait_sem, IN(sem)},
             {"timed", wait_timed, IN(sem)},       {"barrier", wait_barrier, IN(barrier)},
             {"reader", wait_reader, IN(rwlock)},  {"writer", wait_writer, IN(rwlock)},
             {"waitv", wait_vector, IN(words)},    {"futex2", wait_futex2, IN(words)},
             {"semop", wait_semop, 0, 0},          {"zero", wait_zero, 0, 0},
             {"semtimedop", wait_semtimedop, 0, 0}};

static size_t kind_index(void) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (strcmp(kinds[i].name, kind) == 0) return i;
  }
  fprintf(stderr, "there is no kind %s\n", kind);
  exit(2);
}

static void must_be_0(int result, const char* what) {
  if (result == 0) return;
  errno = result;
  perror(what);
  exit(1);
}

static void make_objects(void) {
  pthread_mutexattr_t mutex;
  pthread_condattr_t cond;
  pthread_barrierattr_t barrier;
  pthread_rwlockattr_t rwlock;
  pthread_mutexattr_init(&mutex);
  pthread_condattr_init(&cond);
  pthread_barrierattr_init(&barrier);
  pthread_rwlockattr_init(&rwlock);
  must_be_0(pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED), "mutex");
  if (strcmp(kind, "pi") == 0) must_be_0(pthread_mutexattr_setprotocol(&mutex, PTHREAD_PRIO_INHERIT), "protocol");
  pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
  pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
  pthread_rwlockattr_setpshared(&rwlock, PTHREAD_PROCESS_SHARED);
  must_be_0(pthread_mutex_init(&objects->mutex, &mutex), "pthread_mutex_init");
  must_be_0(pthread_cond_init(&objects->cond, &cond), "pthread_cond_init");
  must_be_0(pthread_barrier_init(&objects->barrier, &barrier, MOST + 1), "pthread_barrier_init");
  must_be_0(pthread_rwlock_init(&objects->rwlock, &rwlock), "pthread_rwlock_init");
  check(sem_init(&objects->sem, 1, 0), "sem_init");
  must_be_0(pthread_mutex_lock(&objects->mutex), "pthread_mutex_lock");
  must_be_0(pthread_rwlock_wrlock(&objects->rwlock), "pthread_rwlock_wrlock");
}

/* Values 0, 2, 7: nobody gets 5 from the second one, and it is not 0. */
static void make_set(void) {
  report->semid = check(semget(IPC_PRIVATE, 3, IPC_CREAT | 0600), "semget");
  check(semctl(report->semid, 1, SETVAL, 2), "SETVAL");
  check(semctl(report->semid, 2, SETVAL, 7), "SETVAL");
}

static void* run(void* argument) {
  struct row* row = argument;
  size_t index = kind_index();
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  row->address = (uintptr_t)objects + kinds[index].offset;
  row->size = kinds[index].size;
  row->since_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
  row->tid = (int32_t)syscall(SYS_gettid);
  __atomic_add_fetch(&report->count, 1, __ATOMIC_SEQ_CST);
  row->error = kinds[index].wait();
  return NULL;
}

static void start_threads(int count) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 * 1024);
  for (int i = 0; i < count; i++) {
    pthread_t thread;
    must_be_0(pthread_create(&thread, &attributes, run, &report->rows[i]), "pthread_create");
  }
  while (__atomic_load_n(&report->count, __ATOMIC_SEQ_CST) < count) pause_ms(1);
}

static void begin_anew(int signal_number) {
  (void)signal_number;
  char* const next[] = {arguments[0], "mutex", arguments[2], NULL};
  execv("/proc/self/exe", next);
  _exit(1);
}

static void mask(int how) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGUSR1);
  pthread_sigmask(how, &ends, NULL);
}

int main(int argc, char** argv) {
  int count = argc > 3 ? atoi(argv[3]) : 1;
  if (argc < 3 || count < 1 || count > MOST) return fprintf(stderr, "usage: waiter KIND NAME [COUNT]\n"), 2;
  kind = argv[1];
  arguments = argv;
  const int is_leader = strcmp(kind, "leader") == 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!is_leader) until_terminated();
  if (strcmp(kind, "exec") == 0) signal(SIGUSR1, begin_anew);
  int fd = check(shm_open(argv[2], O_CREAT | O_TRUNC | O_RDWR, 0600), "shm_open");
  check(ftruncate(fd, sizeof *report + sizeof *objects), "ftruncate");
  report = must(mmap(NULL, sizeof *report + sizeof *objects, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  objects = (struct objects*)(report + 1);
  report->semid = -1;
  const int has_set = kinds[kind_index()].size == 0;
  make_objects();
  if (has_set) make_set();
  /* The threads wait on when the first one is told to end. */
  if (!is_leader) mask(SIG_BLOCK);
  start_threads(count);
  mask(SIG_UNBLOCK);
  ready();
  if (is_leader) pthread_exit(NULL);
  while (!ended) pause_ms(1000);
  if (has_set) semctl(report->semid, 0, IPC_RMID);
  return 0;
}
