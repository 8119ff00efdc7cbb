// As shapes.c, for what C++ adds.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <new>

namespace market {

enum class Side : uint8_t { buy = 1, sell = 2 };

struct Empty {};

struct Stamp {
  uint64_t seconds;
  uint32_t nanos;
};

template <class T, int N>
struct Ring {
  std::array<T, N> slots;
  std::atomic<uint32_t> head;
  T* last;
};

class Order {
 public:
  Order() : id(0) {}
  virtual ~Order() = default;
  static int count;
  uint64_t id;
  Side side = Side::buy;
  bool open = false;
};
int Order::count = 0;

struct Named {
  char name[12];
  virtual int rank() const { return 1; }
};

struct Limit : Order, Named, Empty {
  double price = 0;
  char16_t mark = 0;
  Ring<Stamp, 3> ring{};
  std::mutex lock;
  std::atomic<bool> ready{false};
  std::atomic<Order*> next{nullptr};
  unsigned low : 3;
  unsigned high : 9;
  wchar_t wide = 0;
  uint32_t Stamp::*member = nullptr;
  struct Inner {
    char c;
    long double d;
  } inner{};
  union {
    int32_t whole;
    char part[4];
  };
  Stamp& stamp;
  explicit Limit(Stamp& s) : whole(0), stamp(s) {}
};

namespace {
struct Hidden {
  short a, b;
};
}  // namespace

struct Holder {
  static Limit* first;
};
Limit* Holder::first = nullptr;

}  // namespace market

#define T(type) std::printf("t " #type " %zu %zu\n", sizeof(type), alignof(type))
#define O(type, member) std::printf("o " #type " " #member " %zu\n", offsetof(type, member))

static market::Limit* limits[2];
std::atomic<market::Stamp*> latest;
std::unique_ptr<market::Order> owned;
static market::Hidden secret;
static market::Hidden* hidden = &secret;

int main() {
  using market::Limit, market::Order, market::Stamp;
  static Limit* local;
  T(market::Order), O(market::Order, id), O(market::Order, side), O(market::Order, open);
  T(market::Stamp), O(market::Stamp, nanos);
  T(market::Limit), O(market::Limit, price), O(market::Limit, mark), O(market::Limit, ring),
      O(market::Limit, ring.head);
  O(market::Limit, ring.last), O(market::Limit, lock), O(market::Limit, ready), O(market::Limit, next);
  O(market::Limit, wide), O(market::Limit, member), O(market::Limit, inner), O(market::Limit, inner.d);
  O(market::Limit, whole), O(market::Limit, part);
  T(market::Limit::Inner), T(market::Side), T(market::Empty);
  alignas(Limit) static unsigned char place[sizeof(Limit)];
  // clang describes a class where it is constructed, and nowhere else.
  static Stamp stamp{};
  auto* one = new (place) Limit(stamp);
  auto at = [&](const void* part) { return static_cast<const unsigned char*>(part) - place; };
  std::printf("a market::Limit <market::Named> %td\n", at(static_cast<market::Named*>(one)));
  std::printf("v limits[1] %p\nv latest %p\nv owned %p\nv main::local %p\n", static_cast<void*>(&limits[1]),
              static_cast<void*>(&latest), static_cast<void*>(&owned), static_cast<void*>(&local));
  std::printf("v market::Holder::first %p\nv hidden %p\n", static_cast<void*>(&market::Holder::first),
              static_cast<void*>(&hidden));
  std::printf("v main %p\n", reinterpret_cast<void*>(main));
  return limits[0] != nullptr || hidden == nullptr;
}
