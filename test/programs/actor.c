/* actor: does one system call for each line that it reads, and answers with the result, or with -errno. Words are
   parted by spaces; numbers are as strtoull(3) takes them, texts are hexadecimal, so that every byte can be in a name.
   It and its children end when its input does. open PATH FLAGS MODE · close FD · write FD TEXT · truncate FD SIZE ·
   memfd NAME FLAGS · map FD OFFSET LENGTH PROTECTION FLAGS ADDRESS unmap ADDRESS LENGTH · fill ADDRESS LENGTH BYTE ·
   link FROM TO · rename FROM TO · unlink PATH shmget KEY SIZE FLAGS · shmat ID FLAGS · shmdt ADDRESS · shmctl ID
   COMMAND · sem_open NAME VALUE name TEXT · dumpable FLAG · fork · zombie · exec · replace FD ADDRESS LENGTH: unmap and
   map anew, in two calls leaderless: a child whose first thread ends, while another goes on These start a child that
   goes on until it is killed: churn PATH: makes an object of i pages, i = 1 to 16, maps it for a millisecond, and
   removes it · flip FD FD ADDRESS LENGTH: maps one and the other at the same address · storm: starts 200 children a
   second, of five milliseconds each · heap: its heap grows and shrinks by 4 MiB */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include "common.h"

enum { WORDS = 8, LINE = 4096 * 4 };

static char* words[WORDS];

static uint64_t number(int at) { return words[at] ? strtoull(words[at], NULL, 0) : 0; }
static void* address(int at) { return (void*)(uintptr_t)number(at); }

static const char* text(int at) {
  static char texts[WORDS][LINE];
  char* out = texts[at];
  const char* in = words[at] ? words[at] : "";
  for (; in[0] && in[1]; in += 2) {
    unsigned byte = 0;
    sscanf(in, "%2x", &byte);
    *out++ = (char)byte;
  }
  *out = 0;
  return texts[at];
}

static int64_t result(int64_t value) { return value == -1 ? -errno : value; }

static int64_t map(void) {
  int fd = (int)strtol(words[1], NULL, 0);
  void* at = mmap(address(6), number(3), (int)number(4), (int)number(5), fd, (off_t)number(2));
  return result((int64_t)(intptr_t)at);
}

static int64_t replace(void) {
  if (munmap(address(2), number(3)) != 0) return -errno;
  void* at = mmap(address(2), number(3), PROT_READ | PROT_WRITE, MAP_SHARED, (int)number(1), 0);
  return result((int64_t)(intptr_t)at);
}

/* A child that waits to be killed, or, a zombie, that has ended and is not waited for. */
static int64_t child(int zombie) {
  pid_t pid = fork();
  if (pid != 0) return result(pid);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (zombie) _exit(0);
  for (;;) pause();
}

static void churn(const char* path) {
  for (size_t i = 0;; i++) {
    size_t size = (i % 16 + 1) * 4096;
    int fd = check(open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600), "open");
    check(ftruncate(fd, (off_t)size), "ftruncate");
    void* at = must(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
    close(fd);
    memset(at, 1, size);
    usleep(500);
    /* It may be gone already where a test cleans up. */
    unlink(path);
    usleep(300);
    munmap(at, size);
  }
}

static void flip(void) {
  for (int i = 0;; i++) {
    int fd = (int)number(1 + i % 2);
    must(mmap(address(3), number(4), PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0), "mmap");
  }
}

static void storm(void) {
  signal(SIGCHLD, SIG_IGN);
  for (;; usleep(5000)) {
    if (fork() != 0) continue;
    usleep(5000);
    _exit(0);
  }
}

static void heap(void) {
  for (;; usleep(2000)) {
    void* at = must(mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), "mmap");
    memset(at, 1, 4 << 20);
    usleep(2000);
    munmap(at, 4 << 20);
  }
}

static int64_t endless(const char* verb) {
  pid_t pid = fork();
  if (pid != 0) return result(pid);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (*verb == 'c') churn(text(1));
  if (*verb == 'f') flip();
  if (*verb == 's') storm();
  heap();
  return 0;
}

static void* wait_forever(void* unused) {
  for (;;) pause();
  return unused;
}

static int64_t leaderless(void) {
  pid_t pid = fork();
  if (pid != 0) return result(pid);
  pthread_t thread;
  pthread_create(&thread, NULL, wait_forever, NULL);
  pthread_exit(NULL);
}

static int64_t control(void) {
  struct shmid_ds status;
  return result(shmctl((int)number(1), (int)number(2), &status));
}

static int64_t semaphore(void) {
  sem_t* made = sem_open(text(1), O_CREAT | O_EXCL, 0600, (unsigned)number(2));
  return made == SEM_FAILED ? -errno : (int64_t)(intptr_t)made;
}

static int64_t act(const char* verb) {
#define IS(name) (strcmp(verb, name) == 0)
  if (IS("open")) return result(open(text(1), (int)number(2) | O_CLOEXEC, (mode_t)number(3)));
  if (IS("close")) return result(close((int)number(1)));
  if (IS("write")) return result(write((int)number(1), text(2), strlen(text(2))));
  if (IS("truncate")) return result(ftruncate((int)number(1), (off_t)number(2)));
  if (IS("memfd")) return result(memfd_create(text(1), (unsigned)number(2) | MFD_CLOEXEC));
  if (IS("map")) return map();
  if (IS("unmap")) return result(munmap(address(1), number(2)));
  if (IS("fill")) return memset(address(1), (int)number(3), number(2)), 0;
  if (IS("link")) return result(link(text(1), text(2)));
  if (IS("rename")) return result(rename(text(1), text(2)));
  if (IS("unlink")) return result(unlink(text(1)));
  if (IS("shmget")) return result(shmget((key_t)number(1), number(2), (int)number(3)));
  if (IS("shmat")) return result((int64_t)(intptr_t)shmat((int)number(1), NULL, (int)number(2)));
  if (IS("shmdt")) return result(shmdt(address(1)));
  if (IS("shmctl")) return control();
  if (IS("sem_open")) return semaphore();
  if (IS("name")) return result(prctl(PR_SET_NAME, text(1)));
  if (IS("dumpable")) return result(prctl(PR_SET_DUMPABLE, number(1)));
  if (IS("fork")) return child(0);
  if (IS("zombie")) return child(1);
  if (IS("leaderless")) return leaderless();
  if (IS("exec")) return result(execl("/proc/self/exe", "actor", "again", NULL));
  if (IS("replace")) return replace();
  if (IS("churn") || IS("flip") || IS("storm") || IS("heap")) return endless(verb);
  return -ENOSYS;
}

int main(int argc, char** argv) {
  static char line[LINE];
  (void)argv;
  /* After "exec" the answer to that line is still due. */
  if (argc > 1) puts("0");
  setvbuf(stdin, NULL, _IONBF, 0);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    memset(words, 0, sizeof words);
    char* rest = line;
    for (int at = 0; at < WORDS; at++) words[at] = strsep(&rest, " \n");
    printf("%" PRId64 "\n", act(words[0]));
    fflush(stdout);
  }
  return 0;
}
