import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { makeService, placesOf } from './support.ts';

describe('C declarations', () => {
  const service = makeService();
  after(() => service.dispose());

  const parse = (source: string, language?: 'c'): Promise<TypeLayout[]> => service.parse({ source, language, abi: 'x86_64' });
  const one = async (source: string, name: string): Promise<TypeLayout> => {
    const found = (await parse(source)).find((type) => type.name === name);
    assert.ok(found, `${name} is declared`);
    return found;
  };
  const offsets = (type: TypeLayout): (number | undefined)[] => [...placesOf(type).values()].map((place) => place.offset);

  it('the student of the tutorials', async () => {
    const student = await one('struct student { char name[32]; int age; };', 'struct student');
    assert.equal(student.size, 36);
    assert.deepEqual(
      student.fields?.map((field) => [field.name, field.offset, field.type.name]),
      [
        ['name', 0, 'char[32]'],
        ['age', 32, 'int'],
      ],
    );
  });

  it('names and order: tags, typedefs, variables on the way', async () => {
    const types = await parse(
      'typedef struct { int a; } a_t, *a_p; struct b { struct c { int x; } c; } v = { { 1 } }; enum d { D }; typedef struct b b_t;',
    );
    assert.deepEqual(
      types.map((type) => type.name),
      ['a_t', 'a_p', 'struct b', 'struct c', 'enum d', 'b_t'],
    );
  });

  it('functions, includes, comments, variables and linkage are passed over', async () => {
    const types = await parse(`#include <stdio.h>
      /* struct no { int x; }; */ // struct neither { int y; };
      extern "C" { static inline int f(struct a *p) { if (p) { return 1; } return 0; } }
      int table[3] = { 1, 2, 3 }; extern int g(void); int (*h)(int) = 0;
      struct a { int x; };
      int main(void) { struct local { int z; } l; return l.z; }`);
    assert.deepEqual(
      types.map((type) => type.name),
      ['struct a'],
    );
  });

  it('typographic quotes, dashes and no-break spaces stand for the plain ones', async () => {
    const type = await one('struct\u00a0a {\u00a0char\u2003x[‘\\x04’ – 1]; int y\u200b; };', 'struct a');
    assert.deepEqual([type.size, ...offsets(type)], [8, 0, 4]);
  });

  it('constants by macros, enums and sizeof', async () => {
    const type = await one(
      `#define A 4
       #define B (A * 2)
       #define MAX(a, b) ((a) > (b) ? (a) : (b))
       enum { C = B << 1, D, E = sizeof(struct inner *[2]) };
       struct a { char x[B], y[C], z[D], w[E], m[MAX(A, 9)], u[(unsigned char)257], s[sizeof(long unsigned) - 0x2u]; int n : A - 1; };`,
      'struct a',
    );
    assert.deepEqual(
      type.fields?.map((field) => field.type.count),
      [8, 16, 17, 16, 9, 1, 6, undefined],
    );
    assert.equal(type.fields?.at(-1)?.bitWidth, 3);
  });

  it('conditions on what a header would define, where the header is not read', async () => {
    const [type] = await parse(
      '#include <stdint.h>\n#if UINTPTR_MAX > 0xffffffffu\nstruct a { long x; };\n#else\nstruct a { char x; };\n#endif',
    );
    assert.equal(type?.size, 8);
  });

  it('include guards and conditions', async () => {
    const types = await parse(`#ifndef GUARD_H
      #define GUARD_H
      #if defined(__x86_64__) && !defined __cplusplus && VERSION < 3
      struct a { long x; };
      #elif 1
      struct a { char x; };
      #else
      struct a { short x; };
      #endif
      #endif`);
    assert.equal(types[0]?.size, 8);
  });

  it('attributes by macros', async () => {
    const source =
      '#define PACKED __attribute__((packed))\n#define ALIGN(n) __attribute__((aligned(n)))\nstruct a { char c; int i; } PACKED; struct b { char c; int i ALIGN(16); };';
    assert.equal((await one(source, 'struct a')).size, 5);
    assert.equal((await one(source, 'struct b')).size, 32);
  });

  it('a typedef of a struct shares its members', async () => {
    const types = await parse('struct a { int x; }; typedef struct a a_t;');
    assert.equal(types[0]?.fields, types[1]?.fields);
  });

  it('a flexible array member has no count', async () => {
    const type = await one('struct a { int n; long items[]; };', 'struct a');
    assert.equal(type.size, 8);
    assert.deepEqual(
      [type.fields?.[1]?.type.kind, type.fields?.[1]?.type.count, type.fields?.[1]?.type.size],
      ['array', undefined, 0],
    );
  });

  it('bool may be an enum of its own', async () => {
    const types = await parse('typedef enum { false, true } bool; struct a { bool b; };');
    assert.deepEqual(
      types.map((type) => [type.name, type.size]),
      [
        ['bool', 4],
        ['struct a', 4],
      ],
    );
  });

  it('names of derived types', async () => {
    const type = await one('struct a { int *p[3]; int (*q)[3]; void (*f)(int); char m[2][3]; struct a **next; };', 'struct a');
    assert.deepEqual(
      type.fields?.map((field) => field.type.name),
      ['int *[3]', 'int (*)[3]', 'void (*)()', 'char[2][3]', 'struct a **'],
    );
  });

  it('a typedef may come before its struct', async () => {
    const types = await parse(
      'typedef struct node node_t, *node_p; struct node { node_t *next; node_p last; int x; }; struct z { node_t a[2]; node_p b; };',
    );
    assert.deepEqual(
      types.map((type) => [type.name, type.size]),
      [
        ['node_t', 24],
        ['node_p', 8],
        ['struct node', 24],
        ['struct z', 56],
      ],
    );
  });

  it('a system struct may be declared again', async () => {
    const types = await parse('struct a { struct timespec t; }; struct timespec { int sec; }; struct b { struct timespec t; };');
    assert.deepEqual(
      types.map((type) => type.size),
      [16, 4, 4],
    );
  });

  it('locks are one piece', async () => {
    const type = await one('struct a { pthread_mutex_t lock; sem_t full; };', 'struct a');
    assert.deepEqual(
      type.fields?.map((field) => [field.type.kind, field.type.size, field.type.origin]),
      [
        ['sync', 40, 'builtin'],
        ['sync', 32, 'builtin'],
      ],
    );
  });

  const refused: [string, string, string][] = [
    ['text cut off in the middle', 'struct a {\n  int x;\n  cha', '3:6: The text ends here'],
    ['text cut off after a member', 'struct a {\n  int x;\n', "2:9: The text ends here, and '{' is not closed."],
    ['text cut off in a comment', 'struct a { int x; /* it', '1:19: This comment is not closed'],
    ['a type that is not known', 'struct a {\n  u8 x;\n};', "2:3: The type 'u8' is not known."],
    [
      'a type from an include',
      '#include "x.h"\nstruct a { u8 x; };',
      "2:12: The type 'u8' is not known. It may come from 'x.h', which is not read",
    ],
    [
      'a tag without its keyword',
      'struct b { int x; }; struct a { b x; };',
      "1:33: The type 'b' is not known. Write 'struct b'.",
    ],
    ['a constant that is not known', 'struct a { int x[N]; };', "1:18: The constant 'N' is not known."],
    ['a variable as a length', 'static const int n = 3; struct a { int x[n]; };', "1:42: The constant 'n' is not known."],
    [
      'a struct that is not defined',
      'struct a { struct b x; };',
      "1:21: The member 'x' has no size: struct b is not defined here",
    ],
    ['a struct that contains itself', 'struct a { int x; struct a b[2]; };', '1:29: An array of struct a is not possible'],
    ['a struct that contains itself at once', 'struct a { struct a b; };', "1:21: 'struct a' contains itself in 'b'"],
    [
      'a typedef of a struct that is never defined',
      'typedef struct b b_t; struct a { b_t x; };',
      "1:38: The member 'x' has no size: b_t is not defined here",
    ],
    [
      'an aligned typedef of what comes later',
      'typedef struct b b_t __attribute__((aligned(16))); struct b { int x; };',
      "1:18: 'b_t' is aligned",
    ],
    ['a keyword as a name', 'typedef struct struct { int x; } a;', "1:16: 'struct' stands where a name is expected."],
    [
      'attributes without a comma',
      'struct a { int x; } __attribute__((packed aligned(2)));',
      "1:43: 'aligned' stands where a ','",
    ],
    ['a number as an attribute', 'struct a { int x; } __attribute__((16));', "1:36: '16' is no attribute."],
    ['void as a member', 'struct a { void x; };', "1:17: The member 'x' has no size: void is void."],
    ['no type at all', 'int main(void) { return 0; }', '1:1: This text declares no type'],
    ['no text at all', '', '1:1: This text declares no type'],
    ['a missing semicolon', 'struct a { int x }', "1:18: ';' is missing before '}'."],
    ['two names', 'struct a { int x y; };', "1:18: 'y' does not belong here"],
    ['an unknown macro', 'struct a { MACRO int x; };', "1:12: 'MACRO' is not known"],
    ['an unknown macro behind a struct', 'struct a { int x; } PACKED;', "1:21: 'PACKED' looks like a macro"],
    ['a bit-field that is too wide', 'struct a { char c : 9; };', "1:19: A bit-field of type 'char' has 0 to 8 bits, not 9."],
    ['a named bit-field without bits', 'struct a { int c : 0; };', "1:18: The bit-field 'c' has no bits"],
    ['a bit-field of a float', 'struct a { float c : 3; };', "1:20: A bit-field of type 'float' is not possible."],
    ['a negative length', 'struct a { int x[2 - 3]; };', '1:17: An array of -1 elements'],
    ['a division by zero', 'struct a { int x[1 / 0]; };', '1:20: This divides by zero.'],
    ['an overflow of int', 'struct a { char x[2147483647 + 1]; };', "1:30: The result of '+' does not fit int."],
    ['a flexible array in the middle', 'struct a { int n; int x[]; int y; };', "1:23: 'x' has no length"],
    ['a struct defined twice', 'struct a { int x; };\nstruct a { int y; };', "2:8: The struct 'a' is defined twice."],
    ['two members of one name', 'struct a { int x; union { int x; }; };', "1:19: Two members are named 'x'."],
    ['words that are no type', 'struct a { long float x; };', "1:12: 'long float' is no type."],
    ['an open #if', '#if 1\nstruct a { int x; };', '1:1: This #if is not closed'],
    ['a stray character', 'struct a { int x@; };', "1:17: The character '@' does not belong here."],
    ['a member without a name', 'struct a { int; };', "1:12: A member of type 'int' has no name."],
  ];
  for (const [name, source, message] of refused) {
    it(`${name} is refused at its place`, async () => {
      await assert.rejects(parse(source, 'c'), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'ETYPE');
        assert.ok(error.message.startsWith(message), error.message);
        return true;
      });
    });
  }
});
