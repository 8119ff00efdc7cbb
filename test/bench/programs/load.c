/*
 * load [PROCESSES [MAPPINGS [OBJECTS]]]: many processes that share memory, for the benchmark of the scan. Default: 500,
 * 200, 200.
 *
 * 200 POSIX objects, 100 System V segments, 20 memfds and 20 unlinked POSIX objects of 64 KiB; PROCESSES children, each
 * with MAPPINGS mappings: four fifths private (one third of them anonymous, two thirds single pages of one scratch
 * file, with alternating protection so that they do not merge), one fifth shared (60 % POSIX, 20 % System V, 10 %
 * memfd, 10 % unlinked; half of the POSIX and System V ones read-only). A child has no descriptor open. Of more than
 * 200 OBJECTS the rest are POSIX objects of a page each that nothing maps or holds open.
 *
 * Prints "ready", then a line with the pids of the children. Ends on SIGTERM and SIGINT, and when its parent dies. A
 * process of its own removes what was made, also after SIGKILL.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POSIX = 200, SYSV = 100, MEMFDS = 20, UNLINKED = 20, SIZE = 64 * 1024, PAGE = 4096, SCRATCH_PAGES = 4096 };

/* Shared with the process that cleans up: what was made so far. */
struct made {
  int objects;
  int segments;
  int ids[SYSV];
};

static pid_t self;
static struct made* made;
static char scratch_path[64];
static int posix[POSIX], unlinked[UNLINKED], memfds[MEMFDS], scratch;

static void give_up(const char* what) {
  perror(what);
  exit(1);
}

static int check(int result, const char* what) {
  if (result < 0) give_up(what);
  return result;
}

static void object_name(char* name, size_t size, int i) { snprintf(name, size, "/shmscope-load-%d-%d", self, i); }

/* Runs as a child until the load is gone, however it went. */
static void clean_up_after(int end) {
  char byte, name[64];
  /* A group of its own: what ends the group of the load must not end this. */
  setsid();
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  close(STDOUT_FILENO);
  while (read(end, &byte, 1) < 0 && errno == EINTR) continue;
  for (int i = 0; i < made->objects; i++) {
    object_name(name, sizeof name, i);
    shm_unlink(name);
  }
  for (int i = 0; i < made->segments; i++) shmctl(made->ids[i], IPC_RMID, NULL);
  unlink(scratch_path);
  _exit(0);
}

static void fill(int fd) {
  static const char bytes[SIZE] = "ShmScope";
  if (write(fd, bytes, SIZE) != SIZE) give_up("write");
}

