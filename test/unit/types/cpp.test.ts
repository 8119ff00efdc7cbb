import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import type { Target } from '../../../src/types/layout/spec.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { skipBecause } from '../../support/skip.ts';
import { INCLUDES, placesOf } from './agreement.ts';
import { compilerOf, lackOf } from './compilers.ts';
import { valuesOf } from './judge.ts';

const TARGET: Target = { abi: 'x86_64', dialect: 'gcc', language: 'c++' };

function typesOf(source: string, language?: 'c' | 'c++'): readonly TypeLayout[] {
  const { types, problems } = parseDeclarations(source, { target: TARGET, language });
  assert.deepEqual(problems, []);
  return types;
}

const TEXTS: Readonly<Record<string, string>> = {
  'classes, templates and constants of a ring': `
namespace ns {
constexpr size_t align_up(size_t n) { return (n + 63) & ~size_t(63); }
enum class Side : uint8_t { BUY = 1, SELL };
template<typename T, int N = 4> struct Ring {
  static_assert(N > 0, "N");
  alignas(64) std::atomic<uint64_t> head{0};
  alignas(64) std::atomic<uint64_t> tail{0};
  T slots[N];
  bool push(const T &v) { if (head - tail == N) return false; return true; }
  static constexpr int capacity = N;
  struct Cursor { Ring *ring; int index; };
};
class Base { public: virtual ~Base() = default; virtual void f() const = 0; protected: int id_; char c; };
class Derived final : public Base { public: explicit Derived(int); void f() const override {} private: short s{3}; char d; double x = 1.5; };
struct Order {
  Order() noexcept : id(0), px{1.5} {}
  uint64_t id; double px; Side side; std::array<char, 16> symbol; std::byte raw[3];
  bool operator==(const Order &o) const { return id == o.id; }
  Order &operator=(const Order &) = default;
  union { int a; float f; };
  void (*callback)(int, Order &); int Order::*member; void (Order::*method)(int);
  char pad[align_up(10)];
};
using OrderRing = Ring<Order, 8>;
struct Shared { OrderRing ring; Ring<int>::Cursor cursor; Ring<Ring<char>> nested; char k[OrderRing::capacity]; };
}
typedef struct { int a; ns::Side s; } Tail;
int main() { ns::Order o; return o.id == 0; }`,
  'what is defined outside of the class or the namespace that it is in': `
struct K { char c; }; constexpr int k = 1; struct B { char c; };
namespace n { struct K { int a; }; struct A; constexpr int k = 3; } struct n::A { K k1; char c[k]; };
struct Outer {
  enum E : int; enum class F : short; struct I; struct J; struct B { int i[3]; }; struct K { short a; }; static constexpr int k = 5;
};
struct Late { int z[3]; };
enum Outer::E : int { X = k, Y }; enum class Outer::F : short { Z = k }; struct Outer::I : B { char c[k]; K k1; };
struct Outer::J { Late l; static constexpr int f() { return sizeof(Late) + k + w; } static constexpr int w = 1; };
struct U { n::A a; char x[Outer::X]; char y[Outer::Y]; char z[(int)Outer::F::Z]; Outer::I i; Outer::J j; char f[Outer::J::f()]; };`,
  'an inline namespace that is named behind others': `
struct X { char c; }; namespace a { namespace b { inline namespace c { struct X { int i; char k; }; } struct Y { X x; c::X y; }; } }
namespace d::e::inline f { struct X { int i[2]; }; } namespace d::e { struct Z { X x; }; } struct V { d::e::X x; a::b::Y y; d::e::Z z; char c; };`,
  'members of the standard library': `
struct Library {
  std::pair<int, double> pair; std::array<std::pair<char, short>, 3> pairs; std::complex<float> complex; std::optional<int> optional;
  std::optional<char> small; std::unique_ptr<int> unique; std::shared_ptr<int> shared; std::vector<int> vector; std::string string;
  std::string_view view; std::bitset<70> bits; std::chrono::milliseconds ms; std::chrono::steady_clock::time_point at; std::mutex mutex;
  std::shared_mutex shared_mutex; std::condition_variable condition; std::atomic<bool> flag; std::atomic<double> real;
  std::atomic_flag once; std::atomic_uint64_t count; std::byte byte; std::nullptr_t none; std::size_t size; std::uint16_t port;
};
struct Odd { char c; std::atomic<Library *> next; std::array<std::array<int, 2>, 3> table; };`,
  'what a stranger tried': `
#include <climits>
#define PK _Pragma("pack(push,1)")
#define PO _Pragma("pack(pop)")
PK
struct Packed { char c; int i; };
PO
struct Many { uint32_t head = 0, tail __attribute__((aligned(64))) = 0; uint32_t n; };
struct Few { int a = 1, b alignas(32); int *p = nullptr, *const q = nullptr; };
struct Header { std::atomic<uint32_t> seq; uint8_t flag; }; struct Msg : Header { uint8_t kind; uint32_t len; };
struct Guarded { std::mutex m; uint8_t flag; }; struct Under : Guarded { uint8_t kind; };
struct Wave { std::complex<double> c; char d; }; struct Tone : Wave { char e; };
namespace a { struct P { char c; }; namespace b { struct P { int x[4]; }; } } namespace al = a::b; struct Alias { al::P p; char c; };
constexpr uint64_t N = 8; constexpr bool on = 5; const uint8_t small = 260;
struct Typed { char b[sizeof(N)]; char c[on]; char d[small]; };
struct Deduced { auto f() const { return 1; } decltype(auto) g() { return (a); } int a; char b; };
struct X { int a; }; template<> struct std::hash<X> { size_t operator()(const X &) const { return 0; } }; struct Y { std::atomic<int> a; char b; };
struct Moves { int x; char c; Moves &operator=(Moves &&); }; struct Moved : Moves { char d; };
struct Made { [[nodiscard]] Made(int); int x; char c; }; struct More : Made { char d; };
#if (1 << 31) > 0 && ~0 != 0xFFFFFFFF && CHAR_BIT == 8
struct Wide { long a; char b; };
#else
struct Wide { char a; char b; };
#endif
#if defined(__has_attribute)
# if __has_attribute(packed)
struct Asked { char c; int i; } __attribute__((packed));
# endif
#endif
`,
  'special and partial arguments': `
template<class T, class U = T, size_t N = sizeof(T) * 2> struct Box { T t; U u; char pad[N]; };
template<> struct Box<char> { long special; };
template<class T> using Pair = Box<T, T>;
template<class T> constexpr int width = sizeof(T) * 8;
template<class T> struct Node { Node<T> *next, *previous; T value; };
struct Uses { Box<int> a; Box<char> b; Pair<short> c; Box<int, double, 1> d; Node<Node<int>> e; char f[width<int> > 16 ? 3 : 5]; };
struct Outer { enum Kind { A, B = 4, C }; struct Inner { Kind kind; static int count; static const int limit = 7; } inner[C]; char rest[Inner::limit]; };
struct Left { virtual void l(); char a; }; struct Right { virtual void r(); char b; }; struct Empty {}; struct Empty2 : Empty {};
struct Both : Left, Right { char c; }; struct Slim : Empty, Empty2 { char d; }; struct With { [[no_unique_address]] Empty e; int x; };`,
};

