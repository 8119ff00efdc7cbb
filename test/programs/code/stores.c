// Stores of every width: each instruction that writes memory is looked for.
// No headers: it is compiled for machines whose C library is not there.
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;

struct record {
  uint8_t a;
  uint16_t b;
  uint32_t c;
  uint64_t d;
  float e;
  double f;
  __int128 g;
  char text[300];
};

__attribute__((noinline)) void each(volatile struct record* to, uint64_t value) {
  to->a = (uint8_t)value;
  to->b = (uint16_t)value;
  to->c = (uint32_t)value;
  to->d = value;
  to->e = (float)value;
  to->f = (double)value;
  to->a = 1;
  to->b = 0x1234;
  to->c = 0x12345678;
  to->d = 0x123456789;
  to->c += 7;
  to->d <<= 3;
  to->b--;
}

__attribute__((noinline)) void wide(struct record* to, const struct record* from) {
  *to = *from;
  to->g = from->g + 1;
  __builtin_memset(to->text, 7, sizeof to->text);
}

__attribute__((noinline)) uint64_t locked(uint64_t* to, uint64_t value) {
  __atomic_store_n(to, value, __ATOMIC_SEQ_CST);
  uint64_t before = __atomic_exchange_n(to, value + 1, __ATOMIC_SEQ_CST);
  before += __atomic_fetch_add(to, 3, __ATOMIC_SEQ_CST);
  __atomic_compare_exchange_n(to, &before, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  __atomic_fetch_or(to, 64, __ATOMIC_SEQ_CST);
  return before;
}

int main(int count, char** words) {
  static struct record one, two;
  each(&one, (uint64_t)count);
  wide(&two, &one);
  one.text[count] = words[0][0];
  return (int)locked(&two.d, one.d);
}
