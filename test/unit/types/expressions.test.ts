import assert from 'node:assert/strict';
import type { Abi } from '../../../api.d.ts';
import type { Target } from '../../../src/types/layout/spec.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { skipBecause } from '../../support/skip.ts';
import { compilerOf, lackOf } from './compilers.ts';
import { valuesOf } from './judge.ts';

const INCLUDES = ['stddef', 'stdint', 'stdbool', 'limits', 'wchar', 'uchar'].map((name) => `#include <${name}.h>\n`).join('');
const DECLARATIONS = `enum E { A, B = 300 }; enum W { WA = 0x1FFFFFFFFLL, WB };
enum S { S1 = sizeof(int), S2 = 'a', S3 = 1u, S4 = 1LL, S5 = sizeof(S4), S6 = sizeof(S2), S7 = sizeof(S3) };
struct st { int m; char c[7]; }; extern struct st gs; extern int garr[12]; extern short gsh; extern float gf; extern char gc;
`;

const EXPRESSIONS = String.raw`
sizeof(A)
sizeof(WA)
sizeof(WB)
S5
S6
S7
sizeof(S4)
sizeof('a')
sizeof(u'a')
sizeof(U'a')
sizeof(L'a')
sizeof('ab')
'a'
'\x41'
'\101'
'\0' + 1
'\377' < 0 ? 3 : 4
'\xff' == 255 ? 3 : 4
L'\xff' == 255 ? 3 : 4
u'\xff' == 255 ? 3 : 4
L'é'
L'€' == 8364 ? 2 : 3
u'é'
'ab'
sizeof("abc")
sizeof "abc"
sizeof("abc" "de")
sizeof("a\n\x41\101")
sizeof(L"abc")
sizeof(u"ab")
sizeof(U"ab")
sizeof(u8"é")
sizeof("é")
sizeof(u"é")
sizeof("")
sizeof("abc") - 1
sizeof("abc"[0])
sizeof(*"abc")
sizeof(1.0f)
sizeof(1.0)
sizeof(1.0L)
sizeof(1.f)
sizeof(1e3)
sizeof(0x1p3)
sizeof(0x1.8p1f)
sizeof(1L)
sizeof(1LL)
sizeof(1u)
sizeof(1ul)
sizeof(2147483648)
sizeof(0xffffffff)
sizeof(0x80000000)
sizeof(0xffffffffffffffff)
sizeof(1 + 1L)
sizeof((char)1)
sizeof((short)1 + (short)1)
sizeof(+(char)1)
sizeof(~(unsigned char)1)
sizeof(!1)
sizeof(1 == 1)
sizeof(1 < 2)
sizeof(1 && 1)
sizeof(1 ? 1 : 2L)
sizeof(1.0f + 1)
sizeof(1.0f + 1.0)
sizeof((float)1)
(int)2.5
(int)2.5f + 1
(int)(1.5 * 2)
(int)(0.1 * 30)
(int)(2.9999)
(long)1e3
(int)-2.5 + 5
2.5 > 2 ? 3 : 4
(unsigned)(3.99)
(int)(10 / 4.0)
(int)(10 / 4)
(char)300
(unsigned char)300
(unsigned char)-1
(short)70000
-1 > 0u ? 5 : 6
-1L > 0u ? 5 : 6
(unsigned char)255 + 1
(uint8_t)200 + (uint8_t)100
((uint8_t)200 + (uint8_t)100) > 255 ? 2 : 3
~0u > 0 ? 7 : 8
(~0u >> 28)
(-1 >> 28) == -1 ? 2 : 3
0u - 1 == 0xffffffff ? 3 : 2
1u << 31 > 0 ? 2 : 3
(uint16_t)~0 >> 12
(uint16_t)65535 * (uint16_t)2 / 4096
5 % 3
-5 % 3 + 5
-7 / 2 + 10
7 / -2 + 10
0b1010
0B11
0x1F
017
10u
10UL
10LLU
sizeof(A + 1)
sizeof(A == B)
sizeof(gs)
sizeof(gs.c)
sizeof gs.c
sizeof gs
sizeof(gs.m + 1L)
sizeof(gsh)
sizeof(gsh + gsh)
sizeof(-gsh)
sizeof(gf)
sizeof(gf * 2)
sizeof(gf * 2.0)
sizeof(&gs)
sizeof(garr) / sizeof(garr[0])
sizeof(garr) / sizeof(*garr)
sizeof garr / sizeof garr[0]
sizeof(garr + 1)
sizeof(&garr)
sizeof(*&garr)
sizeof(&garr[1])
sizeof((&gs)->c)
sizeof(((struct st*)0)->c)
sizeof ((struct st*)0)->c
sizeof(((struct st*)0)->c[0])
sizeof((gs))
sizeof(gc ? gc : gsh)
sizeof(gc++)
sizeof(gsh = 3)
sizeof(struct st[3])
sizeof(int[3][4])
sizeof(int(*)[3])
sizeof(void*)
sizeof(void(*)(int))
sizeof(int) + 1
sizeof (int) * 2
sizeof(char) ? 3 : 4
(sizeof(int))
-sizeof(int) > 0 ? 2 : 3
__alignof__(gs)
__alignof__ gs
__alignof__(long double)
__alignof__(gc)
offsetof(struct st, c)
offsetof(struct st, c[2])
__builtin_offsetof(struct st, c)
(size_t)&((struct st*)0)->c
((size_t)&(((struct st*)0)->c))
INT_MAX > 0 ? 1 : 2
CHAR_BIT
UINT8_MAX
SIZE_MAX > 0 ? 2 : 3
sizeof(UINT64_C(1))
sizeof(INT8_C(1))
sizeof(UINT16_MAX)
sizeof(INT64_MAX)
sizeof(SIZE_MAX)
-1 < SIZE_MAX ? 1 : 2
-1 < UINT32_MAX ? 1 : 2
-1 < UINT16_MAX ? 1 : 2
__builtin_constant_p(3) + 1
__builtin_popcount(7)
__builtin_clz(1)
__builtin_ctz(8)
__CHAR_BIT__
__SIZEOF_LONG__
(int)(char)200 < 0 ? 2 : 3
((1ULL << 40) >> 38)
1 ?: 2
0 ?: 2
!0
!!5
INT32_C(3)
(int)sizeof(int) - 5 < 0 ? 2 : 3
sizeof(int) - 5 < 0 ? 2 : 3
'a' - 'A'
'9' - '0'
'\\' == 92 ? 1 : 2
'\'' == 39 ? 1 : 2
(long)(1ull << 63) < 0 ? 2 : 3
18446744073709551615u > 0 ? 2 : 3
0xFFu
(unsigned char)(200 + 100)
(unsigned char)200 << 1
(signed char)0x80 < 0 ? 2 : 3
sizeof(wchar_t)
sizeof(long double)
sizeof(0x7fffffff)
sizeof(2147483647)
sizeof(4294967296)
sizeof(-2147483648)
sizeof(1ull)
sizeof(sizeof(int))
sizeof(_Complex double)
`
  .split('\n')
  .filter((line) => line !== '');

