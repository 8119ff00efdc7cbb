/*
 * cpp NAME STATE: makes the POSIX object NAME, which holds a struct room of C++'s own locks, free or held, and of
 * Boost's where it was compiled with -DBOOST; says "ready" and waits to be killed.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <new>
#include <semaphore>
#include <shared_mutex>
#include <thread>

#ifdef BOOST
#include <boost/interprocess/sync/interprocess_condition.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_recursive_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#endif

typedef pthread_mutex_t latch_t;

struct room {
  std::mutex mutex;
  struct {
    std::recursive_mutex mutex;
  } inner;
  std::timed_mutex timed;
  std::recursive_timed_mutex both;
  std::shared_mutex shared;
  std::shared_timed_mutex shared_timed;
  std::condition_variable condition;
  std::atomic_flag flags[2];
  std::counting_semaphore<9> counting{0};
  union {
    latch_t latch;
    char bytes[64];
  };
  volatile pthread_spinlock_t spin;
#ifdef BOOST
  boost::interprocess::interprocess_mutex boost_mutex;
  boost::interprocess::interprocess_recursive_mutex boost_recursive;
  boost::interprocess::interprocess_condition boost_condition;
  boost::interprocess::interprocess_semaphore boost_semaphore{0};
#endif
};

static room *book;

static void hold() {
  book->mutex.lock();
  book->inner.mutex.lock();
  book->inner.mutex.lock();
  book->timed.lock();
  book->both.lock();
  book->shared.lock_shared();
  book->shared_timed.lock();
  book->flags[1].test_and_set();
  book->counting.release(5);
  pthread_mutex_lock(&book->latch);
  pthread_spin_lock(&book->spin);
#ifdef BOOST
  book->boost_mutex.lock();
  book->boost_recursive.lock();
  book->boost_recursive.lock();
  book->boost_semaphore.post();
  book->boost_semaphore.post();
#endif
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int fd = shm_open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0 || ftruncate(fd, 4096)) return 1;
  void *memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return 1;
  book = new (memory) room;
  pthread_mutex_init(&book->latch, nullptr);
  pthread_spin_init(&book->spin, PTHREAD_PROCESS_SHARED);
  if (!strcmp(argv[2], "held")) hold();
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