static int make_object(void) {
  char name[64];
  object_name(name, sizeof name, made->objects++);
  int fd = check(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open");
  fill(fd);
  return fd;
}

static void make_orphan(void) {
  char name[64] = "";
  object_name(name, sizeof name, made->objects++);
  int fd = check(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open");
  if (write(fd, name, sizeof name) != sizeof name) give_up("write");
  check(ftruncate(fd, PAGE), "ftruncate");
  close(fd);
}

static void make_objects(int objects) {
  for (int i = 0; i < POSIX; i++) posix[i] = make_object();
  for (int i = 0; i < UNLINKED; i++) {
    char name[64];
    object_name(name, sizeof name, made->objects);
    unlinked[i] = make_object();
    shm_unlink(name);
  }
  for (int i = 0; i < MEMFDS; i++) {
    char name[32];
    snprintf(name, sizeof name, "load-%d", i);
    memfds[i] = check(memfd_create(name, MFD_CLOEXEC), "memfd_create");
    fill(memfds[i]);
  }
  for (int i = 0; i < SYSV; i++) {
    made->ids[i] = check(shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600), "shmget");
    made->segments = i + 1;
    char* bytes = shmat(made->ids[i], NULL, 0);
    if (bytes == (void*)-1) give_up("shmat");
    memset(bytes, 1, SIZE);
    shmdt(bytes);
  }
  for (int i = POSIX; i < objects; i++) make_orphan();
  scratch = check(open(scratch_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600), "open");
  check(ftruncate(scratch, (off_t)SCRATCH_PAGES * PAGE), "ftruncate");
}

static void map(size_t length, int protection, int flags, int fd, off_t offset) {
  if (mmap(NULL, length, protection, flags, fd, offset) == MAP_FAILED) give_up("mmap");
}

/* The `i`th shared mapping of a kind starts where the child before it stopped, so that the objects have equal shares.
 */
static void map_shared(int child, int count) {
  const int posix_count = count * 6 / 10, sysv_count = count * 2 / 10, memfd_count = count / 10;
  const int unlinked_count = count - posix_count - sysv_count - memfd_count;
  for (int i = 0; i < posix_count; i++) {
    map(SIZE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, posix[(child * posix_count + i) % POSIX], 0);
  }
  for (int i = 0; i < sysv_count; i++) {
    if (shmat(made->ids[(child * sysv_count + i) % SYSV], NULL, i % 2 ? SHM_RDONLY : 0) == (void*)-1) give_up("shmat");
  }
  for (int i = 0; i < memfd_count; i++) {
    map(SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memfds[(child * memfd_count + i) % MEMFDS], 0);
  }
  for (int i = 0; i < unlinked_count; i++) {
    map(SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, unlinked[(child * unlinked_count + i) % UNLINKED], 0);
  }
}

/* Anonymous ones are apart from each other, and pages of the file are neither neighbours in it nor of one protection.
 */
static void map_private(int count) {
  for (int i = 0; i < count; i++) {
    if (i % 3 == 0) {
      map(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } else {
      const off_t page = (off_t)i * 7 % SCRATCH_PAGES;
      map(PAGE, i % 3 == 1 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE, scratch, page * PAGE);
    }
  }
}

static void be_child(int child, int mappings, int failed) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != self) _exit(1);
  signal(SIGTERM, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  map_shared(child, mappings / 5);
  map_private(mappings - mappings / 5);
  munmap(made, sizeof *made);
  /* `failed` has the highest number, so the parent, which waits for its end, finds the others closed. */
  check(close_range(0, failed - 1, 0), "close_range");
  close(failed);
  for (;;) pause();
}

static int number(int argc, char** argv, int at, int otherwise) {
  const int value = argc > at ? atoi(argv[at]) : otherwise;
  if (value >= 1 && value <= 60000) return value;
  fprintf(stderr, "usage: load [PROCESSES [MAPPINGS [OBJECTS]]]\n");
  exit(2);
}

int main(int argc, char** argv) {
  const int processes = number(argc, argv, 1, 500), mappings = number(argc, argv, 2, 200);
  const int objects = number(argc, argv, 3, POSIX);
  const pid_t starter = getppid();
  self = getpid();
  const char* folder = getenv("TMPDIR");
  if (!folder || strlen(folder) > 32) folder = "/tmp";
  snprintf(scratch_path, sizeof scratch_path, "%s/shmscope-load-%d", folder, self);

  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != starter) return 1;
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGHUP);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) give_up("mmap");
  int life[2];
  check(pipe2(life, O_CLOEXEC), "pipe2");
  const pid_t cleaner = check(fork(), "fork");
  if (cleaner == 0) {
    close(life[1]);
    clean_up_after(life[0]);
  }
  close(life[0]);
  make_objects(objects);

  int failed[2];
  check(pipe2(failed, O_CLOEXEC), "pipe2");
  pid_t* children = calloc((size_t)processes, sizeof *children);
  if (!children) give_up("calloc");
  for (int i = 0; i < processes; i++) {
    children[i] = check(fork(), "fork");
    if (children[i] == 0) be_child(i, mappings, failed[1]);
  }
  close(failed[1]);
  char byte;
  while (read(failed[0], &byte, 1) < 0 && errno == EINTR) continue;
  /* A child that failed has ended by now, and said why. */
  if (waitpid(-1, NULL, WNOHANG) > 0) return 1;
  puts("ready");
  for (int i = 0; i < processes; i++) printf(i ? " %d" : "%d", children[i]);
  puts("");
  fflush(stdout);

  int signal_number;
  sigwait(&ends, &signal_number);
  for (int i = 0; i < processes; i++) kill(children[i], SIGKILL);
  for (int i = 0; i < processes; i++) waitpid(children[i], NULL, 0);
  close(life[1]);
  waitpid(cleaner, NULL, 0);
  return 0;
}