/** Those that only one of the languages has. */
const ONLY: Readonly<Record<Target['language'], readonly string[]>> = {
  c: ['__builtin_choose_expr(1, 3, 4)', '__builtin_types_compatible_p(int, const int) + 1'],
  'c++': [
    ...[
      "1'000",
      'true + true',
      'sizeof(true)',
      'sizeof(bool)',
      'compl 0 + 3',
      'not 0',
      '1 and 1',
      '6 xor 3',
      "'\\u0041'",
      "u8'a'",
    ],
    ...[
      'sizeof(int &)',
      'size_t{4}',
      'size_t(5)',
      'static_cast<unsigned char>(300)',
      'sizeof(decltype(1 + 1L))',
      'alignof(double)',
    ],
  ],
};

describe('expressions', () => {
  for (const language of ['c', 'c++'] as const)
    for (const abi of ['x86_64', 'i386', 'arm'] satisfies Abi[])
      for (const dialect of ['gcc', 'clang'] as const) {
        const target: Target = { abi, dialect, language };
        it(`have the values and sizes that ${dialect} gives them in ${language === 'c' ? 'C' : 'C++'} for ${abi}`, async function () {
          this.timeout(60_000);
          if (compilerOf(target) === undefined) skipBecause(this, lackOf(target));
          const expressions = [...EXPRESSIONS, ...ONLY[language]];
          const structs = expressions.map((one, i) => `struct e${i} { char head; char body[${one}]; };\n`).join('');
          const { types, problems } = parseDeclarations(DECLARATIONS + structs, { target, language });
          assert.deepEqual(problems, []);
          const sizes = new Map(types.map(({ name, size }) => [name.replace('struct ', ''), size - 1]));
          const values = await valuesOf(target, INCLUDES + DECLARATIONS, expressions);
          const wrong = expressions.filter((_, i) => BigInt(sizes.get(`e${i}`) ?? -1) !== values[i]);
          assert.deepEqual(
            wrong.map((one) => `${one} is not ${sizes.get(`e${expressions.indexOf(one)}`)}`),
            [],
          );
        });
      }
});
