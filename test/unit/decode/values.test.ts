import assert from 'node:assert/strict';
import type { DecodedValue } from '../../../api.d.ts';
import { encodeLeaf } from '../../../src/decode/encode.ts';
import { decodeValue } from '../../../src/decode/value.ts';
import { skipBecause } from '../../support/skip.ts';
import { HEADERS, noCompiler, runC } from '../types/oracle.ts';
import { makeService } from '../types/support.ts';

const INTEGERS = {
  c: 'char',
  sc: 'signed char',
  uc: 'unsigned char',
  s: 'short',
  us: 'unsigned short',
  i: 'int',
  u: 'unsigned int',
  l: 'long',
  ul: 'unsigned long',
  sz: 'size_t',
  i8: 'int8_t',
  w: 'wchar_t',
};
const BITS = {
  b1: ['int', 5],
  b2: ['unsigned', 17],
  b3: ['unsigned long', 41],
  b4: ['long', 29],
  b5: ['_Bool', 1],
  b6: ['short', 9],
  b7: ['enum side', 3],
} as const;
const ROUNDS = 400;

const DECLARATIONS = `enum side { BUY = 1, SELL, HOLD = 200 };
struct all {
${Object.entries(INTEGERS)
  .map(([name, type]) => `  ${type} ${name};`)
  .join('\n')}
${Object.entries(BITS)
  .map(([name, [type, width]]) => `  ${type} ${name} : ${width};`)
  .join('\n')}
  float f; double d; long double ld; _Float16 h;
  __int128 q; unsigned __int128 uq; _Bool b; void *p; enum side e; int m[2][3];
  struct __attribute__((packed)) { char pad; double odd; unsigned long tight : 60, : 2, last : 2; } in;
};
`;

/** Prints the bytes of the struct in hex, then each value with its path; half of the rounds use patterns that make special values. */
const PROGRAM = `${HEADERS}${DECLARATIONS}
static unsigned long state = 88172645463325252UL;
static unsigned long next(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static void fill(unsigned char *p, size_t n) {
  while (n) {
    size_t part = 1 + next() % 16; int how = next() % 6;
    if (part > n) part = n;
    for (size_t i = 0; i < part; i++) p[i] = how == 0 ? 0 : how == 1 ? 0xff : how == 2 ? (i == part - 1 ? 0x80 : 0) : next() >> 20;
    p += part; n -= part;
  }
}
static void wide(const char *name, unsigned __int128 v, int negative) {
  if (negative) v = -v;
  printf("%s %s0x%lx%016lx\\n", name, negative ? "-" : "", (unsigned long)(v >> 64), (unsigned long)v);
}
int main(void) {
  for (int round = 0; round < ${ROUNDS}; round++) {
    struct all v; fill((void *)&v, sizeof v);
    unsigned char *ld = (void *)&v.ld;
    if ((ld[8] | (ld[9] & 0x7f)) != 0) ld[7] |= 0x80; else ld[7] &= 0x7f;
    *(unsigned char *)&v.b &= 1;
    printf("bytes ");
    for (size_t i = 0; i < sizeof v; i++) printf("%02x", ((unsigned char *)&v)[i]);
    printf("\\n");
${Object.keys({ ...INTEGERS, ...BITS })
  .map((name) => `    printf("${name} ${name === 'ul' || name === 'sz' ? '%lu' : '%ld'}\\n", (long)v.${name});`)
  .join('\n')}
    printf("f %.9g\\nd %.17g\\nld %.21Lg\\nh %.17g\\nb %d\\np %lu\\ne %u\\n", v.f, v.d, v.ld, (double)v.h, v.b, (unsigned long)v.p, v.e);
    wide("q", v.q, v.q < 0); wide("uq", v.uq, 0);
    for (int i = 0; i < 2; i++) for (int j = 0; j < 3; j++) printf("m[%d][%d] %d\\n", i, j, v.m[i][j]);
    printf("in.pad %d\\nin.odd %.17g\\nin.tight %lu\\nin.last %lu\\n", v.in.pad, v.in.odd, (unsigned long)v.in.tight, (unsigned long)v.in.last);
  }
  return 0;
}
`;

describe('decoded values', function () {
  this.timeout(60_000);
  const service = makeService();
  after(() => service.dispose());
  before(function () {
    const reason = noCompiler();
    if (reason !== undefined) skipBecause(this, reason);
  });

  it('are what a program prints', async () => {
    const types = await service.parse({ source: DECLARATIONS, abi: 'x86_64' });
    const type = types.find((one) => one.name === 'struct all');
    assert.ok(type);
    let leaves = new Map<string, DecodedValue>();
    let checked = 0;
    for (const line of runC(PROGRAM).trim().split('\n')) {
      const [path = '', printed = ''] = line.split(' ');
      if (path === 'bytes') {
        const bytes = Uint8Array.from(Buffer.from(printed, 'hex'));
        assert.equal(bytes.length, type.size);
        leaves = leavesOf(decodeValue({ offset: 0, bytes, size: bytes.length }, type, 0, { byteOrder: 'little' }));
        continue;
      }
      const leaf = leaves.get(path);
      assert.ok(leaf, path);
      compare(leaf, printed);
      checked++;
    }
    assert.equal(checked, ROUNDS * 38);
  });
});

function leavesOf(value: DecodedValue, into = new Map<string, DecodedValue>()): Map<string, DecodedValue> {
  if (value.children === undefined) into.set(value.path, value);
  for (const child of value.children ?? []) leavesOf(child, into);
  return into;
}

function compare({ path, value, text, type }: DecodedValue, printed: string): void {
  const what = `${path}: printed ${printed}, decoded ${text}`;
  if (typeof value === 'boolean') assert.equal(value, printed === '1', what);
  else if (type === 'long double') assert.deepEqual(x87(text), x87(printed), what);
  else if (/nan/.test(printed)) assert.equal(value, NaN, what);
  else if (/inf/.test(printed)) assert.equal(value, printed === 'inf' ? Infinity : -Infinity, what);
  else if (typeof value === 'bigint')
    assert.equal(value, printed.startsWith('-') ? -BigInt(printed.slice(1)) : BigInt(printed), what);
  else if (type === 'float') assert.equal(value, Math.fround(Number(printed)), what);
  else assert.equal(value, Number(printed), what);
  if (['float', 'double', '_Float16'].includes(type) && !/nan|inf/.test(printed)) checkShortest(value, text, type);
}

/** The text gives the same number back. */
function checkShortest(value: unknown, text: string, type: string): void {
  const back = type === 'float' ? Math.fround(Number(text)) : Number(text);
  if (type === '_Float16')
    assert.ok(Math.abs(back - Number(value)) <= Math.abs(Number(value)) / 2048 + 2 ** -25, `${text} for ${String(value)}`);
  else assert.equal(back, value, text);
}

function x87(text: string): Uint8Array {
  const plain = text.replace(/^-?nan$/, 'nan');
  const type = { name: 'long double', kind: 'float', size: 16, alignment: 16, origin: 'builtin' } as const;
  return encodeLeaf(plain, type, { littleEndian: true }).bytes;
}
