/* workers NAME: three workers of a job queue that hang, since who cleaned it up was killed while it held the lock. */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common.h"

struct job {
  uint32_t id;
  uint32_t kind;
  char text[24];
};

struct job_queue {
  pthread_mutex_t lock;
  pthread_cond_t more;
  uint32_t head, tail;
  uint64_t done;
  struct job jobs[8];
};

static struct job_queue* queue;

static void take_job(void) {
  pthread_mutex_lock(&queue->lock);
  queue->done++;
  pthread_mutex_unlock(&queue->lock);
}

static void clean_up(void) {
  pthread_mutex_lock(&queue->lock);
  queue->head = queue->tail;
  kill(getpid(), SIGKILL);
}

static void init(void) {
  pthread_mutexattr_t mutex;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&queue->lock, &mutex);
  pthread_condattr_t cond;
  pthread_condattr_init(&cond);
  pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&queue->more, &cond);
}

static pid_t child(const char* name, void (*work)(void)) {
  const pid_t pid = check(fork(), "fork");
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name);
  work();
  _exit(0);
}

int main(int count, char** words) {
  if (count != 2) return 2;
  until_terminated();
  const int fd = check(shm_open(words[1], O_RDWR, 0), "shm_open");
  check(ftruncate(fd, sizeof *queue), "ftruncate");
  queue = must(mmap(NULL, sizeof *queue, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  init();
  waitpid(child("cleaner", clean_up), NULL, 0);
  for (int i = 1; i <= 3; i++) {
    char name[16];
    snprintf(name, sizeof name, "worker-%d", i);
    child(name, take_job);
  }
  pause_ms(100);
  ready();
  while (!ended) pause_ms(1000);
  return 0;
}
