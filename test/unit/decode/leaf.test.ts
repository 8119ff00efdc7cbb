import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { encodeLeaf } from '../../../src/decode/encode.ts';
import { decodeLeaf, type Leaf, type LeafOptions } from '../../../src/decode/leaf.ts';
import { sequenceAt } from '../../../src/decode/utf8.ts';
import * as types from './layouts.ts';
import { array, CHAR } from './layouts.ts';

const LITTLE = { littleEndian: true };

function bytesOf(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value);
}

function decode(bytes: ArrayLike<number>, type: TypeLayout, options: Partial<LeafOptions> = {}): Leaf {
  return decodeLeaf(new DataView(Uint8Array.from(bytes).buffer), 0, type, { ...LITTLE, ...options });
}

function encode(
  text: string,
  type: TypeLayout,
  more: { bitOffset?: number; bitWidth?: number; littleEndian?: boolean } = {},
): number[] {
  return [...encodeLeaf(text, type, { ...LITTLE, ...more }).bytes];
}

describe('decodeLeaf', () => {
  const cases: [string, number[], TypeLayout, unknown, string, Partial<LeafOptions>?][] = [
    ['int', [0xfe, 0xff, 0xff, 0xff], types.INT, -2, '-2'],
    ['int, big endian', [0, 0, 1, 0], types.INT, 256, '256', { littleEndian: false }],
    ['int in hex', [0xfe, 0xff, 0xff, 0xff], types.INT, -2, '0xfffffffe', { radix: 16 }],
    ['64 bits are a bigint', [255, 255, 255, 255, 255, 255, 255, 255], types.UINT64, 2n ** 64n - 1n, '18446744073709551615'],
    ['__int128', [...bytesOf(15, 0), 0x80], types.INT128, -(2n ** 127n), '-170141183460469231731687303715884105728'],
    ['char', [0x78], CHAR, 120, "'x' (120)"],
    ['char, control', [0x0a], CHAR, 10, "'\\n' (10)"],
    ['char, negative', [0xff], CHAR, -1, '-1'],
    ['bool', [1], types.BOOL, true, 'true'],
    ['bool that is neither', [0x2a], types.BOOL, true, 'true (0x2a)'],
    ['enum', [1, 0, 0, 0], types.SIDE, 1, 'BUY (1)'],
    ['enum, unknown', [9, 0, 0, 0], types.SIDE, 9, '9'],
    ['pointer', [0x10, 0, 0, 0, 0xff, 0x7f, 0, 0], types.POINTER, 0x7fff00000010n, '0x7fff00000010'],
    ['NULL', bytesOf(8, 0), types.POINTER, 0n, 'NULL'],
    ['-0', [0, 0, 0, 0, 0, 0, 0, 0x80], types.DOUBLE, -0, '-0'],
    ['smallest double', [1, 0, 0, 0, 0, 0, 0, 0], types.DOUBLE, 5e-324, '5e-324'],
    ['float 0.1', [0xcd, 0xcc, 0xcc, 0x3d], types.FLOAT, Math.fround(0.1), '0.1'],
    ['infinity', [0, 0, 0x80, 0xff], types.FLOAT, -Infinity, '-inf'],
    ['smallest half', [1, 0], types.HALF, 2 ** -24, '6e-8'],
    ['bit-field', [0b1010_0000, 0b0000_0001], types.UINT16, 13, '13', { bitOffset: 5, bitWidth: 4 }],
    ['bit-field, signed', [0b1110_0000], types.INT, -1, '-1', { bitOffset: 5, bitWidth: 3 }],
    [
      'bit-field, big endian',
      [0b0000_0110, 0b1000_0000],
      types.UINT16,
      13,
      '13',
      { bitOffset: 5, bitWidth: 4, littleEndian: false },
    ],
    [
      'bit-field over nine bytes',
      [0x80, 0, 0, 0, 0, 0, 0, 0, 0x7f],
      types.UINT64,
      (0x7fn << 57n) + 1n,
      '18302628885633695745',
      { bitOffset: 7, bitWidth: 64 },
    ],
    ['text', [0x68, 0xc3, 0xa9, 0, 0x78], array(CHAR, 5), 'hé', '"hé"'],
    ['text without NUL', [0x61, 0x62], array(CHAR, 2), 'ab', '"ab"'],
    ['text, Chinese', [0xe4, 0xbd, 0xa0, 0], array(CHAR, 4), '你', '"你"'],
    ['text with what is no UTF-8', [0x61, 0xff, 0xe4, 0xbd, 0], array(CHAR, 5), 'a\\xff\\xe4\\xbd', '"a\\xff\\xe4\\xbd"'],
    ['text with controls', [0x0a, 0x1b, 0x22, 0x5c, 0], array(CHAR, 5), '\n\x1b"\\', '"\\n\\x1b\\"\\\\"'],
    ['text that turns direction', [0xe2, 0x80, 0xae, 0], array(CHAR, 4), '\u202e', '"\\u202e"'],
  ];
  for (const [name, bytes, type, value, text, options] of cases) {
    it(name, () => assert.deepEqual(decode(bytes, type, options), { value, text }));
  }

  it('nan', () => assert.deepEqual(decode([0, 0, 0xc0, 0x7f], types.FLOAT), { value: NaN, text: 'nan' }));
  it('past the end', () => assert.deepEqual(decode([1, 2, 3], types.INT), { text: 'past the end' }));
  it('bit-field past the end', () =>
    assert.deepEqual(decode([1], types.INT, { bitOffset: 6, bitWidth: 4 }), { text: 'past the end' }));
  it('text that goes on after the bytes', () =>
    assert.deepEqual(decode([0x61, 0x62], array(CHAR, 9)), { value: 'ab', text: '"ab"…', elided: true }));
  it('a lock has no value', () =>
    assert.deepEqual(decode(bytesOf(40, 0), types.layout('pthread_mutex_t', 'sync', 40)), { text: '40 bytes' }));
});

