import assert from 'node:assert/strict';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { describeAgreement } from './agreement.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'function templates': `
template<class T> constexpr T align_up(T n, T a) { return (n + a - 1) / a * a; } struct U { char a[align_up(10, 8)]; char b[align_up<size_t>(3, 64)]; };
`,
  'function templates with given arguments': `
template<size_t A> constexpr size_t up(size_t n) { return (n + A - 1) & ~(A - 1); } struct U { char a[up<16>(20)]; };
`,
  'functions with loops and recursion': `
constexpr size_t next_pow2(size_t n) { size_t p = 1; while (p < n) p <<= 1; return p; } constexpr int log2i(unsigned n) { int r = 0; for (; n > 1; n >>= 1) ++r; return r; }
constexpr unsigned fact(unsigned n) { return n < 2 ? 1 : n * fact(n - 1); } constexpr int fib(int n) { if (n < 2) return n; else return fib(n-1) + fib(n-2); }
struct U { char a[next_pow2(33)]; char b[log2i(1000)]; char c[fact(5)]; char d[fib(10)]; };
`,
  'types of parameters and results': `
constexpr uint8_t f(int x) { return x; } constexpr int g(uint8_t x) { return x; } constexpr bool h(int x) { return x; } constexpr unsigned k(unsigned x) { return x; }
struct U { char a[f(300)]; char b[g(260)]; char c[h(7)]; char d[sizeof(f(1))]; char e[sizeof(f(1) + f(1))]; char i[k(-1) > 5 ? 3 : 4]; char j[sizeof(h(1))]; };
`,
  'static functions of a class': `
struct K { static constexpr size_t align(size_t n) { return (n + later - 1) / later * later; } static constexpr size_t later = 8; }; struct U { char a[K::align(9)]; };
template<class T> struct KT { static constexpr size_t bytes(size_t n) { return n * sizeof(T); } }; struct V { char a[KT<int>::bytes(3)]; };
`,
  'std::max and std::min': `
struct A { char a[3]; }; struct B { long b; }; struct U { char a[std::max(sizeof(A), sizeof(B))]; char b[std::min(3, 5)]; char c[std::max<int>(3, 7L)]; char d[std::max({1, 9, 4})]; char e[std::size_t{4}]; char f[std::size_t(5)]; };
`,
  'std::numeric_limits': `
struct U { char a[std::numeric_limits<uint8_t>::max()]; char b[std::numeric_limits<int>::max() > 5 ? 2 : 3]; char c[std::numeric_limits<unsigned char>::digits]; };
`,
  decltype: `
int g; struct S { int m; char c[3]; }; extern S gs; extern S *ps; extern char arr[5];
struct U { decltype(g) a; decltype((g)) b; decltype(gs.c) c; decltype(ps->m) d; decltype((ps->m)) e; decltype(arr[0]) f; decltype(*ps) h; decltype(1 + 'a') i; decltype(sizeof(int)) j; decltype(arr) k; decltype('a') l; decltype(g++) m; decltype(++g) n; };
`,
  'sizes of references': `
struct U { char a[sizeof(long&)]; char b[alignof(double&)]; }; struct V { long &r; char c[sizeof(r)]; };
`,
  'a fold': `
template<class... T> struct V { char a[(sizeof(T) + ... + 0)]; }; struct U { V<int, char> v; };
`,
  'enumerators of a scoped enum': `
enum class E { A = 3, B = A + 2 }; struct U { char a[(int)E::B]; char b[static_cast<int>(E::A)]; };
`,
  'constants of other types than int': `
constexpr bool big = sizeof(void*) == 8; constexpr double k = 2.5; constexpr float ff = 1.5f; constexpr auto au = 7; static const auto au2 = 3u;
struct U { char a[big ? 3 : 4]; char b[int(k * 4)]; char c[static_cast<int>(ff * 2)]; char d[au]; char e[au2]; char f[sizeof(k)]; char g[sizeof(ff)]; };
`,
  'references to constants': `
constexpr int v = 4; constexpr const int &rv = v; struct U { char a[v]; };
`,
  'sizes of members that stand before': `
struct A { char data[40]; int len; char pad[64 - sizeof(data) - sizeof(len)]; struct { short q; }; char z[sizeof(q)]; };
`,
  'functions of a pack': `
template<class... A> constexpr size_t total() { return (sizeof(A) + ... + 0); } template<class... A> constexpr size_t biggest() { size_t m = 0; ((m = sizeof(A) > m ? sizeof(A) : m), ...); return m; } struct U { char a[total<int, char, double>()]; char b[biggest<int, char, double>()]; };
`,
  'elements of constexpr arrays': `
