/** The values that are read without a bigint, beside what they must be by the slow way. */
import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { decodeLeaf, readRaw } from '../../../src/decode/leaf.ts';
import { shortSingle } from '../../../src/decode/single.ts';
import { decodeValue } from '../../../src/decode/value.ts';
import { CHAR, INT, struct, UINT8 } from './layouts.ts';

/** The same bytes in every run. */
function someBytes(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
}

/** As the standard defines Number.prototype.toPrecision: the fewest digits that give the same binary32. */
function byTrials(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

describe('decoding the common fields', () => {
  it('a bit-field of up to 32 bits is what its bits say, in both byte orders', () => {
    const view = new DataView(someBytes(64).buffer);
    for (const signed of [false, true])
      for (const littleEndian of [false, true])
        for (let bitOffset = 0; bitOffset < 8; bitOffset++)
          for (let bitWidth = 1; bitWidth <= 32; bitWidth++)
            for (const at of [0, 13, 40]) {
              const options = { littleEndian, bitOffset, bitWidth };
              const raw = readRaw(view, at, 4, options) ?? assert.fail();
              const value = Number(signed ? BigInt.asIntN(bitWidth, raw) : raw);
              assert.deepEqual(decodeLeaf(view, at, { ...INT, signed }, options), { value, text: `${value}` });
            }
  });

  it('a bit-field whose last byte is not there has no value', () => {
    const view = new DataView(new ArrayBuffer(4));
    const options = { littleEndian: true, bitOffset: 7, bitWidth: 26 };
    assert.deepEqual(decodeLeaf(view, 0, INT, options), { text: 'past the end' });
  });

  it('64 bits are a bigint, signed or not', () => {
    const view = new DataView(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe).buffer);
    const long: TypeLayout = { ...INT, name: 'long', size: 8, alignment: 8 };
    const of = (signed: boolean, littleEndian: boolean): unknown =>
      decodeLeaf(view, 0, { ...long, signed }, { littleEndian }).value;
    assert.equal(of(true, false), -2n);
    assert.equal(of(false, false), 0xfffffffffffffffen);
    assert.equal(of(true, true), -0x0100000000000001n);
    assert.equal(decodeLeaf(view, 1, long, { littleEndian: true }).text, 'past the end');
  });

  it('a character is shown with its number, which has the sign of its type', () => {
    const view = new DataView(Uint8Array.of(0x41, 0x00, 0x27, 0xe9, 0x80, 0x7f).buffer);
    const texts = (signed: boolean): unknown[] =>
      [0, 1, 2, 3, 4, 5].map((at) => decodeLeaf(view, at, { ...CHAR, signed }, { littleEndian: true }).text);
    assert.deepEqual(texts(true), ["'A' (65)", "'\\0' (0)", "'\\'' (39)", '-23', '-128', "'\\x7f' (127)"]);
    assert.deepEqual(texts(false), ["'A' (65)", "'\\0' (0)", "'\\'' (39)", '233', '128', "'\\x7f' (127)"]);
  });

  it('of two enumerators with one value the first names it', () => {
    const enumerators = [
      { name: 'A', value: 1n },
      { name: 'B', value: 1n },
      { name: 'C', value: 2n },
    ];
    const type: TypeLayout = { ...INT, name: 'enum e', kind: 'enum', enumerators };
    const text = (value: number): string => decodeLeaf(new DataView(Int32Array.of(value).buffer), 0, type, LITTLE).text;
    assert.deepEqual([1, 2, 3].map(text), ['A (1)', 'C (2)', '3']);
  });

  it('the members of anonymous structs at the top have no dot before them', () => {
    const inner = struct('struct {…}', 1, [{ name: 'x', offset: 0, type: UINT8 }]);
    const type = struct('struct o', 1, [{ name: '', offset: 0, type: inner }]);
    const value = decodeValue({ offset: 0, bytes: Uint8Array.of(7), size: 1 }, type, 0, { byteOrder: 'little' });
    assert.deepEqual([value.text, value.children?.[0]?.path, value.children?.[0]?.children?.[0]?.path], ['{{x 7}}', '', 'x']);
  });
});

describe('shortSingle', () => {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  let sure = 0;
  let all = 0;

  function check(of: number): void {
    bits[0] = of;
    const value = single[0] ?? 0;
    if (!Number.isFinite(value) || value === 0) return;
    const short = shortSingle(value);
    all += 1;
    if (short === undefined) return;
    sure += 1;
    assert.equal(short, byTrials(value), `binary32 0x${of.toString(16)}`);
  }

  it('is the decimal of fewest digits, for any bits', () => {
    const words = new Uint32Array(someBytes(4 * 50_000).buffer);
    [sure, all] = [0, 0];
    words.forEach(check);
    assert.ok(sure > 0.999 * all, `${sure} of ${all} without trials`);
  });

  it('is so for short decimals, and for their neighbours', () => {
    for (let power = -45; power <= 38; power += 1)
      for (let digits = 1; digits < 200; digits += 3) {
        single[0] = Number(`${digits}e${power}`);
        const at = bits[0] ?? 0;
        for (const next of [at - 1, at, at + 1]) check(next >>> 0);
      }
  });

  it('leaves the powers of two to trials: their neighbours are not equally far', () => {
    for (let power = -126; power < 128; power++) assert.equal(shortSingle(2 ** power), undefined);
  });
});

const LITTLE = { littleEndian: true };
