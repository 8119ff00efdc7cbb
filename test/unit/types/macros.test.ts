import assert from 'node:assert/strict';
import type { Target } from '../../../src/types/layout/spec.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { skipBecause } from '../../support/skip.ts';
import { compilerOf, lackOf } from './compilers.ts';
import { valuesOf } from './judge.ts';

const TARGET: Target = { abi: 'x86_64', dialect: 'gcc', language: 'c' };

/** Each defines a 'struct u', by whose size gcc is told. */
const TEXTS: Readonly<Record<string, string>> = {
  'parameters declared behind a function, as K&R have it': `
int f(a, b) int a; char b; { struct { int x; } s; return a; }
static long g(p, q) struct s *p; const char *q; { return 0; }
int h(a) { return a; }
void k(a, b, c) register int a, b; void (*c)(); { }
struct u { char c; int i; };`,
  __LINE__: 'struct u { char a[__LINE__];\n\nchar b[__LINE__ * 10]; };',
  '__LINE__ in a macro': '#define L char a[__LINE__ + 5];\n\nstruct u { L };',
  'what #line says of it': `
struct u {
#line 3
char a[__LINE__];
#line 30 "other.h"
char b[__LINE__];

char c[__LINE__];
#define N 17
#line N
char d[__LINE__];
# 40 "other.h"
char e[__LINE__];
};`,
  'a macro that another makes, with its arguments behind it': `
#define ID(x) x
#define CALL ONE
#define ONE(x) char a##x[x];
#define TWO(x) TWO(x, 2)
struct u { CALL(1) CALL
(2) ID(CALL)(3) ID(ONE)(4) };`,
  __COUNTER__: `
#define CAT_(a, b) a##b
#define CAT(a, b) CAT_(a, b)
#define TWICE(x) char CAT(p, x); int CAT(q, x)
struct u { TWICE(__COUNTER__); char a[__COUNTER__ + 1]; char p0_; };`,
  __VA_OPT__: '#define F(t, ...) struct t { char c; __VA_OPT__(__VA_ARGS__;) }\nF(v); F(u, int x; char d[sizeof(struct v)]);',
  'a comma that goes with the arguments':
    '#define F(t, ...) struct t { char c; int f, ## __VA_ARGS__; }\nF(v); F(u, g, h[sizeof(struct v)]);',
  'an empty operand of ##':
    '#define J(a, b) a##b\n#define K(t, a, b) t a##b\nstruct u { K(char, , x); K(int, y, ); char J(, z); };',
  'lengths of strings that macros make': `
#define S(x) #x
struct u { char a[sizeof(S(a+b))]; char b[sizeof(S(a + b))]; char c[sizeof(S("x\\n" 'c'))]; char d[sizeof(S( a  b ))]; char e[sizeof(S())]; };`,
  'offsetof as it was written before it was there': `
#define myoff(t, m) ((size_t)&((t *)0)->m)
struct s { char a; int b[4]; struct { short x, y; } in; };
struct u { char a[myoff(struct s, b)]; char b[myoff(struct s, in.y)]; char c[myoff(struct s, b[2])]; };`,
  'literals of stdint.h': 'struct u { char a[sizeof(UINT64_C(1))]; char b[INT32_C(3)]; char c[UINT8_C(1) - 2 < 0 ? 3 : 4]; };',
};

/** gcc takes the line where a use begins, clang the one where it ends. */
const LINES: readonly string[] = [
  'ONE(\n2\n)',
  'ONE\n(3)',
  'TWO(4,\n5\n)',
  'TWO(5,\n__LINE__\n)',
  'ID(\nONE(6)\nONE(\n7\n)\n\n)',
  'CALL\n(\n8\n)',
  'ID(CALL\n)\n(9\n\n)',
  'ID(\nOBJECT)',
].map(
  (use) => `#define ID(x) x
#define CALL ONE
#define OBJECT char o[__LINE__];
#define ONE(x) char a##x[__LINE__];
#define TWO(x, y) char a##x[__LINE__ + y]; char b##x[y];
struct u { ${use} };`,
);

describe('macros and old C', () => {
  for (const [name, text] of Object.entries(TEXTS)) {
    it(`${name}: the size is gcc's`, async function () {
      if (process.arch !== 'x64' || compilerOf(TARGET) === undefined) skipBecause(this, lackOf(TARGET));
      const { types, problems } = parseDeclarations(text, { target: TARGET, language: 'c' });
      assert.deepEqual(problems, []);
      const ours = types.find((type) => type.name === 'struct u')?.size;
      const flags = ['-include', 'stdint.h', '-include', 'stddef.h'];
      const [size] = await valuesOf(TARGET, text, ['sizeof(struct u)'], flags);
      assert.equal(BigInt(ours ?? -1), size);
    });
  }

  for (const dialect of ['gcc', 'clang'] as const)
    it(`__LINE__ in macros over several lines: the size is ${dialect}'s`, async function () {
      const target: Target = { ...TARGET, dialect };
      if (process.arch !== 'x64' || compilerOf(target) === undefined) skipBecause(this, lackOf(target));
      for (const text of LINES) {
        const { types, problems } = parseDeclarations(text, { target, language: 'c' });
        assert.deepEqual(problems, []);
        const [size] = await valuesOf(target, text, ['sizeof(struct u)']);
        assert.equal(BigInt(types[0]?.size ?? -1), size, text);
      }
    });

  it('a string of what a macro made has no length that is known', () => {
    const text = '#define S_(x) #x\n#define S(x) S_(x)\n#define P 1 + 2\nstruct u { char a[sizeof(S(P))]; };';
    const { problems } = parseDeclarations(text, { target: TARGET, language: 'c' });
    assert.match(problems[0]?.text ?? '', /^4:26: How long this string is/);
  });

  it('an enum that is defined twice is refused', () => {
    const text = 'enum e { A };\nenum e { B, C = 0x1ffffffffLL };\nstruct u { enum e x; };';
    const { problems } = parseDeclarations(text, { target: TARGET, language: 'c' });
    assert.match(problems[0]?.text ?? '', /^2:6: The enum 'e' is defined twice\.$/);
  });
});