constexpr int lens[] = {3, 4}; struct A { char a[lens[1]]; char b[sizeof(lens)/sizeof(lens[0])]; char c[std::size(lens)]; char d[*lens]; };
constexpr std::array<int, 2> d{3,4}; struct B { char b[d.size()]; char c[d[0]]; char e[d[1]]; char f[std::size(d)]; char g[sizeof(d)]; };
constexpr std::array<int, 3> d2{{3,4}}; constexpr std::array<int, 2> d3 = {5, 6}; struct C { char c[d2[0]]; char e[d2[2] + 1]; char f[d3[1]]; char g[d3.max_size()]; char h[d3.front()]; char i[d3.back()]; char j[d3.at(1)]; char k[d3.empty() + 1]; };
constexpr int m[][2] = {{1, 2}, {3, 4}, {5, 6}}; constexpr int m2[2][2] = {1, 2, 3, 4}; constexpr int m3[2][3] = {{1, 2}, {4}}; struct D { char a[m[2][1]]; char b[m2[1][0]]; char c[m3[0][2] + 1]; char d[m3[1][0]]; char e[sizeof(m[0])]; char f[std::size(m)]; char g[std::size(m[0])]; };
enum class K { A = 2, B = 5 }; constexpr K ks[] = {K::A, K::B}; constexpr bool bs[3] = {true}; constexpr double ds[2]{1.5, 2}; constexpr uint8_t us[] = {200, 255,}; constexpr std::array<std::array<int, 2>, 2> aa{{{1, 2}, {3, 4}}}; constexpr std::array<std::array<int, 2>, 2> ab = {1, 2, 3, 5};
constexpr int at(size_t i) { return lens[i] + us[0]; } constexpr int sum() { int s = 0; for (size_t i = 0; i < std::size(lens); ++i) s += lens[i]; return s; }
template<class T> struct S { static constexpr int tab[] = {1, sizeof(T)}; char c[tab[1]]; };
struct F { char a[(int)ks[1]]; char b[bs[0] + bs[2] + 1]; char c[(int)(ds[0] * 4)]; char d[us[1] - us[0]]; char e[aa[1][0]]; char f[ab[1][1]]; char g[at(1)]; char h[sum()]; S<short> s; char i[S<double>::tab[1]]; alignas(lens[1]) char j; char k[sizeof(lens[0])]; decltype(lens[0]) l; char m[lens[0] > 2 ? 7 : 8]; };
`,
  'arrays whose initializer says how long they are': `
struct P { int a, b; }; static const P ps[] = {{1, 2}, {3, 4}, }; const char *const names[] = { "a", "b" "c", nullptr }; constexpr char bs[] = {'a', 'b'};
constexpr int m[][2] = {{1, 2}, {3, 4}, {5, 6}}; enum class E { A, B }; constexpr E es[] = {E::A, E::B, E::A}; const char br[] = {"abc"};
constexpr wchar_t w[] = L"ab"; const char cc[] = "a\\0b" "c", *dd = "x"; int un[]{1, 2, 3}; typedef int IA[]; static const IA x = {1, 2, 3}; static const IA y = {1};
template<class T> struct S { static constexpr T tab[] = {1, 2, 3}; static constexpr char nm[] = "abcd"; char c[sizeof(tab)]; char d[sizeof(nm)]; };
struct U {
  char a[sizeof(ps)]; char b[sizeof(names)]; char c[sizeof bs]; char d[sizeof(m) / sizeof(m[0])]; char e[sizeof(es) / sizeof(*es)]; char f[sizeof(br)];
  char g[sizeof(w)]; char h[sizeof(cc)]; char i[sizeof(un)]; char j[sizeof(x)]; char k[sizeof(y)]; S<short> s;
};
`,
};

describeAgreement('constants of C++', TEXTS);

describe('arrays whose length is not told by counting', () => {
  const texts = [
    'extern int t[];',
    'struct P { int a, b; }; static const P t[] = {1, 2, 3, 4};',
    'static const int t[] = {[5] = 1};',
  ];
  for (const text of texts)
    it(`${text}: sizeof is an error`, () => {
      const target = { abi: 'x86_64', dialect: 'gcc', language: 'c++' } as const;
      const { problems } = parseDeclarations(`${text}\nstruct U { char c[sizeof(t)]; };`, { target, language: 'c++' });
      assert.match(problems[0]?.text ?? '', /^2:\d+: The length of '(int|P)\[\]' is not known here\.$/);
    });
});

describe('elements that are no constants', () => {
  const texts: [string, RegExp][] = [
    ['const int t[] = {1, 2}; struct U { char c[t[1]]; };', /The constant 't' is not known/],
    ['constexpr int t[] = {1, 2}; struct U { char c[t[2]]; };', /This array has no element 2\./],
    ['constexpr unsigned char t[] = {300}; struct U { char c[t[0]]; };', /The constant 't' is not known/],
    ['constexpr int t[2] = {1, 2, 3}; struct U { char c[t[0]]; };', /The constant 't' is not known/],
    ['constexpr char t[] = "ab"; struct U { char c[t[0]]; };', /The constant 't' is not known/],
    ['struct P { int a; }; constexpr P t[] = {{1}}; struct U { char c[t[0].a]; };', /The constant 't' is not known/],
    ['std::array<int, 2> t; struct U { char c[t[0]]; };', /The constant 't' is not known/],
    ['std::array<int, 2> t; struct U { char c[t.front()]; };', /What stands in memory is no constant/],
  ];
  for (const [text, message] of texts)
    it(text, () => {
      const target = { abi: 'x86_64', dialect: 'gcc', language: 'c++' } as const;
      assert.match(parseDeclarations(text, { target, language: 'c++' }).problems[0]?.text ?? '', message);
    });
});
