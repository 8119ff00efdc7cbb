import assert from 'node:assert/strict';
import { formatBytes } from '../../../webview/edit/copy.ts';
import { patternOf as hostPattern } from '../../../src/live/regexMatcher.ts';
import { patternOf } from '../../../webview/edit/fill.ts';
import { hexBytes } from '../../../webview/edit/paste.ts';
import { encodeText, type TextView } from '../../../webview/edit/text.ts';
import { parseHex, parseNumber, parseTolerance, queryOf, toSpec, type Query } from '../../../webview/find/query.ts';

const utf8: TextView = { encoding: 'utf8', byteOrder: 'little' };
const query = (change: Partial<Query>): Query => ({
  kind: 'text',
  text: '',
  encoding: 'utf8',
  matchCase: false,
  number: { type: 'u32', byteOrder: 'little', aligned: false },
  tolerance: '',
  ...change,
});

describe('a query', () => {
  it('is hexadecimal bytes in every spelling, with wildcards as a mask', () => {
    for (const text of ['de ad be ef', 'deadbeef', '0xDE, 0xAD, 0xBE, 0xEF', '\\xde\\xad\\xbe\\xef', 'de:ad:be:ef'])
      assert.deepEqual([...parseHex(text).bytes], [0xde, 0xad, 0xbe, 0xef], text);
    assert.equal(parseHex('de ad').mask, undefined);
    const { bytes, mask } = parseHex('d? ?? ?f 7');
    assert.deepEqual([...bytes], [0xd0, 0, 0x0f, 7]);
    assert.deepEqual([...(mask ?? [])], [0xf0, 0, 0x0f, 0xff]);
  });

  it('says what is wrong with bytes', () => {
    assert.throws(() => parseHex('de zz'), /"z" is no hexadecimal digit/);
    assert.throws(() => parseHex('dea'), /odd number/);
    assert.throws(() => parseHex('?? ??'), /Something has to be known/);
    assert.throws(() => parseHex('  '), /Write bytes/);
    assert.throws(() => toSpec(query({ kind: 'hex', text: '' })), /Write what/);
  });

  it('is a number that fits its type, exact to 64 bits', () => {
    assert.equal(parseNumber('0xffffffffffffffff', 'u64'), '18446744073709551615');
    assert.equal(parseNumber('-1', 'i8'), '-1');
    assert.equal(parseNumber('1e-3', 'f64'), '1e-3');
    assert.throws(() => parseNumber('256', 'u8'), /0 to 255/);
    assert.throws(() => parseNumber('-1', 'u32'), /does not fit u32/);
    assert.throws(() => parseNumber('1.5', 'i32'), /no integer/);
    assert.throws(() => parseNumber('1e39', 'f32'), /too large/);
    assert.throws(() => parseTolerance('-1', 'u8'), /whole number/);
    assert.equal(parseTolerance('0.5', 'f32'), '0.5');
  });

  it('is a text of its encoding, or a regular expression that is one', () => {
    assert.throws(() => toSpec(query({ text: '中', encoding: 'latin1' })), /Latin-1/);
    assert.deepEqual(toSpec(query({ kind: 'regex', text: 'a.b', encoding: 'utf16le' })), {
      kind: 'regex',
      source: 'a.b',
      encoding: 'utf8',
      matchCase: false,
    });
  });

  it('is refused by the page as by the host, which means the same by it', () => {
    const said = (check: () => unknown): string => {
      try {
        check();
        return 'taken';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    for (const matchCase of [true, false]) {
      for (const source of ['(', 'a{2', '\\', '[b-a]', '\\p{X}', '/(\n/gmu: x', '(?<a>x)(?<a>y)', '^a.b$', '[^]', '\\p{L}']) {
        const page = said(() => toSpec(query({ kind: 'regex', text: source, matchCase })));
        assert.equal(said(() => hostPattern({ kind: 'regex', source, encoding: 'utf8', matchCase })), page, source); // prettier-ignore
      }
    }
    const unclosed = said(() => toSpec(query({ kind: 'regex', text: '/gmu: (' })));
    assert.equal(unclosed, 'This is no regular expression: Unterminated group.', 'the reason alone');
  });

  it('comes from selected bytes where these are few', () => {
    assert.equal(queryOf(Uint8Array.of(1, 255)), '01 ff');
    assert.equal(queryOf(Uint8Array.of(1)), undefined);
    assert.equal(queryOf(new Uint8Array(33)), undefined);
  });
});

describe('bytes as text and back', () => {
  it('takes hexadecimal out of the clipboard, and nothing else', () => {
    for (const text of [
      'de ad',
      'DEAD',
      '0xde, 0xad',
      '{ 0xde, 0xad, }',
      '\\xde\\xad',
      'unsigned char data[2] = {\n 0xde, 0xad,\n};',
    ])
      assert.deepEqual([...(hexBytes(text) ?? [])], [0xde, 0xad], text);
    for (const text of ['', 'hello', 'dea', 'de ?? ad', '12 3']) assert.equal(hexBytes(text), undefined, text);
  });

  it('takes back what it copies', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => i * 7);
    assert.deepEqual(hexBytes(formatBytes(bytes, 'hex', utf8)), Uint8Array.from(bytes));
    assert.deepEqual(hexBytes(formatBytes(bytes, 'c', utf8)), Uint8Array.from(bytes));
  });

  it('copies and stores text in the encoding and the byte order of the view', () => {
    const views: readonly (readonly [TextView, readonly number[]])[] = [
      [utf8, [0xef, 0xbb, 0xbf, 104, 0xc3, 0xbc]],
      [{ encoding: 'utf16', byteOrder: 'little' }, [0xff, 0xfe, 104, 0, 0xfc, 0]],
      [{ encoding: 'utf16', byteOrder: 'big' }, [0xfe, 0xff, 0, 104, 0, 0xfc]],
    ];
    for (const [view, bytes] of views) {
      assert.equal(formatBytes(Uint8Array.from(bytes), 'text', view), '\ufeffhü');
      assert.deepEqual([...encodeText('\ufeffhü', view)], bytes);
    }
    assert.equal(formatBytes(Uint8Array.of(104, 0xc3, 0xbc), 'text', { ...utf8, encoding: 'ascii' }), 'h\ufffd\ufffd');
    assert.equal(formatBytes(Uint8Array.of(104, 0, 1), 'text', { encoding: 'utf16', byteOrder: 'little' }), 'h\ufffd');
  });

  it('makes a pattern of bytes or of a number in the byte order', () => {
    assert.deepEqual([...patternOf('de ad', 'hex', 'little')], [0xde, 0xad]);
    assert.deepEqual([...patternOf('258', 'u16', 'big')], [1, 2]);
    assert.deepEqual([...patternOf('258', 'u16', 'little')], [2, 1]);
    assert.deepEqual([...patternOf('-1.5', 'f32', 'big')], [0xbf, 0xc0, 0, 0]);
    assert.throws(() => patternOf('d?', 'hex', 'little'), /no "\?"/);
    assert.throws(() => patternOf('300', 'u8', 'little'), /0 to 255/);
  });
});
