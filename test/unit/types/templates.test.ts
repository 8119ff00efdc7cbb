import { describeAgreement } from './agreement.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'a partial specialisation of pointers': `
template<class T> struct S { T x; char a; }; template<class T> struct S<T*> { char y; T z; };
struct U { S<int> a; S<double*> b; S<const char*> c; S<char**> d; };
`,
  'one of arrays': `
template<class T> struct S { T x; }; template<class T, int N> struct S<T[N]> { char c[N + 1]; T t; };
struct U { S<int> a; S<short[5]> b; S<char[3]> c; };
`,
  'one of a value': `
template<class T, bool B> struct S { char x; T y; }; template<class T> struct S<T, true> { T a[3]; };
struct U { S<int,false> a; S<short,true> b; S<short,(sizeof(int)>2)> c; };
`,
  'one of equal arguments': `
template<class A, class B> struct same { static constexpr int v = 1; }; template<class A> struct same<A, A> { static constexpr int v = 5; };
struct U { char a[same<int,int>::v]; char b[same<int,const int>::v]; char c[same<unsigned long, size_t>::v]; char d[same<int, long>::v]; char e[same<const char*, char const*>::v]; char f[same<char*const, char*>::v]; };
`,
  'const tells arguments apart': `
template<class T> struct Box { char c[3]; }; template<> struct Box<char*> { int i[4]; }; template<> struct Box<const int> { long l; };
struct U { Box<const char*> a; Box<char*> b; Box<int> c; Box<const int> d; Box<int const> e; Box<volatile int> f; Box<char *const> g; };
`,
  'patterns of const and of references': `
template<class T> struct R { char c; }; template<class T> struct R<const T> { T a[2]; }; template<class T> struct R<T&> { T a[3]; }; template<class T> struct R<T&&> { T a[5]; };
struct U { R<int> a; R<const short> b; R<long&> c; R<const char&> d; R<int&&> e; };
`,
  'a pack that bases hold': `
template<class... Ts> struct Tuple {}; template<class H, class... T> struct Tuple<H, T...> : Tuple<T...> { H head; };
struct U { Tuple<> z; Tuple<int> a; Tuple<char, int, double> b; Tuple<double, int, char> c; char n[sizeof(Tuple<char,short>)]; };
`,
  'a pack that members hold': `
template<class... Ts> struct Tup; template<> struct Tup<> {}; template<class H, class... T> struct Tup<H, T...> { H head; Tup<T...> tail; };
struct U { Tup<int> a; Tup<char, int, double> b; };
`,
  'sizeof... and alignas of a pack': `
template<class... Ts> struct V { char n[sizeof...(Ts) + 1]; alignas(Ts...) char x[8]; };
struct U { V<int, long> a; V<char> c; };
`,
  'the largest of a pack': `
template<class... Ts> struct V { static constexpr size_t size = std::max({sizeof(Ts)...}); static constexpr size_t al = std::max({alignof(Ts)...}); alignas(al) unsigned char data[size]; int which; };
struct U { V<int, long, char[17]> a; V<char> c; };
`,
  'bases of a pack': `
struct A { int a; }; struct B { char b; }; struct C { double c; };
template<class... B> struct All : B... { char tail; };
struct U { All<A,B> x; All<C,B,A> y; All<> z; };
`,
  'std::enable_if_t': `
template<class T, class E = void> struct S { char c; }; template<class T> struct S<T, std::enable_if_t<(sizeof(T) > 4)>> { T t[2]; };
struct U { S<int> a; S<double> b; };
`,
  'std::enable_if of a trait': `
template<class T, class E = void> struct S { char c; }; template<class T> struct S<T, typename std::enable_if<std::is_integral<T>::value>::type> { T t[2]; };
struct U { S<int> a; S<double> b; S<char> c; };
`,
  'the most special of several': `
template<class T> struct S { char a[2]; }; template<class T> struct S<T*> { char a[3]; }; template<class T> struct S<const T*> { char a[5]; }; template<class T> struct S<T**> { char a[7]; };
struct U { S<int> a; S<int*> b; S<const int*> c; S<int**> d; S<const int**> e; };
`,
  'patterns of other templates': `
