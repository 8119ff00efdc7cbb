import { checkLayouts } from './check.ts';

// What fuzzing brought out: the last type of each source, 'SIZE/ALIGNMENT MEMBER@BYTE', of a bit-field '@BIT:WIDTH'.
checkLayouts('layouts of C++ that surprised', 'c++', [
  {
    what: 'g++ packs the pointer to the virtual table',
    by: 'gcc x86_64',
    source: 'struct __attribute__((packed)) a { virtual void f(); int x; };',
    layout: '12/1 <vptr>@0 x@8',
  },
  {
    what: 'g++ does not pack what is no plain old data',
    by: 'gcc x86_64',
    source: `struct in { in(); int x; };
struct __attribute__((packed)) a { char c; in i; short s; };`,
    layout: '12/4 c@0 i@4 s@8',
  },
  {
    what: 'clang 14 does',
    by: 'clang x86_64',
    source: `struct in { in(); int x; };
struct __attribute__((packed)) a { char c; in i; short s; };`,
    layout: '7/1 c@0 i@1 s@5',
  },
  {
    what: 'the padding of a base that is no plain old data is used again',
    by: 'gcc x86_64',
    source: `struct b { b(); long x; char c; };
struct a : b { char d; };`,
    layout: '16/8 <Base>@0 d@9',
  },
  {
    what: 'that of plain old data is not',
    by: 'gcc x86_64',
    source: `struct b { long x; char c; };
struct a : b { char d; };`,
    layout: '24/8 <Base>@0 d@16',
  },
  {
    what: 'a defaulted constructor takes that away for clang',
    by: 'clang x86_64',
    source: `struct b { b() = default; long x; char c; };
struct a : b { char d; };`,
    layout: '16/8 <Base>@0 d@9',
  },
  {
    what: 'a defaulted constructor takes that away for clang, and not for g++',
    by: 'gcc x86_64',
    source: `struct b { b() = default; long x; char c; };
struct a : b { char d; };`,
    layout: '24/8 <Base>@0 d@16',
  },
  {
    what: 'two empty classes of one type stand at two places',
    by: 'gcc x86_64',
    source: `struct e {};
struct b : e { int x; };
struct a : e, b {};`,
    layout: '8/4 <Base>@0 <Base>@4',
  },
  {
    what: "an array of no empty classes is in no one's way",
    by: 'clang x86_64',
    source: `struct e {};
struct b { e none[0]; int x; };
struct a : b, e { char c; };`,
    layout: '8/4 <Base>@0 <Base>@0 c@4',
  },
  {
    what: 'a member with no_unique_address is no plain old data for g++',
    by: 'gcc x86_64',
    source: `struct e {};
struct in { [[no_unique_address]] e m; int x; };
struct __attribute__((packed)) a { char c; in i; };`,
    layout: '8/4 c@0 i@4',
  },
  {
    what: 'g++ overlaps the end of a bit-field that crosses a byte',
    by: 'gcc x86_64',
    source: `struct in { in(); int x : 7, y : 2; };
struct a { [[no_unique_address]] in i; char c; };`,
    layout: '4/4 i@0 c@1',
  },
  {
    what: 'an empty member behind bit-fields starts in their last byte',
    by: 'gcc x86_64',
    source: `struct e {};
struct b : e { b(); int x; };
struct a { b m; int y : 2; [[no_unique_address]] e f; };`,
    layout: '8/4 m@0 y@32:2 f@4',
  },
  {
    what: 'a member of no size ends the byte of a bit-field before it',
    by: 'clang x86_64',
    source: 'struct e {}; struct a { int x : 3; [[no_unique_address]] e m; int y : 2; };',
    layout: '4/4 x@0:3 m@0 y@8:2',
  },
  {
    what: 'a member of no size ends the byte of a bit-field before it, and not for g++',
    by: 'gcc x86_64',
    source: 'struct e {}; struct a { int x : 3; [[no_unique_address]] e m; int y : 2; };',
    layout: '4/4 x@0:3 m@0 y@3:2',
  },
  {
    what: 'std::atomic is aligned to its size where that is a power of two',
    by: 'gcc x86_64',
    source:
      '#include <atomic>\nstruct t { char c[6]; }; struct u { char c[8]; }; struct a { char c; std::atomic<t> x; std::atomic<u> y; };',
    layout: '16/8 c@0 x@1 y@8',
  },
  {
    what: 'a bit-field wider than its type fills the largest type that it can',
    by: 'gcc i386',
    source: 'struct a { char c; char x : 70; char d; };',
    layout: '16/4 c@0 x@32:8 d@13',
  },
  {
    what: 'a private bit-field without a name counts for g++',
    by: 'gcc x86_64',
    source: `class b { public: long x; char c; private: int : 3; };
struct a : b { char d; };`,
    layout: '16/8 <Base>@0 d@10',
  },
  {
    what: 'a private bit-field without a name counts for g++, and not for clang',
    by: 'clang x86_64',
    source: `class b { public: long x; char c; private: int : 3; };
struct a : b { char d; };`,
    layout: '24/8 <Base>@0 d@16',
  },
  {
    what: 'an initializer in the class takes away that it is plain old data',
    by: 'gcc x86_64',
    source: `struct b { long x = 1; char c; };
struct a : b { char d; };`,
    layout: '16/8 <Base>@0 d@9',
  },
  {
    what: 'a machine without integers of 128 bits aligns nothing to 16 bytes for a bit-field that is so wide',
    by: 'gcc arm',
    source: 'union a { long long m : 128; };',
    layout: '16/8 m@0:64',
  },
]);