describe('declarations of C++', () => {
  for (const [what, text] of Object.entries(TEXTS)) {
    it(`${what}: every size, alignment and offset is g++'s`, async function () {
      this.timeout(60_000);
      if (process.arch !== 'x64' || compilerOf(TARGET) === undefined) skipBecause(this, lackOf(TARGET));
      const records = typesOf(text).filter(({ kind }) => kind === 'struct' || kind === 'union');
      const expected = records.flatMap((type) => placesOf(type));
      const values = await valuesOf(
        TARGET,
        INCLUDES + text,
        expected.map(([expression]) => expression),
        ['-fno-access-control'],
      );
      const wrong = expected
        .filter(([, ours], i) => BigInt(ours) !== values[i])
        .map(([expression, ours]) => `${expression} is not ${ours}`);
      assert.deepEqual(wrong, []);
      assert.ok(expected.length > 20, `${expected.length} were compared`);
    });
  }

  it('are told from C by what they say, and by what they do', () => {
    const names = (source: string): string[] => typesOf(source).map(({ name }) => name);
    assert.deepEqual(names('struct a { int x; };'), ['struct a']);
    assert.deepEqual(names('class a { int x; };'), ['a']);
    assert.deepEqual(names('struct a { int x; }; struct b { a one; };'), ['a', 'b']);
    assert.deepEqual(names('struct a { int x; int get() const { return x; } };'), ['a']);
    assert.deepEqual(names('enum e : unsigned char { X };'), ['enum e']);
    assert.deepEqual(names('struct a { enum class k : char { X } k; };'), ['a', 'a::k']);
  });

  it('have the names that the language writes', () => {
    const [, order, alias] = typesOf(
      'namespace a::b { enum class k { X }; struct order { k k; std::atomic<uint64_t> n; }; using o = order; }',
    );
    assert.deepEqual(
      [order?.name, order?.fields?.map((field) => field.type.name), alias?.name],
      ['a::b::order', ['a::b::k', 'std::atomic<uint64_t>'], 'a::b::o'],
    );
  });

  const refused: [string, string, RegExp][] = [
    [
      'a static_assert that fails',
      'struct a { int x; };\nstatic_assert(sizeof(a) == 8, "a is on the wire");',
      /^2:1: This static_assert fails: 'a is on the wire'\.$/,
    ],
    ['a virtual base', 'struct a { int x; }; struct b : virtual a { };', /^1:33: Virtual base classes are not supported/],
    ['a base that is not known', 'struct b : missing { int x; };', /^1:12: The type 'missing' is not known/],
    [
      'a template without arguments',
      'template<class T> struct t { T x; }; struct a { t x; };',
      /^1:49: The template 't' needs its arguments/,
    ],
    [
      'a partial specialisation for templates',
      'template<class T> struct t { T x; }; template<template<class> class U, class T> struct t<U<T>> { int y; }; struct a { t<int> x; };',
      /specialisation that is not supported/,
    ],
    [
      'a partial specialisation for functions',
      'template<class T> struct t { T x; }; template<class R> struct t<R()> { R y; }; struct a { t<int()> x; };',
      /not supported/,
    ],
    [
      'a member that is defined outside of its template for some arguments',
      'template<class T> struct t { struct i; T x; }; template<class T> struct t<T>::i { T y; };\ntemplate<> struct t<int>::i { char c; }; struct a { t<int>::i y; };',
      /^2:27: 'i' is defined for some arguments of 't', or in parts, which is not supported/,
    ],
    [
      'a member that is defined outside of a specialisation',
      'template<class T> struct t { T x; }; template<class T> struct t<T *> { struct i; }; template<class T> struct t<T *>::i { T y; };\nstruct a { t<int *>::i y; };',
      /^2:24: The member 'y' has no size: t<int \*>::i is not defined here/,
    ],
    [
      'two that fit',
      'template<class A, class B> struct t { A x; }; template<class A> struct t<A, int> {}; template<class B> struct t<int, B> {}; struct a { t<int, int> x; };',
      /Several specialisations of 't' fit/,
    ],
    [
      'a template argument that does not fit',
      'template<unsigned char N> struct t { char x[N]; }; struct a { t<300> x; };',
      /^1:65: The value 300 does not fit 'unsigned char'\.$/,
    ],
    [
      'a negative one',
      'template<unsigned N> struct t { char x[3]; }; struct a { t<-1> x; };',
      /^1:60: The value -1 does not fit 'unsigned int'\.$/,
    ],
    ['an enum that is defined twice', 'enum e { A };\nenum e { A };', /^2:6: The enum 'e' is defined twice\.$/],
    [
      'a base that depends, for its names',
      'template<class T> struct b { typedef int own; };\ntemplate<class T> struct d : b<T> { own x; };\nstruct a { d<int> x; };',
      /^2:37: The type 'own' is not known/,
    ],
    ['a function that never ends', 'constexpr int f() { for (;;) {} return 1; } struct a { char x[f()]; };', /take too long/],
    [
      'a function with a switch',
      'constexpr int f(int x) { switch (x) { case 1: return 2; } return 1; } struct a { char x[f(1)]; };',
      /'switch' is not computed/,
    ],
    ['a value that is no number', 'struct a { char x["abc"]; };', /A string is no value/],
    [
      'what no trait here can tell',
      'template<class T, class = void> struct t { int x; }; template<class T> struct t<T, std::enable_if_t<std::is_trivial_v<T>>> {}; struct a { t<int> x; };',
      /is_trivial_v/,
    ],
    [
      'a template that makes ever new ones of itself',
      'template<int N> struct t { t<N + 1> x; }; struct a { t<0> x; };',
      /deeper than 256|not complete|contains itself/,
    ],
    [
      'a constant by an overloaded function',
      'constexpr int f(int) { return 5; } constexpr int f(long) { return 7; } struct a { char x[f(0)]; };',
      /overloaded/,
    ],
    [
      'a constant of a specialised template',
      'template<class T> constexpr int v = 1; template<> constexpr int v<int> = 5; struct a { char x[v<int>]; };',
      /specialisations/,
    ],
    [
      'what std cannot hold',
      'struct f;\nstruct a { std::optional<f> o; };',
      /^2:17: The member 'value' has no size: f is not defined here/,
    ],
    ['a deleter that is not known', 'struct a { std::unique_ptr<int, missing> p; };', /^1:33: The type 'missing' is not known/],
    [
      'a deleter that is not defined',
      'struct d;\nstruct a { std::unique_ptr<int, d> p; };\nstruct d { };',
      /^2:17: 'd' is not defined here\./,
    ],
    [
      'a final base',
      'struct f final { int a; };\nstruct g : f { int b; };',
      /^2:12: 'f' is final: no class can be derived from it\.$/,
    ],
    [
      'a final base that a template makes',
      'template<class T> struct f final { T a; };\nstruct g : f<int> { int b; };',
      /^2:12: 'f<int>' is final/,
    ],
    [
      'a member of a class that is defined behind the template',
      'struct l;\ntemplate<class T> struct o { T t; l m; };\nstruct l { int a; };\nstruct a { o<int> x; };',
      /^2:37: The member 'm' has no size: l is defined only behind this template\.$/,
    ],
    [
      'an array of such a class, in a specialisation',
      'struct l;\ntemplate<class T> struct o;\ntemplate<> struct o<int> { l m[2]; };\nstruct l { int a; };\nstruct a { o<int> x; };',
      /^3:30: The member 'm' has no size: l\[2\] is defined only behind this template\.$/,
    ],
    [
      'a base that is defined behind the template',
      'struct l;\ntemplate<class T> struct o : l { T t; };\nstruct l { int a; };\nstruct a { o<int> x; };',
      /^2:30: The base class 'l' is defined only behind this template\.$/,
    ],
    ['a class that contains itself', 'class a { a x; };', /contains itself/],
  ];
  for (const [name, source, message] of refused) {
    it(`${name} is refused at its place`, () => {
      const { problems } = parseDeclarations(source, { target: TARGET, language: 'c++' });
      assert.match(problems[0]?.text ?? '', message);
    });
  }

  it('that cannot be resolved cost no others', () => {
    const { types, problems } = parseDeclarations(
      'struct a { int x; };\nstruct b { missing y; };\nstruct c { b z; };\nstruct d { a w; };',
      {
        target: TARGET,
        language: 'c++',
      },
    );
    assert.deepEqual(
      types.map(({ name }) => name),
      ['a', 'd'],
    );
    assert.deepEqual(
      problems.map(({ text, lost }) => [text.slice(0, 5), lost]),
      [['2:12:', ['b', 'c']]],
    );
  });
});
