// Stores to the field of its page in one way or another: storer NAME HOW COUNT PAUSE, the pause in µs between two
// stores. Ends with 0 where all is as it must be.
#include "writers.h"

static long count;
static long pause_us;
static const char *name;
static char *own;

__attribute__((noinline)) static void store_here(uint64_t value) { page->field = value; }
__attribute__((noinline)) static void store_there(uint64_t value) { page->field = value; }

static void store_all(void (*store)(uint64_t)) {
  for (long i = 1; i <= count; i++) {
    store((uint64_t)i);
    made(1);
    rest(pause_us);
  }
}

static int here(void) {
  store_all(store_here);
  return 0;
}

static int there(void) {
  store_all(store_there);
  return 0;
}

static void *thread(void *unused) {
  (void)unused;
  store_all(store_here);
  return NULL;
}

// One after another, each gone before the next one.
static int threads(void) {
  for (int i = 0; i < 20; i++) {
    pthread_t one;
    if (pthread_create(&one, NULL, thread, NULL) != 0 || pthread_join(one, NULL) != 0) return 3;
  }
  return 0;
}

// Children that store at once and end.
static int forks(void) {
  for (int i = 0; i < 20; i++) {
    const pid_t child = fork();
    if (child == 0) {
      store_all(store_here);
      _exit(0);
    }
    int status = 1;
    if (waitpid(child, &status, 0) != child || status != 0) return 3;
  }
  return 0;
}

// Held until the program is told to go: threads that look for themselves are a load.
static pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;

static void *waiting(void *unused) {
  (void)unused;
  pthread_rwlock_rdlock(&gate);
  pthread_rwlock_unlock(&gate);
  store_all(store_here);
  return NULL;
}

// Threads that come while somebody begins to watch, and store when all of them are there.
static void *spawning(void *unused) {
  pthread_t each[200];
  for (int i = 0; i < 200; i++) {
    if (pthread_create(&each[i], NULL, waiting, unused) != 0) exit(3);
    rest(1);
  }
  for (int i = 0; i < 200; i++) pthread_join(each[i], NULL);
  return NULL;
}

static int storm(void) {
  pthread_t each[3];
  pthread_rwlock_wrlock(&gate);
  for (int i = 0; i < 3; i++) {
    if (pthread_create(&each[i], NULL, spawning, NULL) != 0) return 3;
  }
  wait_for_go();
  pthread_rwlock_unlock(&gate);
  for (int i = 0; i < 3; i++) pthread_join(each[i], NULL);
  return 0;
}

// The compiler does not know how much is copied, and so calls the library.
static volatile size_t eight = 8;

__attribute__((noinline, optimize("no-omit-frame-pointer"))) int through_frame(uint64_t value) {
  memcpy((void *)&page->field, &value, eight);
  return page->go != 0;
}

__attribute__((noinline)) int through_two(uint64_t value) { return through_frame(value) + 1; }

static int library(void) {
  for (long i = 1; i <= count; i++) {
    if (through_two((uint64_t)i) != 2) return 3;
    made(1);
    rest(pause_us);
  }
  return 0;
}

static int loads(void) {
  uint64_t sum = 0;
  for (long i = 1; i <= count; i++) {
    store_here((uint64_t)i);
    made(1);
    sum += page->field;
    sum += page->field;
    page->loads += 2;
    rest(pause_us);
  }
  return sum == (uint64_t)(count * (count + 1)) ? 0 : 3;
}

// Another program in the same process that does as 'there'.
static int become(void) {
  store_all(store_here);
  char *args[] = {own, (char *)name, "again", "3", "1000", NULL};
  execv(own, args);
  return 3;
}

// Goes on when it is told a second time.
static int again(void) {
  while (page->go < 2) rest(1000);
  return there();
}

static pthread_barrier_t together;

static void *one_of_many(void *unused) {
  pthread_barrier_wait(&together);
  return waiting(unused);
}

// All threads are there before it is ready.
static int many(int threads) {
  pthread_attr_t small;
  pthread_t each[threads];
  pthread_rwlock_wrlock(&gate);
  pthread_barrier_init(&together, NULL, (unsigned)threads + 1);
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  for (int i = 0; i < threads; i++) {
    if (pthread_create(&each[i], &small, one_of_many, NULL) != 0) return 3;
  }
  pthread_barrier_wait(&together);
  puts("ready");
  fflush(stdout);
  wait_for_go();
  pthread_rwlock_unlock(&gate);
  for (int i = 0; i < threads; i++) pthread_join(each[i], NULL);
  return 0;
}

static const struct {
  const char *how;
  int (*run)(void);
} ways[] = {{"here", here},       {"there", there}, {"threads", threads}, {"forks", forks}, {"storm", storm},
            {"library", library}, {"loads", loads}, {"become", become},   {"again", again}};

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  own = argv[0];
  name = argv[1];
  count = atol(argv[3]);
  pause_us = atol(argv[4]);
  map_page(name);
  if (strcmp(argv[2], "many") == 0) return many(atoi(argv[5]));
  puts("ready");
  fflush(stdout);
  if (strcmp(argv[2], "storm") != 0 && strcmp(argv[2], "again") != 0) wait_for_go();
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if (strcmp(argv[2], ways[i].how) == 0) return ways[i].run();
  }
  return 2;
}
