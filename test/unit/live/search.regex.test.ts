import assert from 'node:assert/strict';
import { decode, matchText, SPAN } from '../../../src/live/regexText.ts';
import { caseVariants } from '../../../src/live/searchFold.ts';
import { parseNumber, parseTolerance } from '../../../src/live/searchNumbers.ts';
import { textPattern } from '../../../src/live/searchText.ts';

const match = (source: string, text: string | Uint8Array, start = 0, limit = 100, flags = 'gmu'): number[] => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : Uint8Array.from(text);
  return [...matchText(new RegExp(source, flags), 'utf8', { bytes, start, stop: bytes.length, limit })];
};

describe('text for regular expressions', () => {
  it('is what TextDecoder makes of valid UTF-8, with the offset of each unit', () => {
    const text = 'aä€𐍈z\u07ff\u0800\uffff\u{10ffff}';
    const bytes = new TextEncoder().encode(text);
    const { text: had, offsets } = decode(bytes, 'utf8');
    assert.equal(had, text);
    let at = 0;
    for (let i = 0; i < text.length;) {
      const character = String.fromCodePoint(text.codePointAt(i) ?? 0);
      assert.equal(offsets?.[i], at);
      at += new TextEncoder().encode(character).length;
      i += character.length;
    }
    assert.equal(offsets?.[text.length], bytes.length);
  });

  it('has one U+FFFD for each byte that is no UTF-8', () => {
    const wrong = [0x61, 0xc0, 0x80, 0xe0, 0x9f, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0xff, 0x62, 0xe2, 0x82];
    assert.equal(decode(Uint8Array.from(wrong), 'utf8').text, `a${'\ufffd'.repeat(13)}b\ufffd\ufffd`);
    assert.equal(decode(Uint8Array.from([0xe4, 0x41]), 'latin1').text, 'äA');
  });

  it('gives hits as bytes, from the start, none empty, none overlapping', () => {
    assert.deepEqual(match('ä+', 'xääyä'), [1, 4, 6, 2]);
    assert.deepEqual(match('ä+', 'xääyä', 3), [3, 2, 6, 2]);
    assert.deepEqual(match('a*', 'baab'), [1, 2]);
    assert.deepEqual(match('.', '𐍈b'), [0, 4, 4, 1]);
    assert.deepEqual(match('aa', 'aaaaa'), [0, 2, 2, 2]);
    assert.deepEqual(match('(?<=x)b', 'xb', 1), [1, 1]);
    assert.deepEqual(match('STRASSE|ﬁ', 'straSSe', 0, 9, 'gmui'), [0, 7]);
    assert.deepEqual(match('a', 'aaaa', 0, 2), [0, 1, 1, 1]);
  });

  it('cuts what is longer than 64 KiB', () => {
    assert.deepEqual(match('a+', 'a'.repeat(SPAN + 10)), [0, SPAN, SPAN, 10]);
    assert.deepEqual(match('ba+c', `b${'a'.repeat(SPAN)}cbac`), [SPAN + 2, 3]);
    assert.deepEqual(match('ä+', 'ä'.repeat(SPAN)), [0, SPAN, SPAN, SPAN]);
  });
});

describe('what is typed to be found', () => {
  it('numbers, exact to the last bit, and refused where the type cannot hold them', () => {
    assert.equal(parseNumber(' 0xffffffffffffffff ', 'u64'), 2n ** 64n - 1n);
    assert.equal(parseNumber('-9_223_372_036_854_775_808', 'i64'), -(2n ** 63n));
    assert.equal(parseNumber('1e3', 'u16'), 1000n);
    assert.equal(parseNumber('-inf', 'f32'), -Infinity);
    assert.equal(parseNumber('0x10', 'f64'), 16);
    for (const text of ['256', '-1']) assert.throws(() => parseNumber(text, 'u8'), { code: 'ERANGE' });
    for (const text of ['', '1.5', 'x', '1 2', '0x']) assert.throws(() => parseNumber(text, 'i32'), { code: 'EINVAL' });
    for (const text of ['', 'nan', 'x']) assert.throws(() => parseNumber(text, 'f32'), { code: 'EINVAL' });
    assert.equal(parseTolerance(''), 0);
    assert.throws(() => parseTolerance('-1'), { code: 'EINVAL' });
  });

  it('characters of any case, as Unicode folds one to one', () => {
    const variants = (character: string): string => [...caseVariants(character)].sort().join('');
    assert.equal(variants('s'), 'Ssſ');
    assert.equal(variants('ς'), 'Σςσ');
    assert.equal(variants('ß'), 'ßẞ');
    assert.equal(variants('ı'), 'ı');
    assert.equal(variants('İ'), 'İ');
    assert.equal(variants('['), '[');
    assert.equal(variants('日'), '日');
  });

  it('texts that the encoding cannot hold are refused', () => {
    assert.throws(() => textPattern('€', 'latin1', true), { code: 'EINVAL' });
    assert.throws(() => textPattern('€', 'latin1', false), { code: 'EINVAL' });
    assert.throws(() => textPattern('\ud800', 'utf8', true), { code: 'EINVAL' });
    assert.deepEqual([...textPattern('aé', 'utf16be', true).bytes], [0, 0x61, 0, 0xe9]);
  });
});