describe('encodeLeaf', () => {
  const cases: [string, TypeLayout, number[]][] = [
    ['-2', types.INT, [0xfe, 0xff, 0xff, 0xff]],
    ['0xff', types.UINT8, [0xff]],
    ['0xff', types.INT8, [0xff]],
    ['0b101', types.UINT8, [5]],
    ['052', types.UINT8, [42]],
    ['18446744073709551615', types.UINT64, bytesOf(8, 0xff)],
    ["'A'", CHAR, [65]],
    ["'\\n'", CHAR, [10]],
    ['SELL', types.SIDE, [2, 0, 0, 0]],
    ['sell (2)', types.SIDE, [2, 0, 0, 0]],
    ['7', types.SIDE, [7, 0, 0, 0]],
    ['true', types.BOOL, [1]],
    ['NULL', types.POINTER, bytesOf(8, 0)],
    ['0x10', types.POINTER, [0x10, 0, 0, 0, 0, 0, 0, 0]],
    ['-0', types.FLOAT, [0, 0, 0, 0x80]],
    ['nan', types.FLOAT, [0, 0, 0xc0, 0x7f]],
    ['-inf', types.DOUBLE, [0, 0, 0, 0, 0, 0, 0xf0, 0xff]],
    ['0x1.8p1', types.FLOAT, [0, 0, 0x40, 0x40]],
    ['1.5f', types.FLOAT, [0, 0, 0xc0, 0x3f]],
    ['65519', types.HALF, [0xff, 0x7b]],
    ['1', types.LONG_DOUBLE, [0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f, 0, 0, 0, 0, 0, 0]],
    ['quit', array(CHAR, 6), [0x71, 0x75, 0x69, 0x74, 0, 0]],
    ['“quit”', array(CHAR, 6), [0x71, 0x75, 0x69, 0x74, 0, 0]],
    ['""', array(CHAR, 2), [0, 0]],
    ['"a\\xff\\n"', array(CHAR, 4), [0x61, 0xff, 0x0a, 0]],
    ['你', array(CHAR, 4), [0xe4, 0xbd, 0xa0, 0]],
  ];
  for (const [text, type, bytes] of cases) {
    it(`${text} as ${type.name}`, () => assert.deepEqual(encode(text, type), bytes));
  }

  it('a bit-field with the mask of its bits', () => {
    const encoded = encodeLeaf('13', types.UINT16, { ...LITTLE, bitOffset: 5, bitWidth: 4 });
    assert.deepEqual([...encoded.bytes, ...(encoded.mask ?? [])], [0b1010_0000, 1, 0b1110_0000, 1]);
    const big = encodeLeaf('13', types.UINT16, { littleEndian: false, bitOffset: 5, bitWidth: 4 });
    assert.deepEqual([...big.bytes, ...(big.mask ?? [])], [0b0000_0110, 0b1000_0000, 0b0000_0111, 0b1000_0000]);
  });

  const refused: [string, TypeLayout, RegExp, number?][] = [
    ['65520', types.HALF, /^65520 does not fit _Float16: it is too large\.$/],
    ['1e39', types.FLOAT, /^1e39 does not fit float: it is too large\.$/],
    ['-1e309', types.DOUBLE, /^-1e309 does not fit double: it is too large\.$/],
    ['300', types.UINT8, /^300 does not fit uint8_t \(0 to 255\)\.$/],
    ['-1', types.UINT8, /^-1 does not fit uint8_t \(0 to 255\)\.$/],
    ['128', types.INT8, /^128 does not fit int8_t \(-128 to 127\)\.$/],
    ['8', types.UINT8, /^8 does not fit a bit-field of 3 bits \(0 to 7\)\.$/, 3],
    ['abc', types.INT, /^"abc" is no number\./],
    ['', types.INT, /is no number/],
    ['1.5', types.INT, /is no number/],
    ['HOLD', types.SIDE, /^enum side has no HOLD\. It has BUY, SELL\.$/],
    ['maybe', types.BOOL, /true, false or a number/],
    ['é', CHAR, /takes 2 bytes/],
    ['x', types.DOUBLE, /^"x" is no number\.$/],
    ['hello', array(CHAR, 5), /^The text takes 5 bytes and a NUL; char\[5\] holds 5\.$/],
    ['1', types.STUDENT, /cannot be typed in/],
  ];
  for (const [text, type, message, bitWidth] of refused) {
    it(`${text} as ${type.name} is refused`, () =>
      assert.throws(() => encode(text, type, bitWidth === undefined ? {} : { bitOffset: 0, bitWidth }), { message }));
  }

  it('takes back every text that is shown', () => {
    const all: [TypeLayout, number[]][] = [
      [types.INT, [1, 2, 3, 0x84]],
      [types.INT128, [...bytesOf(15, 7), 0x87]],
      [CHAR, [39]],
      [CHAR, [0]],
      [CHAR, [0x80]],
      [types.SIDE, [2, 0, 0, 0]],
      [types.POINTER, [1, 2, 3, 4, 5, 6, 7, 8]],
      [types.DOUBLE, [1, 2, 3, 4, 5, 6, 7, 8]],
      [types.LONG_DOUBLE, [1, 2, 3, 4, 5, 6, 7, 0x88, 1, 0x40, 0, 0, 0, 0, 0, 0]],
      [array(CHAR, 8), [0x22, 0x5c, 0x0a, 0xff, 0x78, 0x31, 0, 0]],
    ];
    for (const [type, bytes] of all) {
      for (const radix of [2, 8, 10, 16] as const) {
        const { text } = decode(bytes, type, { radix });
        assert.deepEqual(encode(text, type), bytes, `${type.name} ${text}`);
      }
    }
  });
});

