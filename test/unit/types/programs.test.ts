import { describeAgreement } from './agreement.ts';

/** Texts as programs have them that share memory: ring buffers, locks, messages, and what their libraries do. */
const TEXTS: Readonly<Record<string, string>> = {
  seqlock: `
template <class T> class alignas(64) Seqlock { static_assert(std::is_trivially_copyable<T>::value, ""); std::atomic<uint32_t> seq{0}; alignas(T) unsigned char storage[sizeof(T)]; public: void store(const T& v) noexcept; };
struct Q { double b, a; uint32_t bs, as; }; struct S { Seqlock<Q> q; Seqlock<char> c; Seqlock<std::array<Q, 3>> arr; };
`,
  disruptor: `
constexpr std::size_t CACHE = 64; template<typename T> struct alignas(CACHE) Padded { T v; char pad[CACHE - sizeof(T) % CACHE]; };
template<class T, unsigned LOG2> struct Disruptor { enum : size_t { SIZE = size_t(1) << LOG2, MASK = SIZE - 1 }; Padded<std::atomic<int64_t>> cursor; Padded<std::atomic<int64_t>> gating[3]; T buf[SIZE]; };
struct E { uint8_t t; uint64_t v; }; struct M { Disruptor<E, 10> d; char b[Disruptor<char, 3>::MASK]; };
`,
  'boost-like': `
namespace bst { template<class T, std::size_t N> struct type_with { typedef char type; }; template<class T> struct type_with<T, 8> { typedef uint64_t type; }; template<std::size_t S> struct sel : type_with<void, S> {}; 
template<class Mutex, class Off = std::ptrdiff_t> struct hdr { Mutex m; Off off; }; template<template<class, class> class X, class A> struct ap { X<A, int> x; }; 
template<class VoidPtr> struct node_traits { VoidPtr next, prev; int color; }; template<class T, class V = void*> struct rbnode : node_traits<V> { T value; };
struct U { typename sel<8>::type a; sel<4>::type b; hdr<int> h; ap<hdr, char> z; rbnode<char> r; rbnode<int, uint32_t> s; }; }
`,
  ros: `
template <class Alloc> struct Header_ { typedef Header_<Alloc> Type; uint32_t seq; struct { int32_t sec, nsec; } stamp; std::array<char, 32> frame; typedef std::shared_ptr<Header_<Alloc>> Ptr; };
typedef Header_<std::allocator<void>> Header; template <class Alloc> struct Pose_ { Header_<Alloc> header; typedef std::array<double, 36> cov_type; cov_type covariance; typename Header_<Alloc>::Type other; }; typedef Pose_<std::allocator<void>> Pose; struct U { Pose p; Header::Type t; };
`,
  'enum flags': `
enum class F : uint8_t { A = 1 << 0, B = 1 << 1, AB = A | B, Last = 0x80 }; constexpr F operator|(F a, F b) { return F(uint8_t(a) | uint8_t(b)); } enum { COUNT = static_cast<int>(F::Last) >> 4 };
struct U { F f[COUNT]; char x[sizeof(F::A)]; char y[(int)F::AB]; };
`,
  'constexpr chain': `
constexpr std::size_t round_up(std::size_t v, std::size_t a) noexcept { return (v + (a - 1)) & ~(a - 1); } struct H { uint64_t magic; uint32_t ver; }; constexpr auto HS = round_up(sizeof(H), 64); constexpr auto DATA = HS + 3 * sizeof(uint64_t); static_assert(DATA % 8 == 0);
struct U { alignas(64) H h; char data[DATA]; unsigned char tail[round_up(DATA, 128) - DATA]; };
`,
  'static const member': `
struct C { static const int N = 5; static constexpr std::size_t M = N * 2; enum { K = M + 1 }; int a[N]; char b[M]; short c[K]; static const uint8_t t = 300 & 0xff; char d[t]; };
`,
  'nested template dependent': `
template<class Cfg> struct Eng { using Key = typename Cfg::key_type; static constexpr auto cap = Cfg::capacity; struct Slot { Key k; typename Cfg::template val<int> v; }; Slot s[cap]; }; struct Cf { typedef uint16_t key_type; static constexpr int capacity = 7; template<class T> struct val { T t; char c; }; }; struct U { Eng<Cf> e; };
`,
  'crtp sizeof': `
template<class D, size_t N> struct Msg { uint32_t len = N; uint16_t type; static constexpr size_t size() { return N; } }; struct A : Msg<A, 40> { char c; uint64_t d; }; struct U { char b[A::size()]; A a; };
`,
  'variadic union': `
template<size_t A, size_t... R> struct smax { static constexpr size_t value = A > smax<R...>::value ? A : smax<R...>::value; }; template<size_t A> struct smax<A> { static constexpr size_t value = A; };
template<class... T> struct Var { static constexpr size_t S = smax<sizeof(T)...>::value; static constexpr size_t AL = smax<alignof(T)...>::value; alignas(AL) char buf[S]; uint8_t idx; }; struct U { Var<int, double, char[13]> v; Var<char> w; };
`,
  'aligned storage': `
struct T { double d; int i; }; struct U { typename std::aligned_storage<sizeof(T), alignof(T)>::type s; std::aligned_storage_t<3, 4> t; char c; std::aligned_union_t<0, int, double> u; };
`,
  'index sequence': `
template<std::size_t... I> struct seq {}; template<std::size_t N, std::size_t... I> struct mk : mk<N - 1, N - 1, I...> {}; template<std::size_t... I> struct mk<0, I...> { typedef seq<I...> type; static constexpr size_t n = sizeof...(I); }; struct U { char a[mk<5>::n]; };
`,
  'type list nth': `
template<size_t N, class... T> struct nth; template<class H, class... T> struct nth<0, H, T...> { typedef H type; }; template<size_t N, class H, class... T> struct nth<N, H, T...> : nth<N - 1, T...> {}; struct U { typename nth<0, char, int>::type a; typename nth<2, char, int, double>::type b; };
`,
  'const members': `
struct U { const int a; volatile char b; const volatile long c; char *const p; const char *const *q; mutable int m; };
`,
  'bitfield const': `
constexpr int W = 5; struct U { unsigned a : W; unsigned b : W * 2 - 1; unsigned c : sizeof(int); uint64_t d : 64 - W; };
`,
  'fnptr arrays': `
typedef int (*fp)(int, const char*); struct U { fp a[3]; int (*b[4])(void); void (*(*c)(int))(char); int (*d)[5]; int (&e)[3]; };
`,
  shadow: `
typedef long T; struct A { typedef char T; T a; struct B { T b; } b; }; struct U { T x; A::T y; A a; };
`,
  'using decl': `
struct Base { typedef short val; int x; protected: enum { LIM = 6 }; }; struct D : private Base { using Base::val; using Base::LIM; val v[LIM]; };
`,
  'anon ns': `
namespace { struct Hid { char c; }; constexpr int K = 3; } namespace a { inline namespace v1 { struct Q { int x[K]; }; } } struct U { Hid h; a::Q q; a::v1::Q r; };
`,
  'using ns later': `
namespace lib { typedef char T; constexpr int N = 2; } typedef int X; using namespace lib; struct U { T t; X x[N]; };
`,
  'template default chain': `
template<class T, class A = std::allocator<T>, size_t N = sizeof(A)> struct V { T *p; char n[N]; }; struct U { V<int> v; };
`,
  'static cast enum': `
enum Kind : int16_t { K0 = -1, K1 = 5 }; template<Kind K> struct X { char c[K == K1 ? 9 : 3]; }; struct U { X<K1> a; X<K0> b; X<static_cast<Kind>(5)> c; };
`,
  'bool nontype conv': `
template<bool B> struct X { char c[B ? 4 : 2]; }; struct U { X<true> a; X<(3 > 2)> b; X<!0> c; X<sizeof(int) == 4 && sizeof(char) == 1> d; };
`,
  'ternary types': `
struct U { char a[sizeof(true ? 1 : 1.0)]; char b[sizeof(true ? 'a' : 'b')]; char c[sizeof(true ? 'a' : 1)]; char d[sizeof(true ? (short)1 : (short)2)]; char e[true ? -1 > 0u ? 3 : 4 : 5]; };
`,
  empties: `
struct E1 {}; struct E2 {}; struct E3 : E1 {}; template<class A, class B> struct CP : A, B { int x; }; struct U { CP<E1, E2> a; CP<E2, E3> b; [[no_unique_address]] E1 e; [[no_unique_address]] E1 f; char c; };
`,
  chrono: `
struct U { std::chrono::nanoseconds n; std::chrono::duration<float> f; std::chrono::duration<int32_t, std::milli> m; std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<int, std::milli>> t; std::chrono::system_clock::duration d; };
`,
  function: `
struct U { std::function<void(int)> f; std::function<int()> g; char c; };
`,
  'atomic ref struct': `
struct P { int a, b; }; struct U { std::atomic<P> p; std::atomic<std::chrono::nanoseconds> n; std::atomic<std::array<char, 3>> q; std::atomic<short> s[3]; std::atomic_int i; std::atomic_bool b; std::atomic_size_t z; std::atomic_llong l; };
`,
  'pair of': `
struct U { std::pair<const int, char> a; std::pair<std::pair<char, int>, short> b; std::pair<int&, char> c; };
`,
  'packed template': `
#pragma pack(push, 1)
template<class T> struct P { char c; T t; }; struct U { P<int> a; P<double> b; };
#pragma pack(pop)
struct V { P<long> a; int x; };
`,
  'attribute template': `
template<class T> struct __attribute__((packed)) P { char c; T t; }; template<class T> struct alignas(32) Q { T t; }; template<class T> struct R { char c; T t; } __attribute__((packed)); struct U { P<int> a; Q<char> b; R<short> c; };
`,
  'operator consts': `
struct Mask { enum Type : unsigned { A = 1u << 31, B = ~0u, C = A >> 28 }; }; struct U { char c[Mask::C]; Mask::Type t; };
`,
  'long enum': `
enum Big { X = 0xFFFFFFFFu, Y }; enum Neg { M = -1, N = 0xFFFFFFFFu }; enum class S8 : int8_t { A = -128, B }; struct U { Big b; Neg n; S8 s; };
`,
  'friend/ops': `
class U { friend class V; friend bool operator<(const U&, const U&); template<class T> friend struct W; public: U() = default; operator bool() const { return x; } explicit operator int(); U& operator++(); template<class T> void f(T t) {} private: int x = 0; char c; };
`,
  'typedef struct cpp': `
typedef struct tagX { int a; struct tagX *n; } X, *PX; struct U { X x; PX p; struct tagX y; tagX z; };
`,
  'alignas pack const': `
template<class T> struct A { static constexpr size_t al = alignof(T) < 8 ? 8 : alignof(T); alignas(al) T t; }; struct U { char c; A<char> a; A<long double> b; };
`,
  'const expr template arg': `
template<int N> struct F { enum { v = N * F<N - 1>::v }; }; template<> struct F<0> { enum { v = 1 }; }; struct U { char a[F<5>::v]; };
`,
  'sizeof template expr': `
template<class T> struct S { T t; char pad[64 - sizeof(T) % 64]; }; struct U { S<int> a; S<char[70]> b; };
`,
  'decltype auto member': `
struct A { int x; double y; }; struct U { decltype(A::x) a; decltype(A::y) b; char c[sizeof(A::y)]; char d[sizeof(((A*)nullptr)->y)]; };
`,
  'static_cast nested': `
constexpr unsigned V = static_cast<unsigned>(-1) >> 28; constexpr int8_t S = static_cast<int8_t>(200) + 100; struct U { char a[V]; char b[S]; };
`,
  'unsigned wrap': `
struct U { char a[(0u - 1) / 0x40000000u]; char b[(uint16_t)(0 - 1) >> 12]; char c[(unsigned char)~0 >> 4]; char d[-1 < sizeof(int) ? 7 : 9]; };
`,
  'aligned default': `
struct U { std::aligned_storage<5>::type a; std::aligned_storage_t<100> b; char c; std::vector<bool> vb; std::function<void(int)> f; std::function<int()> g; };
`,
  'wide typedef arg': `
typedef int wide_int __attribute__((aligned(16))); template<class T> struct B { char c; T t; }; template<class T> struct B<T*> { T a; char d; }; struct U { B<wide_int> b; B<wide_int*> c; B<const wide_int> d; };
`,
  'export macro': `
#define EXPORT
template<class T> struct EXPORT X { T t; }; template<class T> class [[nodiscard]] Y final { T t; }; template<> struct alignas(64) X<char> { int i; }; template<class T> struct alignas(16) X<T*> { T t; }; struct U { X<int> a; Y<char> b; X<char> c; X<short*> d; };
`,
};

describeAgreement('what programs have', TEXTS);
