// Functions of all kinds whose lines and names are looked up by address; `places.h` is beside it.
#include "places.h"

namespace shop {

struct Order {
  int count;
  long prices[4];
  void fill(int value);
  static inline int twice(int value) { return value * 2 + 1; }
};

__attribute__((noinline)) void Order::fill(int value) {
  count = twice(value);
  for (long& price : prices) price = value + sum(value, count);
}

namespace {

template <class T>
__attribute__((noinline)) T added(T a, T b) {
  volatile T kept = a;
  return kept + b;
}

}  // namespace

namespace inner {

inline __attribute__((always_inline)) int third(int value) {
  volatile int kept = value;
  return kept / 3;
}
inline __attribute__((always_inline)) int second(int value) { return third(value) + 2; }
__attribute__((noinline)) int first(int value) { return second(value + 1) * 2; }

}  // namespace inner

int run(int value) {
  Order order;
  order.fill(value);
  return added<int>(value, order.count) + static_cast<int>(added<double>(value, 2.5)) + inner::first(value);
}

}  // namespace shop

extern "C" __attribute__((noinline)) int plain_c(int value) {
  volatile int kept = value;
  return kept + 1;
}

int main(int count, char**) { return shop::run(count) + plain_c(count) == 0; }
