/* The demo's reader: takes each order of the ring, fills or rejects it, and keeps its position and profit in the same
 * object. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

#include "market.h"

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

static void fail(const char *what) {
  fprintf(stderr, "strategy: %s: %s\n", what, strerror(errno));
  exit(1);
}

struct MarketRing *market;
const struct Settings *settings;

static struct MarketRing *map_ring(void) {
  int fd = shm_open(MARKET_NAME, O_RDWR, 0);
  if (fd < 0) fail("shm_open");
  struct MarketRing *ring = mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (ring == MAP_FAILED) fail("mmap");
  if (__atomic_load_n(&ring->magic, __ATOMIC_ACQUIRE) != MARKET_MAGIC || ring->order_size != sizeof(struct Order)) {
    fprintf(stderr, "strategy: %s has another layout\n", MARKET_NAME);
    exit(1);
  }
  return ring;
}

static const struct Settings *attach_settings(void) {
  int id = shmget(SETTINGS_KEY, sizeof(struct Settings), 0);
  if (id < 0) fail("shmget");
  const struct Settings *attached = shmat(id, NULL, SHM_RDONLY);
  if (attached == (void *)-1) fail("shmat");
  return attached;
}

static void answer(struct MarketRing *ring, struct Order *order, double max_price) {
  if (order->price > max_price) {
    order->status = ORDER_REJECTED;
    ring->rejected++;
    return;
  }
  int64_t quantity = order->quantity;
  ring->position += order->side == SIDE_BUY ? -quantity : quantity;
  ring->profit += 0.01 * (double)quantity;
  ring->filled++;
  order->status = ORDER_FILLED;
}

int main(void) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  market = map_ring();
  settings = attach_settings();
  puts("ready");
  fflush(stdout);
  while (!stopping) {
    uint32_t tail = market->tail;
    while (tail != __atomic_load_n(&market->head, __ATOMIC_ACQUIRE)) {
      answer(market, &market->orders[tail], settings->max_price);
      tail = (tail + 1) % RING_SIZE;
      __atomic_store_n(&market->tail, tail, __ATOMIC_RELEASE);
    }
    struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
  }
  return 0;
}