template<class T> struct Vec { T t[2]; }; template<class T> struct S { char c; }; template<class T> struct S<Vec<T>> { T x; char d; };
struct U { S<int> a; S<Vec<int>> b; S<Vec<Vec<short>>> c; };
`,
  'patterns with a pack inside': `
template<class... T> struct L {}; template<class T> struct Count; template<class... T> struct Count<L<T...>> { char n[sizeof...(T)]; };
struct U { Count<L<int,char,long>> a; Count<L<int>> b; };
`,
  'values have the types of their parameters': `
template<unsigned char N> struct S { char c[N + 1 > 255 ? 3 : 9]; }; struct U { S<255> s; S<3> t; };
`,
  'auto as a parameter': `
template<auto N> struct S { char c[sizeof(N)]; }; struct U { S<1> s; S<1L> t; S<'a'> u; S<true> v; };
`,
  'no type of a base that depends on parameters': `
typedef char T1; template<class X> struct B { typedef long T1; T1 q; }; template<class X> struct D : B<X> { T1 a; }; struct U { D<int> d; };
`,
  'no constant of such a base': `
constexpr int N = 3; template<class X> struct B { static constexpr int N = 9; }; template<class X> struct D : B<X> { char a[N]; }; struct U { D<int> d; char b[D<int>::N]; };
`,
  'a type of one that does not': `
typedef char T1; struct B { typedef long T1; T1 q; }; template<class X> struct D : B { T1 a; }; struct U { D<int> d; };
`,
  'a type of such a base, seen from outside': `
template<class X> struct B { typedef long T1; }; template<class X> struct D : B<X> { }; struct E : D<int> { T1 a; char c; }; struct U { E d; };
`,
  'no type that is declared later': `
typedef int T; namespace n { template<class X> struct S { T t; X x; }; typedef char T; struct U { S<char> s; T c; }; }
`,
  'no constant that is declared later': `
constexpr int N = 4; namespace n { template<class X> struct R { X a[N]; }; constexpr int N = 8; struct U { R<char> r; char b[N]; }; }
`,
  'a specialisation reads what was there before it': `
typedef int T; template<class X> struct Z { X x; }; namespace n { } template<> struct Z<int> { T t[2]; }; struct U { Z<int> z; Z<char> y; };
`,
  'a template that is declared before it is defined': `
template<class T> struct F; template<class T> struct G { F<T> *p; F<T> f; }; template<class T> struct F { T t[3]; }; struct U { G<short> g; };
`,
  'templates in templates': `
template<class T> struct O { template<class V> struct I { T t; V v; }; I<char> x; }; struct U { O<int> o; O<short>::I<long> p; };
`,
  'templates as arguments': `
template<class T> struct Vec { T t[2]; }; template<template<class> class C, class T> struct H { C<T> c; char x; }; struct U { H<Vec, int> h; };
`,
  'a base that knows its derived class': `
template<class D> struct Base { int id; D *self() { return static_cast<D*>(this); } }; struct Der : Base<Der> { char c; };
`,
  'std::void_t': `
template<class T, class = void> struct S { char c; }; template<class T> struct S<T, std::void_t<typename T::type>> { int x; }; struct A { typedef int type; }; struct U { S<int> a; S<A> b; };
`,
  'a pattern of functions that is not needed': `
template<class T> struct S { char c; }; template<class R, class A> struct S<R(A)> { R r; A a; }; struct U { S<int> a; };
`,
  'an elaborated name in a template, where another is declared behind it': `
struct X { char c; }; enum E : char {};
namespace i {
template<class T> struct B { T t; struct X x; enum E e; char z[sizeof(struct X)]; };
struct P { char z[sizeof(struct X)]; static constexpr int n() { return sizeof(struct X); } };
struct X { int a[5]; }; enum E : int {};
struct U { B<char> b; P p; char z[P::n()]; };
}
`,
  'a struct of a base that depends on a parameter': `
struct X { char c; }; template<class T> struct Base { struct X { int a[5]; }; };
template<class T> struct B : Base<T> { struct X x; }; struct U { B<int> b; };
`,
  'dependent bases that are named through members of the template': `
