/* The struct that posix_writer and posix_reader share. */
#pragma once
#include <stdint.h>

struct shared {
  uint64_t counter;
  char name[32];
  double temperature;
  uint32_t ticks;
};
