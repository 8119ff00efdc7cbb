// Prints where the compiler itself puts what it declares: 't TYPE size alignment', 'o TYPE MEMBER offset', 'b TYPE
// MEMBER bit width'. The debug info of this very program must say the same.
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum color { RED = -1, GREEN, BLUE = 7 };
enum huge { SMALL, HUGE_ONE = 0x8000000000000000u };
typedef enum { OFF, ON } toggle;

struct node {
  struct node *next;
  int (*compare)(const void *, const void *);
  char name[16];
};

struct flags {
  unsigned a : 3;
  int b : 5;
  unsigned : 4;
  uint64_t c : 33;
  unsigned : 0;
  bool d : 1;
  enum color e : 4;
  unsigned char f : 8;
};

struct __attribute__((packed)) wire {
  uint8_t kind;
  uint32_t length;
  uint64_t stamp : 48;
  uint16_t port : 12;
  double value;
};

#pragma pack(push, 2)
struct tight {
  char a;
  int b;
  double c;
};
#pragma pack(pop)

typedef struct {
  float x, y, z;
} vector;

struct __attribute__((aligned(64))) line {
  _Atomic uint32_t head;
  _Alignas(16) char tail;
};

union word {
  uint64_t whole;
  uint32_t half[2];
  struct {
    uint8_t low, high;
  };
};

struct book {
  uint64_t id;
  union {
    int64_t cents;
    struct {
      int32_t hi;
      uint32_t lo;
    };
  };
  vector at[2][3];
  struct node first, *last;
  struct flags flags;
  struct wire wire;
  struct tight tight;
  struct line line;
  union word word;
  enum color color;
  enum huge huge;
  toggle state;
  pthread_mutex_t lock;
  sem_t ready;
  long double ratio;
  _Complex float wave;
  wchar_t title[4];
  const char *const names[3];
  atomic_bool on;
  atomic_flag busy;
  volatile signed char temperature;
  struct {
    short s;
  } inner;
  int tail[];
};

static void bits(const char *type, const char *member, const unsigned char *from, size_t length) {
  long first = -1, count = 0;
  for (size_t i = 0; i < length * 8; i++) {
    if (!(from[i / 8] >> (i % 8) & 1)) continue;
    if (first < 0) first = (long)i;
    count++;
  }
  printf("b %s %s %ld %ld\n", type, member, first, count);
}

#define T(type) printf("t " #type " %zu %zu\n", sizeof(type), _Alignof(type))
#define O(type, member) printf("o " #type " " #member " %zu\n", offsetof(type, member))
#define B(type, member)                                            \
  do {                                                             \
    static type one;                                               \
    memset(&one, 0, sizeof one);                                   \
    one.member = -1;                                               \
    bits(#type, #member, (const unsigned char *)&one, sizeof one); \
  } while (0)

static struct book *shared;
struct {
  struct book *books[2];
  union word *word;
} state;
_Thread_local struct book *own;
void *anything;

typedef struct book book_t;

int main(void) {
  static const book_t *local;
  struct local_only {
    int here;
    char there;
  };
  static struct local_only *hidden;
  T(struct node), O(struct node, next), O(struct node, compare), O(struct node, name);
  T(struct flags);
  B(struct flags, a);
  B(struct flags, b);
  B(struct flags, c);
  B(struct flags, e);
  B(struct flags, f);
  T(struct wire), O(struct wire, kind), O(struct wire, length), O(struct wire, value);
  B(struct wire, stamp);
  B(struct wire, port);
  T(struct tight), O(struct tight, a), O(struct tight, b), O(struct tight, c);
  T(vector), O(vector, x), O(vector, z);
  T(struct line), O(struct line, head), O(struct line, tail);
  T(union word), O(union word, half), O(union word, low), O(union word, high);
  T(struct book), O(struct book, id), O(struct book, cents), O(struct book, hi), O(struct book, lo), O(struct book, at);
  O(struct book, first), O(struct book, first.name), O(struct book, last), O(struct book, flags), O(struct book, wire);
  O(struct book, wire.value), O(struct book, tight), O(struct book, line), O(struct book, word),
      O(struct book, word.half);
  O(struct book, color), O(struct book, huge), O(struct book, state), O(struct book, lock), O(struct book, ready);
  O(struct book, ratio), O(struct book, wave), O(struct book, title), O(struct book, names), O(struct book, on);
  O(struct book, busy), O(struct book, temperature), O(struct book, inner), O(struct book, inner.s),
      O(struct book, tail);
  T(enum color), T(enum huge), T(toggle), T(book_t);
  T(struct local_only), O(struct local_only, there);
  printf("v shared %p\nv state.books[1] %p\nv state.word %p\nv main::local %p\nv main::hidden %p\n", (void *)&shared,
         (void *)&state.books[1], (void *)&state.word, (void *)&local, (void *)&hidden);
  printf("v main %p\n", (void *)main);
  return shared != NULL || own != NULL || anything != NULL;
}
