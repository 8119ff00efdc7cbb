/* circle NAME COUNT: COUNT processes and as many segments NAME-0, NAME-1, …; each process locks its own one's mutex,
 * and then the next one's. */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../common.h"

#define MOST 8

struct station {
  uint64_t trains;
  pthread_mutex_t track;
};

static struct station* stations[MOST];
static int places;

static void init(struct station* station) {
  pthread_mutexattr_t shared;
  pthread_mutexattr_init(&shared);
  pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&station->track, &shared);
}

static void drive(int from) {
  struct station* here = stations[from];
  struct station* next = stations[(from + 1) % places];
  pthread_mutex_lock(&here->track);
  here->trains++;
  pause_ms(100);
  pthread_mutex_lock(&next->track);
  next->trains++;
}

int main(int count, char** words) {
  if (count != 3) return 2;
  places = atoi(words[2]);
  if (places < 1 || places > MOST) return 2;
  until_terminated();
  for (int i = 0; i < places; i++) {
    char name[256];
    snprintf(name, sizeof name, "%s-%d", words[1], i);
    const int fd = check(shm_open(name, O_RDWR, 0), "shm_open");
    check(ftruncate(fd, sizeof(struct station)), "ftruncate");
    stations[i] = must(mmap(NULL, sizeof(struct station), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
    init(stations[i]);
  }
  for (int i = 0; i < places; i++) {
    if (check(fork(), "fork") != 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char name[16];
    snprintf(name, sizeof name, "train-%d", i);
    prctl(PR_SET_NAME, name);
    drive(i);
    _exit(0);
  }
  pause_ms(300);
  ready();
  while (!ended) pause_ms(1000);
  return 0;
}
