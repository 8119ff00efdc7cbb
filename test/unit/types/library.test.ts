import { describeAgreement } from './agreement.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'std::conditional': `
template<bool B, class T, class F> struct cond { typedef T type; }; template<class T, class F> struct cond<false, T, F> { typedef F type; };
struct U { typename cond<(sizeof(int) > 2), char, long>::type a; cond<false, char, long>::type b; std::conditional_t<true, int, char> c; std::conditional<false, int, char>::type d; };
`,
  'std::is_same': `
struct U { char a[std::is_same<int, int>::value ? 3 : 4]; char b[std::is_same_v<int, long> ? 3 : 4]; };
`,
  'std::underlying_type': `
enum class E : short { A }; enum F { X = 1000000 }; 
struct U { char c; std::underlying_type_t<E> e; std::underlying_type<F>::type f; };
`,
  'patterns of std::array': `
template<class T> struct S { char c; }; template<class T, size_t N> struct S<std::array<T,N>> { T t; char n[N]; };
struct U { S<int> a; S<std::array<short, 7>> b; };
`,
  'types of values that other parameters name': `
template<class T, T V> struct I { static constexpr T value = V; char c[sizeof(V)]; }; struct U { I<int, 3> s; I<long, 5> t; char x[I<char, 7>::value]; std::integral_constant<int, 4> z; char y[std::integral_constant<int, 4>::value]; };
`,
  'classes derived from std::atomic and std::array': `
struct A : std::atomic<int> { char c; }; struct B : std::atomic<char> { short s; }; struct C : std::array<int, 3> { char c; }; struct D : std::array<char, 3> { short s; }; struct E : std::atomic<long> { int x; };
struct P { int a; char b; }; struct F : std::array<P, 2> { char c; }; struct NP { NP(); int a; char b; }; struct G : std::array<NP, 2> { char c; }; struct H : std::atomic<P> { char c; }; struct I : std::atomic<void*> { char c; }; struct J : std::atomic<bool> { char c; };
struct K { std::array<char,3> a; short b; }; struct L : K { char c; }; struct M { std::array<NP,1> a; }; struct N : M { char c; }; struct O : std::array<int,0> { int x; };
`,
  'classes derived from others of std': `
struct A : std::pair<int,char> { char c; }; struct B : std::optional<int> { char c; }; struct C : std::complex<float> { char c; }; struct D : std::string { char c; }; struct E : std::vector<int> { char c; }; struct F : std::unique_ptr<int> { char c; }; struct G : std::bitset<70> { char c; }; struct H : std::chrono::milliseconds { char c; }; struct I : std::mutex { char c; }; struct J : std::string_view { char c; }; struct K : std::shared_ptr<int> { char c; }; struct L : std::chrono::system_clock::time_point { char c; };
`,
  'pairs of what has no size': `
struct Z { int a[0]; }; class A { A &operator=(const A &); std::pair<Z, Z> m; }; struct B { char c; std::pair<Z, Z> p; std::pair<std::pair<Z, Z>, std::pair<Z, Z>> q; char d; };
struct N {}; struct C : std::pair<N, N> { char c; }; struct D : std::pair<N, std::pair<N, N>> { char c; }; struct E : std::pair<std::pair<N, N>, std::pair<N, N>> { int i; };
`,
  'std::unique_ptr with a deleter': `
