import { checkLayouts } from './check.ts';

// What fuzzing brought out: the last type of each source, 'SIZE/ALIGNMENT MEMBER@BYTE', of a bit-field '@BIT:WIDTH'.
checkLayouts('layouts of C that surprised', 'c', [
  {
    what: 'gcc counts bits from the last place of the strictest alignment that it knows of',
    by: 'gcc arm',
    source: `typedef int wide __attribute__((aligned(16)));
struct a { char c[8]; short s; wide w : 14; };`,
    layout: '32/16 c@0 s@8 w@192:14',
  },
  {
    what: 'an unnamed bit-field of an aligned type aligns a struct on i386',
    by: 'gcc i386',
    source: `typedef int wide __attribute__((aligned(8)));
struct a { struct { _Atomic long long x; wide : 2; } in; };`,
    layout: '16/8 in@0',
  },
  {
    what: 'an unnamed bit-field of an aligned type aligns a struct on i386, and not a union',
    by: 'gcc i386',
    source: `typedef int wide __attribute__((aligned(8)));
union u { _Atomic long long x; wide : 2; };
struct a { char c; union u u; };`,
    layout: '12/4 c@0 u@4',
  },
  {
    what: 'a struct of one atomic long long is rounded up to 8 bytes and aligned to 4 on i386',
    by: 'gcc i386',
    source: `struct in { _Atomic long long x; };
struct a { char c; struct in in; };`,
    layout: '12/4 c@0 in@4',
  },
  {
    what: 'a struct of one atomic long long is rounded up to 8 bytes and aligned to 4 on i386, and to 8 by clang',
    by: 'clang i386',
    source: `struct in { _Atomic long long x; };
struct a { char c; struct in in; };`,
    layout: '16/8 c@0 in@8',
  },
  {
    what: 'an alignment that is asked for counts where it is that of the elements of an array on i386',
    by: 'gcc i386',
    source: 'union u { short m[4] __attribute__((aligned(2))); _Atomic double d; };',
    layout: '8/8 m@0 d@0',
  },
  {
    what: 'an alignment that is asked for does not count below that of the elements of an array on i386',
    by: 'gcc i386',
    source: 'union u { short m[4] __attribute__((aligned(1))); _Atomic double d; };',
    layout: '8/4 m@0 d@0',
  },
  {
    what: 'an alignment that is asked for does not count below the 8 bytes of a long long on i386',
    by: 'gcc i386',
    source: 'union u { long long m[1] __attribute__((aligned(4))); _Atomic double d; };',
    layout: '8/4 m@0 d@0',
  },
  {
    what: 'an alignment that is asked for counts where it is that of a struct on i386',
    by: 'gcc i386',
    source: 'union u { struct { long long a; } m __attribute__((aligned(4))); _Atomic double d; };',
    layout: '8/8 m@0 d@0',
  },
  {
    what: 'an alignment that is asked for does not count below that of an atomic in a struct on i386',
    by: 'gcc i386',
    source: 'union u { struct { _Atomic long long a; } m __attribute__((aligned(4))); _Atomic double d; };',
    layout: '8/4 m@0 d@0',
  },
  {
    what: 'an atomic in a struct in a struct is not aligned to more than 4 on i386',
    by: 'gcc i386',
    source: 'union u { struct { struct { _Atomic long long a; } x[1]; } m __attribute__((aligned(4))); _Atomic double d; };',
    layout: '8/8 m@0 d@0',
  },
  {
    what: '#pragma pack is what a struct is aligned to, whatever is in it on i386',
    by: 'gcc i386',
    source: `#pragma pack(4)
struct in { _Atomic long long a; };
#pragma pack()
union u { struct in m __attribute__((aligned(4))); _Atomic double d; };`,
    layout: '8/8 m@0 d@0',
  },
  {
    what: 'a struct of a complex double has its mode, and is aligned to 4 on i386',
    by: 'gcc i386',
    source: `struct none { _Atomic double d; };
struct in { _Complex double m; struct none rest[0]; };
struct a { int n; struct in in; _Atomic double d; };`,
    layout: '32/8 n@0 in@4 d@24',
  },
  {
    what: 'a struct of a complex float has its mode, and keeps its alignment on i386',
    by: 'gcc i386',
    source: `struct in { float _Complex m; _Atomic(double) rest[0]; };
struct a { int n; struct in in; };`,
    layout: '16/8 n@0 in@8',
  },
  {
    what: 'an array of one complex float is as that on i386',
    by: 'gcc i386',
    source: `typedef float _Complex pair;
struct in { pair m[1]; _Atomic(double) rest[0]; };
struct a { int n; struct in in; };`,
    layout: '16/8 n@0 in@8',
  },
  {
    what: 'an array of two floats is as an integer on i386',
    by: 'gcc i386',
    source: `typedef float pair[2];
struct in { pair m; _Atomic(double) rest[0]; };
struct a { int n; struct in in; };`,
    layout: '12/4 n@0 in@4',
  },
  {
    what: 'a union of a complex float is as an integer on i386',
    by: 'gcc i386',
    source: `union in { float _Complex m; _Atomic(double) rest[0]; };
struct a { int n; union in in; };`,
    layout: '12/4 n@0 in@4',
  },
  {
    what: 'an atomic of a struct of a complex double has its mode on i386',
    by: 'gcc i386',
    source: `struct part { _Complex double m; };
struct in { _Atomic(struct part) m; };
struct a { int n; struct in in; };`,
    layout: '20/4 n@0 in@4',
  },
  {
    what: 'a bit-field without bits is not all of a struct without bytes on i386',
    by: 'gcc i386',
    source: 'struct in { int : 0; _Atomic(double) rest[0]; }; struct a { int n; struct in in; };',
    layout: '8/4 n@0 in@8',
  },
  {
    what: 'an unnamed bit-field that fills its type does not say that the alignment was asked for on i386',
    by: 'gcc i386',
    source: `typedef int narrow __attribute__((aligned(2)));
struct in { narrow : 32; _Atomic(double) rest[0]; };
struct a { int n; struct in in; };`,
    layout: '12/4 n@0 in@4',
  },
  {
    what: 'a flexible array keeps a struct out of a register',
    by: 'gcc i386',
    source: `struct in { _Atomic long long x; char rest[]; };
struct a { char c; struct in in; };`,
    layout: '16/8 c@0 in@8',
  },
  {
    what: 'clang takes the strictest of several alignments of a type',
    by: 'clang x86_64',
    source: 'struct __attribute__((aligned(32))) a { int x; } __attribute__((aligned(8)));',
    layout: '32/32 x@0',
  },
  {
    what: 'clang rounds up what is atomic',
    by: 'clang aarch64',
    source: 'struct in { char c[5]; }; struct a { char c; _Atomic(struct in) in; };',
    layout: '16/8 c@0 in@8',
  },
  {
    what: 'gcc does not',
    by: 'gcc aarch64',
    source: 'struct in { char c[5]; }; struct a { char c; _Atomic(struct in) in; };',
    layout: '6/1 c@0 in@1',
  },
  {
    what: '16 atomic bytes are aligned as far as the ABI aligns',
    by: 'gcc arm',
    source: 'struct in { char c[16]; }; struct a { char c; _Atomic(struct in) in; };',
    layout: '24/8 c@0 in@8',
  },
  {
    what: 'gcc takes the last',
    by: 'gcc x86_64',
    source: 'struct __attribute__((aligned(32))) a { int x; } __attribute__((aligned(8)));',
    layout: '8/8 x@0',
  },
  {
    what: 'a zero-width bit-field raises the alignment on aarch64',
    by: 'gcc aarch64',
    source: 'struct a { char c; int : 0; char d; };',
    layout: '8/4 c@0 d@4',
  },
  {
    what: 'a zero-width bit-field raises the alignment on aarch64, and not on x86_64',
    by: 'gcc x86_64',
    source: 'struct a { char c; int : 0; char d; };',
    layout: '5/1 c@0 d@4',
  },
  {
    what: 'under #pragma pack packed bit-fields keep the alignment of their type',
    by: 'gcc x86_64',
    source: `#pragma pack(push, 2)
struct __attribute__((packed)) a { char c; int x : 9; };
#pragma pack(pop)`,
    layout: '4/2 c@0 x@8:9',
  },
]);