constexpr int k = 2; template<class T> struct Base { static constexpr int k = 5; }; template<int N> struct Num { static constexpr int k = 5; };
template<class T> struct O {
  typedef Base<T> B0; using B1 = B0; using B2 = T; using B3 = Base<int>; struct M { static constexpr int k = 5; T t; };
  template<class V> struct W { static constexpr int k = 5; };
  static constexpr int size = sizeof(T), three = 3; enum { e = 4 };
  struct I0 : B0 { char c[k]; }; struct I1 : B1 { char c[k]; }; struct I2 : B2 { char c[k]; }; struct I3 : B3 { char c[k]; };
  struct I4 : M { char c[k]; }; struct I5 : O::M { char c[k]; }; struct I6 : W<int> { char c[k]; };
  struct J { typedef B0 B; struct I : B { char c[k]; }; I i; };
  struct N0 : Num<size> { char c[k]; }; struct N1 : Num<three> { char c[k]; }; struct N2 : Num<e> { char c[k]; };
  I0 i0; I1 i1; I2 i2; I3 i3; I4 i4; I5 i5; I6 i6; J j; N0 n0; N1 n1; N2 n2;
};
struct U { O<Base<char>> o; };
`,
  'functions of a class know all of the classes around, and nothing behind these': `
constexpr int k(long) { return 2; } constexpr int m = 2; struct Q { char c[2]; };
namespace i {
struct A {
  static constexpr int f() { return m; } static constexpr int g() { return k(1); } static constexpr int h() { return sizeof(Q); }
  struct In { static constexpr int f() { return m + q; } static constexpr int q = 1; }; static constexpr int q = 10;
  template<class T> struct Of { static constexpr int f() { return m + q; } }; template<class T> static constexpr int t() { return m + late; }
  static constexpr int late = 3;
};
constexpr int m = 7; constexpr int k(long) { return 7; } struct Q { char c[7]; }; constexpr int late = 30;
struct U { char a[A::f()]; char b[A::g()]; char c[A::h()]; char d[A::In::f()]; char e[A::Of<int>::f()]; char t[A::t<int>()]; };
}
`,
  'bases by aliases that have no use for their parameters': `
struct B { int i; char c; }; template <class> using A = B; template <class T> struct C : A<T> { char x; T t; }; struct U { C<char> c; char d; };
constexpr int k = 2; struct K { static constexpr int k = 5; typedef long N; }; typedef char N; template <class> using AK = K; template <class T> struct D : AK<T> { char c[k]; N n; }; struct V { D<int> d; };
template <class T> using AK2 = AK<T>; template <class T> struct D2 : AK2<T> { char c[k]; N n; };
template <class T> struct KT { static constexpr int k = 5; typedef long N; }; template <class T, class U = int> using P1 = KT<T>; template <class T> struct D3 : P1<int, T> { char c[k]; N n; }; template <class T> struct D4 : P1<T, int> { char c[k]; N n; };
template <class T> struct D5 { typedef AK<T> X; struct I : X { char c[k]; N n; }; using Y = KT<AK<T>>; struct J : Y { char c[k]; N n; }; I i; J j; template <class V> using MA = K; struct M : MA<int> { char c[k]; N n; }; M m; struct M2 : MA<T> { char c[k]; N n; }; M2 m2; };
namespace q { template <class> using QA = K; } template <class T> struct D6 : q::QA<T> { char c[k]; N n; }; template <class T> struct D7 : P1<AK<T>> { char c[k]; N n; }; template <class T> struct D8 : P1<T> { char c[k]; N n; };
template <class... T> using VA = K; template <class... T> struct D9 : VA<T...> { char c[k]; N n; }; template <class T> struct D10 : VA<int, T> { char c[k]; N n; }; template <int I> using IA = K; template <class T> struct D11 : IA<sizeof(T)> { char c[k]; N n; };
template <class T> struct D12 { static constexpr int a = sizeof(AK<T>); struct I : q::QA<KT<T>> { char c[k]; N n; }; I i; template<class V> struct W : AK<V> { char c[k]; N n; }; W<int> w; W<T> w2; };
struct W5 : D5<int>::I { char z; }; struct X5 : D5<int>::J {}; struct Y5 : D5<int>::M {}; struct Z5 : D5<int>::M2 {};
struct S2 { D2<int> a; }; struct S3 { D3<int> a; }; struct S4 { D4<int> a; }; struct S6 { D6<int> a; }; struct S7 { D7<int> a; }; struct S8 { D8<int> a; }; struct S9 { D9<int> a; }; struct S10 { D10<int> a; }; struct S11 { D11<int> a; }; struct S12 : D12<int>::I {}; struct T12 { D12<int>::W<int> a; };
`,
  'classes that are defined behind a template which does not hold them': `