struct E {}; struct Fin final {}; struct Del { void operator()(int*) const; }; struct Big { long x; char c; void operator()(int*); }; struct Small { char c; void operator()(int*) const; };
struct alignas(16) OE { void operator()(int*); }; struct alignas(16) O { char c; void operator()(int*); }; struct FD final { void operator()(int*); };
struct NP { NP(); int i; char c; void operator()(int*); };
typedef int *Fancy; struct Ptr { int off; Ptr(decltype(nullptr)); int &operator*(); bool operator==(decltype(nullptr)); }; struct PD { typedef Ptr pointer; void operator()(Ptr); }; struct Handle { using pointer = int; void operator()(int); }; struct HN { using pointer = short; int fd; };
struct Inc; struct A0 { std::unique_ptr<Inc> a; char b; std::unique_ptr<int[]> c; std::unique_ptr<int[], Del> d; std::unique_ptr<Inc, Del> e; char f; };
struct A1 { char a; std::unique_ptr<int, Del> b; char c; std::unique_ptr<int, Big> d; char e; std::unique_ptr<int, Small> f; char g; std::unique_ptr<int, FD> h; char i; };
struct A2 { char a; std::unique_ptr<int, OE> b; char c; std::unique_ptr<int, O> d; char e; std::unique_ptr<int, NP> f; char g; };
struct A3 { char a; std::unique_ptr<int, void(*)(int*)> b; char c; std::unique_ptr<int, Del&> d; char e; std::unique_ptr<int, const Big&> f; char g; std::unique_ptr<void, void(*)(void*)> h; char i; std::unique_ptr<int, std::function<void(int*)>> j; char k; std::unique_ptr<int, std::default_delete<int>> l; char m; };
struct A4 { char a; std::unique_ptr<int, PD> b; char c; std::unique_ptr<int, Handle> d; char e; std::unique_ptr<int, HN> f; char g; std::unique_ptr<int, PD&> h; char i; };
struct B0 : Del { std::unique_ptr<int, Del> p; char c; }; struct B1 : E { std::unique_ptr<int, Del> p; char c; }; struct B2 : std::unique_ptr<int, Del> { char c; }; struct B3 : std::unique_ptr<int, O> { char c; }; struct B4 : std::unique_ptr<int, OE> { char c; }; struct B5 : std::unique_ptr<int, NP> { char c; }; struct B6 : std::unique_ptr<int, PD> { char c; };  struct B7 : std::unique_ptr<int, Handle> { char c; }; struct B8 { [[no_unique_address]] std::unique_ptr<int, OE> p; char c; }; struct B9 : PD { std::unique_ptr<int, PD> p; char c; };
template<class T> using Dp = std::unique_ptr<T, void (*)(T *)>; struct C0 { Dp<int> a; char b; std::array<std::unique_ptr<int, Big>, 3> c; char d; std::optional<std::unique_ptr<int, Small>> e; char f; std::unique_ptr<std::unique_ptr<int, Del>> g; char h; std::pair<std::unique_ptr<int, Del>, char> i; };
`,
  'std::bitset': `
struct U { std::bitset<0> b; int x; std::bitset<1> c; std::bitset<64> d; std::bitset<65> e; }; struct V : std::bitset<0> { int y; };
`,
  'std::optional': `
struct NT { NT(const NT&); ~NT(); int a; char b; }; struct A { std::optional<NT> o; char c; }; struct B : std::optional<NT> { char c; }; struct C { std::optional<std::string> s; std::optional<std::pair<char,int>> p; std::optional<double> d; };
`,
  'std::tuple': `
struct Em {}; struct A { std::tuple<int, char, double> t; char c; }; struct B { std::tuple<> e; std::tuple<char> f; std::tuple<Em, int> g; std::tuple<char, short, int, long> h; }; struct C : std::tuple<int, char> { char d; };
`,
  'std::variant': `
struct A { std::variant<int, char> v; char c; }; struct B { std::variant<char, double, short> v; std::variant<std::monostate, std::string> w; };
`,
  'a ring buffer of them': `
template <typename T, std::size_t Capacity> class SpscRing { static_assert((Capacity & (Capacity - 1)) == 0, "pow2"); static constexpr std::size_t kMask = Capacity - 1; static constexpr std::size_t kLine = 64; alignas(kLine) std::atomic<std::size_t> head_{0}; char pad0_[kLine - sizeof(std::atomic<std::size_t>)]; alignas(kLine) std::atomic<std::size_t> tail_{0}; alignas(kLine) std::array<T, Capacity> slots_; public: bool push(const T& v) noexcept; };
struct Tick { std::int64_t ts; double px; std::uint32_t qty; char sym[8]; }; struct Shm { SpscRing<Tick, 1024> ring; SpscRing<char, 4> small; };
`,
};

describeAgreement('classes of std', TEXTS);
