/* What the programs that store on request share: a board, and where it is. */
#pragma once
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include "../common.h"

/* As test/native/stories/storing.ts has it. */
struct board {
  volatile uint64_t field;
  volatile uint64_t others[3];
  sem_t sem;
  pthread_mutex_t lock;
  char text[88];
};

enum { BOARD_BYTES = 8192 };

/* The address that every mapping of an object by its name has, so that a program which is begun anew has it again. */
#if UINTPTR_MAX > UINT32_MAX
#define BOARD_AT ((void*)0x5b0000000000)
#else
#define BOARD_AT NULL
#endif

static volatile sig_atomic_t told;
static void tell(int signal_number) { (void)signal_number, told++; }

static int opened(const char* where) {
  if (strcmp(where, "memfd") == 0) return check(memfd_create("board", 0), "memfd_create");
  if (strncmp(where, "file:", 5) == 0) return check(open(where + 5, O_RDWR), where);
  return check(shm_open(where, O_RDWR, 0), where);
}

/* WHERE: "/name" of a POSIX object, "sysv:ID", "memfd", "anonymous", "file:PATH". */
static void* mapped(const char* where, int protection) {
  const int flags = MAP_SHARED | (where[0] == '/' && BOARD_AT ? MAP_FIXED_NOREPLACE : 0);
  if (strncmp(where, "sysv:", 5) == 0) return must(shmat(atoi(where + 5), NULL, 0), "shmat");
  if (strcmp(where, "anonymous") == 0)
    return must(mmap(NULL, BOARD_BYTES, protection, MAP_SHARED | MAP_ANONYMOUS, -1, 0), where);
  const int fd = opened(where);
  if (protection & PROT_WRITE) check(ftruncate(fd, BOARD_BYTES), "ftruncate");
  return must(mmap(where[0] == '/' ? BOARD_AT : NULL, BOARD_BYTES, protection, flags, fd, 0), where);
}

/* Whoever comes later does not make what is there anew. */
static void init(struct board* board) {
  pthread_mutexattr_t shared;
  pthread_mutexattr_init(&shared);
  pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&board->lock, &shared);
  sem_init(&board->sem, 1, 0);
}

/* Until it is told (SIGUSR1) for the `times`th time, or to end. */
static void wait_until_told(int times) {
  while (told < times && !ended) pause_ms(2);
}
