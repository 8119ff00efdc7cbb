/* market NAME COUNT PAUSE: as stores.c, from the templates of a namespace. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

volatile std::sig_atomic_t told = 0;
volatile std::sig_atomic_t ended = 0;

void rest(long ms) {
  const timespec time{ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, nullptr);
}

}  // namespace

namespace market {

template <class Price>
class Book {
 public:
  explicit Book(volatile Price* best) : best_(best) {}
  void quote(Price price) { *best_ = price; }

 private:
  volatile Price* best_;
};

template <class Number, int step>
void raise(volatile Number* to) {
  *to = *to + step;
}

}  // namespace market

int main(int count, char** words) {
  if (count != 4) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGTERM, [](int) { ended = 1; });
  std::signal(SIGUSR1, [](int) { told = 1; });
  const int fd = shm_open(words[1], O_RDWR, 0);
  if (fd < 0 || ftruncate(fd, 4096) != 0) return 1;
  void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return 1;
  auto* best = static_cast<volatile int64_t*>(memory);
  std::puts("ready");
  std::fflush(stdout);
  while (!told && !ended) rest(2);
  market::Book<int64_t> book(best);
  const long times = std::atol(words[2]);
  for (long i = 1; i <= times; i++) {
    book.quote(i);
    market::raise<int64_t, 7>(best);
    rest(std::atol(words[3]));
  }
  while (!ended) rest(100);
  return *best == times + 7 ? 0 : 3;
}
