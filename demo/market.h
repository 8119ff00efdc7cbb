/*
 * What feedhandler.c and strategy.c share; README.md says how to look at it.
 */
#ifndef MARKET_H
#define MARKET_H

#include <stdbool.h>
#include <stdint.h>

#define MARKET_NAME "/market-demo"
#define MARKET_MAGIC 0x4d4b5431u /* "MKT1" */
#define RING_SIZE 64

/* Key of the System V segment that holds struct Settings. */
#define SETTINGS_KEY 0x4d4b5453

enum SessionState { SESSION_CLOSED, SESSION_AUCTION, SESSION_OPEN, SESSION_HALTED };
enum Side { SIDE_BUY = 1, SIDE_SELL = 2 };
enum OrderStatus { ORDER_EMPTY, ORDER_NEW, ORDER_FILLED, ORDER_REJECTED };

struct Quote {
  double bid;
  double ask;
  double last;
  uint32_t bid_size;
  uint32_t ask_size;
};

struct Order {
  uint64_t id;
  uint64_t time_ns; /* CLOCK_REALTIME */
  double price;
  uint32_t quantity;
  enum Side side;
  enum OrderStatus status;
  bool hidden;
};

/* The object /market-demo: quotes and orders by the feed handler, fills by the strategy. */
struct MarketRing {
  uint32_t magic;
  uint16_t version;
  uint16_t order_size;
  int32_t writer_pid;
  enum SessionState state;
  uint64_t sequence; /* odd while the feed handler writes */
  char symbol[8];
  char venue[16];
  struct Quote quote;
  uint32_t head; /* next order that the feed handler writes */
  uint32_t tail; /* next order that the strategy reads */
  uint64_t filled;
  uint64_t rejected;
  int64_t position;
  double profit;
  struct Order orders[RING_SIZE];
};

/* The System V segment: both read it a few times a second, so editing it changes what they do. */
struct Settings {
  char trader[32];
  uint32_t updates_per_second; /* of the feed handler, 1 to 10000 */
  double max_price;            /* the strategy rejects orders above it */
  bool trading;                /* false halts the session */
};

#endif
