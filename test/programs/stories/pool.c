/* pool NAME HOW EVERY: eight threads that wait for jobs at a condition or semaphore (HOW: "cond", "sem"; "named": at
 * the named semaphore NAME), and are told of one each EVERY ms; of none where it is 0. A job is no work: each waits
 * again. */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../common.h"

enum { WORKERS = 8 };

struct pool {
  pthread_mutex_t lock;
  pthread_cond_t more;
  sem_t jobs;
};

static struct pool* pool;
static sem_t* named;
static const char* how;

static void* work(void* unused) {
  for (;;) {
    if (named) {
      sem_wait(named);
    } else if (strcmp(how, "sem") == 0) {
      sem_wait(&pool->jobs);
    } else {
      pthread_mutex_lock(&pool->lock);
      pthread_cond_wait(&pool->more, &pool->lock);
      pthread_mutex_unlock(&pool->lock);
    }
  }
  return unused;
}

static void make(const char* name) {
  pthread_mutexattr_t mutex;
  pthread_condattr_t cond;
  const int fd = check(shm_open(name, O_RDWR, 0), "shm_open");
  check(ftruncate(fd, sizeof *pool), "ftruncate");
  pool = must(mmap(NULL, sizeof *pool, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&pool->lock, &mutex);
  pthread_condattr_init(&cond);
  pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&pool->more, &cond);
  sem_init(&pool->jobs, 1, 0);
}

static void tell_one(void) {
  if (named) {
    sem_post(named);
  } else if (strcmp(how, "sem") == 0) {
    sem_post(&pool->jobs);
  } else {
    pthread_cond_signal(&pool->more);
  }
}

int main(int count, char** words) {
  if (count != 4) return 2;
  how = words[2];
  const long every = atol(words[3]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  until_terminated();
  if (strcmp(how, "named") == 0) {
    named = sem_open(words[1], O_CREAT | O_EXCL, 0600, 0);
    if (named == SEM_FAILED) return 1;
  } else {
    make(words[1]);
  }
  for (int i = 0; i < WORKERS; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) return 1;
  }
  pause_ms(100);
  ready();
  while (!ended) {
    pause_ms(every > 0 ? every : 1000);
    if (every > 0) tell_one();
  }
  return 0;
}
