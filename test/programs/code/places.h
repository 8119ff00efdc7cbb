#pragma once

inline __attribute__((always_inline)) long sum(long a, long b) {
  volatile long kept = a;
  return kept + b;
}