describe('the text of a char array', () => {
  it('is what reading it character by character gives, whatever the bytes are', () => {
    let seed = 42;
    const random = (limit: number): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % limit;
    const pieces = ['a', 'é', '漢', '😀', '\u{10ffff}'].map((text) => [...new TextEncoder().encode(text)]);
    const wrong = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80], [0xe0, 0x9f, 0x80]];
    for (let round = 0; round < 300; round++) {
      const bytes = Array.from({ length: random(40) }, () => (random(3) ? pieces[random(5)] : wrong[random(7)]) ?? []).flat();
      let expected = '';
      for (let at = 0; at < bytes.length;) {
        const sequence = sequenceAt(Uint8Array.from(bytes), at);
        const byte = bytes[at] ?? 0;
        expected += sequence ? String.fromCodePoint(sequence.codePoint) : `\\x${byte.toString(16).padStart(2, '0')}`;
        at += sequence?.length ?? 1;
      }
      assert.equal(decode(bytes, array(CHAR, bytes.length)).value, expected);
    }
  });

  it('takes as characters what TextDecoder takes as UTF-8', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for (let first = 0x80; first < 0x100; first++) {
      for (const second of [0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]) {
        for (const tail of [[], [0x80], [0x80, 0x80], [0xbf, 0xc0]]) {
          const bytes = Uint8Array.of(first, second, ...tail);
          const length = sequenceAt(bytes, 0)?.length;
          const taken = [2, 3, 4].find((count) => {
            if (count > bytes.length) return false;
            try {
              return [...strict.decode(bytes.subarray(0, count))].length === 1;
            } catch {
              return false;
            }
          });
          assert.equal(length, taken, [...bytes].join(' '));
        }
      }
    }
  });
});
