/* stores WHERE HOW COUNT PAUSE [MORE]: maps a board (board.h), and when it is told (SIGUSR1) stores COUNT times to it
 * in one way, PAUSE ms apart; then waits for SIGTERM. Ends with 0 where the board holds what it must hold then. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/wait.h>

#include "board.h"

static struct board* board;
static struct board* second;
static char** arguments;
static long count, pause_between;
static uint64_t sum;
/* The compiler does not know how much is copied, and so calls the library. */
static volatile size_t eight = 8;
static void (*from_plugin)(volatile uint64_t* to, uint64_t value);

static void store(uint64_t value) { board->field = value; }

static void store_all(uint64_t value) {
  board->field = value;
  board->others[0] = value + 1;
  board->others[1] = value + 2;
  board->others[2] = value + 3;
}

static void store_twice(uint64_t value) {
  board->field = value;
  second->field = value;
}

static void copy(uint64_t value) { memcpy((void*)&board->field, &value, eight); }

static void copy_text(uint64_t value) {
  char text[32];
  snprintf(text, sizeof text, "number %lu, and more", (unsigned long)value);
  strcpy(board->text, text);
}

static void print(uint64_t value) {
  snprintf(board->text, 64, "%s %08.3f %lu", "price", (double)value, (unsigned long)value);
}

static void post(uint64_t value) {
  (void)value;
  sem_post(&board->sem);
}

static void take(uint64_t value) {
  pthread_mutex_lock(&board->lock);
  sum += value;
  pthread_mutex_unlock(&board->lock);
}

static void load(uint64_t value) {
  (void)value;
  sum += board->field;
}

static void store_from_plugin(uint64_t value) { from_plugin(&board->field, value); }

static void store_in_fork(uint64_t value) {
  const pid_t child = check(fork(), "fork");
  if (child == 0) {
    store(value);
    _exit(0);
  }
  int status = 1;
  if (waitpid(child, &status, 0) != child || status != 0) exit(3);
}

static void* run_once(void* value) {
  prctl(PR_SET_NAME, "late");
  store((uintptr_t)value);
  return NULL;
}

static void store_in_thread(uint64_t value) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run_once, (void*)(uintptr_t)value) != 0) exit(3);
  pthread_join(thread, NULL);
}

static const struct {
  const char* how;
  void (*act)(uint64_t value);
} ways[] = {{"store", store},
            {"four", store_all},
            {"twice", store_twice},
            {"memcpy", copy},
            {"strcpy", copy_text},
            {"snprintf", print},
            {"sem_post", post},
            {"mutex", take},
            {"load", load},
            {"plugin", store_from_plugin},
            {"fork", store_in_fork},
            {"thread", store_in_thread},
            /* Those end, or become another program, when they have stored. */
            {"exit", store},
            {"become", store},
            {"many", store}};

static void act_all(void (*act)(uint64_t value)) {
  for (long i = 1; i <= count; i++) {
    act((uint64_t)i);
    if (pause_between > 0) pause_ms(pause_between);
  }
}

static pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;

static void* one_of_many(void* unused) {
  pthread_rwlock_rdlock(&gate);
  pthread_rwlock_unlock(&gate);
  store(1);
  return unused;
}

static void many(int threads) {
  pthread_attr_t small;
  pthread_t* each = calloc((size_t)threads, sizeof *each);
  pthread_rwlock_wrlock(&gate);
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  for (int i = 0; i < threads; i++) {
    if (pthread_create(&each[i], &small, one_of_many, NULL) != 0) exit(3);
  }
  ready();
  wait_until_told(1);
  pthread_rwlock_unlock(&gate);
  for (int i = 0; i < threads; i++) pthread_join(each[i], NULL);
  free(each);
}

static int judge(const char* how) {
  const uint64_t last = (uint64_t)count;
  if (strcmp(how, "four") == 0) return board->others[2] == last + 3 ? 0 : 3;
  if (strcmp(how, "mutex") == 0) return sum == last * (last + 1) / 2 ? 0 : 3;
  if (strcmp(how, "sem_post") == 0) {
    int value = 0;
    return sem_getvalue(&board->sem, &value) == 0 && value == count ? 0 : 3;
  }
  for (const char* const* each = (const char* const[]){"load", "strcpy", "snprintf", "many", NULL}; *each; each++) {
    if (strcmp(how, *each) == 0) return 0;
  }
  return board->field == last ? 0 : 3;
}

int main(int argument_count, char** words) {
  if (argument_count < 5) return 2;
  arguments = words;
  const char* how = words[2];
  count = atol(words[3]);
  pause_between = atol(words[4]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  until_terminated();
  signal(SIGUSR1, tell);
  const int reads = strcmp(how, "load") == 0;
  board = mapped(words[1], reads ? PROT_READ : PROT_READ | PROT_WRITE);
  if (!reads) init(board);
  if (strcmp(how, "twice") == 0) {
    second = must(mremap(board, 0, BOARD_BYTES, MREMAP_MAYMOVE), "mremap");
  }
#ifndef STATIC
  if (strcmp(how, "plugin") == 0) {
    void* plugin = must(dlopen(words[5], RTLD_NOW), "dlopen");
    from_plugin = (void (*)(volatile uint64_t*, uint64_t))must(dlsym(plugin, "plugin_store"), "dlsym");
  }
#endif
  if (strcmp(how, "many") == 0) {
    many((int)count);
  } else {
    ready();
    wait_until_told(1);
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !ended; i++) {
      if (strcmp(how, ways[i].how) == 0) act_all(ways[i].act);
    }
  }
  if (strcmp(how, "exit") == 0) return judge(how);
  if (strcmp(how, "become") == 0) {
    char* next[] = {words[5], words[1], "store", words[3], words[4], NULL};
    execv(words[5], next);
    return 3;
  }
  while (!ended) pause_ms(1000);
  return judge(how);
}
