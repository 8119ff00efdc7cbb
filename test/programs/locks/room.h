/* What the test programs share: one struct with every kind of lock that C knows. */
struct queue {
  int length;
  pthread_mutex_t lock;
};

struct slot {
  char id;
  pthread_mutex_t mutex;
};

typedef pthread_mutex_t latch_t;

struct room {
  int holder;
  int waiter;
  int woken;
  struct queue queue;
  struct slot slots[4];
  latch_t latch;
  pthread_rwlock_t rwlock;
  pthread_cond_t cond;
  pthread_barrier_t barrier;
  /* Before what has 4 bytes: musl aligns it to 4, glibc to 8. */
  sem_t sem;
  pthread_spinlock_t spin;
};
