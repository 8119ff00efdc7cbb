/*
 * The demo's writer: makes the object /market-demo and the System V segment of the settings, then moves a price and
 * writes orders a few hundred times a second. SIGTERM and SIGINT end it, and it removes both. `feedhandler --clean`
 * removes what a killed one has left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "market.h"

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

static void fail(const char *what) {
  fprintf(stderr, "feedhandler: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* The pid of the feed handler that lives with the object of that name; 0 when it is gone, -1 when the object is not
 * ours. */
static int writer_of_existing(void) {
  int fd = shm_open(MARKET_NAME, O_RDONLY, 0);
  if (fd < 0) return 0;
  struct MarketRing header = {0};
  ssize_t had = pread(fd, &header, sizeof header, 0);
  close(fd);
  if (had == 0) return 0; /* killed between shm_open and ftruncate */
  if (had < (ssize_t)sizeof header || header.magic != MARKET_MAGIC) return -1;
  return header.writer_pid > 0 && kill(header.writer_pid, 0) == 0 ? header.writer_pid : 0;
}

static void clean(void) {
  shm_unlink(MARKET_NAME);
  int id = shmget(SETTINGS_KEY, 0, 0);
  struct shmid_ds info;
  if (id >= 0 && shmctl(id, IPC_STAT, &info) == 0 && info.shm_segsz == sizeof(struct Settings))
    shmctl(id, IPC_RMID, NULL);
}

/* Refuses to touch what is not the demo's own, or belongs to a demo that runs. */
static void make_room(void) {
  int writer = writer_of_existing();
  if (writer < 0) {
    fprintf(stderr, "feedhandler: there is a %s that is not this demo's; if nobody needs it: rm /dev/shm%s\n",
            MARKET_NAME, MARKET_NAME);
    exit(1);
  }
  if (writer > 0) {
    fprintf(stderr, "feedhandler: the demo already runs as process %d\n", writer);
    exit(3);
  }
  clean();
}

/* Globals, as most programs have them: ShmScope finds by them what the segments hold. */
struct MarketRing *market;
struct Settings *settings;

static struct MarketRing *make_ring(void) {
  int fd = shm_open(MARKET_NAME, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0) fail("shm_open");
  if (ftruncate(fd, sizeof(struct MarketRing)) < 0) fail("ftruncate");
  struct MarketRing *ring = mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (ring == MAP_FAILED) fail("mmap");
  ring->version = 1;
  ring->order_size = sizeof(struct Order);
  ring->writer_pid = getpid();
  ring->state = SESSION_OPEN;
  memcpy(ring->symbol, "ACME", 5);
  memcpy(ring->venue, "Börse 上海", sizeof "Börse 上海");
  ring->quote = (struct Quote){.bid = 101.20, .ask = 101.22, .last = 101.21, .bid_size = 500, .ask_size = 300};
  __atomic_store_n(&ring->magic, MARKET_MAGIC, __ATOMIC_RELEASE);
  return ring;
}

static struct Settings *make_settings(void) {
  int id = shmget(SETTINGS_KEY, sizeof(struct Settings), IPC_CREAT | IPC_EXCL | 0600);
  if (id < 0) fail("shmget");
  struct Settings *made = shmat(id, NULL, 0);
  if (made == (void *)-1) fail("shmat");
  *made = (struct Settings){.trader = "Ada Lovelace", .updates_per_second = 300, .max_price = 130.0, .trading = true};
  return made;
}

static double tick(void) { return (rand() % 5 - 2) * 0.01; }

static void move_price(struct Quote *quote) {
  /* Drawn back to 101.21, so that a long run stays lifelike. */
  double middle = quote->last + tick() + (101.21 - quote->last) * 0.002;
  double cents = round(middle * 100);
  quote->last = cents / 100;
  quote->bid = (cents - 1) / 100;
  quote->ask = (cents + 1) / 100;
  quote->bid_size = 100 + (uint32_t)(rand() % 20) * 50;
  quote->ask_size = 100 + (uint32_t)(rand() % 20) * 50;
}

static void write_order(struct MarketRing *ring, uint64_t id) {
  uint32_t head = ring->head;
  if ((head + 1) % RING_SIZE == __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE)) return; /* full: the strategy is slow */
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  bool buy = rand() % 2;
  ring->orders[head] = (struct Order){
      .id = id,
      .time_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec,
      .price = buy ? ring->quote.ask : ring->quote.bid,
      .quantity = (uint32_t)(1 + rand() % 40) * 25,
      .side = buy ? SIDE_BUY : SIDE_SELL,
      .status = ORDER_NEW,
      .hidden = rand() % 8 == 0,
  };
  __atomic_store_n(&ring->head, (head + 1) % RING_SIZE, __ATOMIC_RELEASE);
}

static void run(struct MarketRing *ring) {
  for (uint64_t step = 1; !stopping; step++) {
    __atomic_add_fetch(&ring->sequence, 1, __ATOMIC_ACQ_REL);
    ring->state = settings->trading ? SESSION_OPEN : SESSION_HALTED;
    if (settings->trading) move_price(&ring->quote);
    __atomic_add_fetch(&ring->sequence, 1, __ATOMIC_ACQ_REL);
    if (settings->trading && step % 10 == 0) write_order(ring, step / 10);
    uint32_t rate = settings->updates_per_second;
    if (rate < 1) rate = 1;
    if (rate > 10000) rate = 10000;
    struct timespec pause = {.tv_sec = rate == 1, .tv_nsec = rate == 1 ? 0 : 1000000000L / rate};
    nanosleep(&pause, NULL);
  }
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--clean") == 0) {
    if (writer_of_existing() == 0) clean();
    return 0;
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  srand((unsigned)time(NULL));
  make_room();
  market = make_ring();
  settings = make_settings();
  puts("ready");
  fflush(stdout);
  run(market);
  clean();
  return 0;
}