struct L; template <class T> struct O { L *p; T t; static L s; L f(L); L &r; }; template <class T> struct P { T t[2]; typedef T V; V v; struct I { T x; }; I i; struct J {}; J j; }; struct L { int a; };
template <class T> struct Q : T { T t; }; struct M { O<int> o; P<L> p; Q<L> q; struct In { char c; } in; };
template <class T> struct Bx { struct I { int i; }; }; template <class T> struct R { Bx<int>::I i; M m; M::In in; Bx<int> b; }; struct N { R<int> r; };
template <class T> struct Z { T t; }; struct Y { char c; }; template <> struct Z<int> { struct K { short s; }; K k; Y y; }; struct X { Z<int> z; Z<Y> y; };
`,
  'member classes that are defined outside of their template': `
typedef char N; constexpr int k = 2; struct Late;
template <class T> struct O { struct I; I *p; typedef short N; T t; static constexpr int m = 3; struct J; union V; class W; template <class V> struct Q; }; template <class T> struct O<T>::I { T x; N n; char c[k + m]; };
struct Late { int z[3]; }; constexpr int late = 5;
template <class U> struct O<U>::J : I { U u; Late l; char c[late]; struct D { U d; N n; }; D d; static constexpr int f() { return late + m; } char e[f()]; };
template <class T> union O<T>::V { T t; long l; char c[late]; }; template <class T> class alignas(16) O<T>::W final { N n; T t; };
template <class T, int M, class... R> struct P { struct I; T t; }; template <class A, int B, class... C> struct P<A, B, C...>::I { A a[B]; char c[sizeof...(C) + 1]; };
template <class X> struct BD { typedef long N; }; template <class T> struct DD : BD<T> { struct I; }; template <class T> struct DD<T>::I { N n; T t; };
namespace ns { template <class T> struct O2 { struct I; }; template <class T> struct O2<T>::I { T t; N n; }; } template <class T> struct E1 { O<int>::I i; T t; typename O<T>::I j; };
struct A { O<int> o; O<int>::I i; char c; O<char>::J j; O<short>::J::D d; O<char>::V v; O<char>::W w; P<short, 3, int, char>::I p; DD<int>::I dd; ns::O2<char>::I n; E1<char> e; };
struct B : O<int>::I { char z; }; struct C : O<char>::J { char z; };
template <class T> struct Pre { struct I; T t; }; struct D { Pre<int> p; }; template <class T> struct Pre<T>::I { T x; char c; }; struct E { Pre<int>::I i; };
`,
  'final classes in std::tuple': `
struct E {}; struct F final {}; class G final {}; struct E2 : E {}; struct F2 final : E {}; template<class T> struct H final {};
struct U {
  std::tuple<int, E> a; std::tuple<int, F> b; std::tuple<F, char, F> c; std::tuple<G> d; std::tuple<E2, char> e; std::tuple<F2, int> f;
  std::tuple<H<int>, char> g; std::tuple<char, F, E> i; char j[std::is_final<F>::value + 1]; char k[std::is_final_v<E> + 1];
};
`,
  'attributes of parameters before the name of a template': `
template<size_t N> struct alignas(N) F { char c; }; template<class T> struct __attribute__((aligned(2 * sizeof(T)))) G { T c; };
struct U { F<4> a; F<64> b; G<int> c; };
`,
};

describeAgreement('templates of C++', TEXTS);
describeAgreement('templates of C++ for clang', TEXTS, 'clang');
