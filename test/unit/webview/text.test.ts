import assert from 'node:assert/strict';
import { moveBy } from '../../../webview/bytes/keys.ts';
import { Snapshot } from '../../../webview/state/snapshot.ts';
import { fillText, newText } from '../../../webview/bytes/text.ts';
import { fillWindow, newWindow } from '../../../webview/bytes/window.ts';
import { inspect } from '../../../webview/footer/inspect.ts';
import { formatSize } from '../../../webview/format.ts';
import { offsetOf } from '../../../webview/typeEditor/position.ts';

const shot = (offset: number, bytes: Uint8Array): Snapshot =>
  new Snapshot({ time: 0, torn: [], size: offset + bytes.length, unheld: [], ranges: [{ offset, bytes }] });
const cellsOf = (
  snapshot: Snapshot | undefined,
  start: number,
  encoding: 'utf8' | 'ascii' | 'utf16',
  littleEndian = true,
): readonly string[] => {
  const window = newWindow(16);
  fillWindow(window, snapshot, start, snapshot?.size ?? 1000);
  const cells = newText(16);
  cells.fill('from the row before');
  fillText(cells, window, { encoding, littleEndian });
  return cells;
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('fillText', () => {
  const bytes = (...parts: (string | number)[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...utf8(part)])));
  /** Of the row that begins at `start`, as far as there are bytes. */
  const known = (all: Uint8Array, start = 0, encoding: 'utf8' | 'ascii' = 'utf8'): readonly string[] =>
    cellsOf(shot(0, all), start, encoding).slice(0, all.length - start);

  it('draws a character that crosses rows once, where it begins', () => {
    const snapshot = shot(0, utf8('一二三四五六七八九十'));
    const first = ['一', '', '', '二', '', '', '三', '', '', '四', '', '', '五', '', '', '六'];
    const second = ['', '', '七', '', '', '八', '', '', '九', '', '', '十', '', '', '', ''];
    assert.deepEqual(cellsOf(snapshot, 0, 'utf8'), first);
    assert.deepEqual(cellsOf(snapshot, 16, 'utf8'), second);
  });

  it('draws a character at its first byte', () => {
    assert.deepEqual(known(bytes('a你é')), ['a', '你', '', '', 'é', '']);
    assert.deepEqual(known(bytes('🙂!')), ['🙂', '', '', '', '!']);
    assert.deepEqual(known(bytes('·!')), ['·', '', '!'], 'also where it looks like what stands for none');
  });

  it('draws a dot for controls and for what is no UTF-8', () => {
    const wrong = bytes(0, 0x80, 'x', 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xe4, 0xbd);
    assert.deepEqual(known(wrong), ['·', '·', 'x', '·', '·', '·', '·', '·', '·', '·']);
    assert.deepEqual(known(bytes('a\u0085b\u200bc')), ['a', '·', '·', 'b', '·', '·', '·', 'c'], 'of several bytes too');
    assert.equal(known(bytes('\u200b'.repeat(6)), 16).join(''), '··', 'one that begins in the row above too');
  });

  it('knows what reaches into a row only by the bytes before it', () => {
    const text = bytes('aaaaaaaaaaaaabc你d');
    assert.deepEqual(known(text, 16), ['', '', 'd']);
    assert.deepEqual(cellsOf(shot(16, text.subarray(16)), 16, 'utf8').slice(0, 3), ['·', '·', 'd']);
  });

  it('draws ASCII alone', () => assert.deepEqual(known(bytes('a你', 0x7f), 0, 'ascii'), ['a', '·', '·', '·', '·']));

  it('shows bytes that are no text as dots, and those it does not have as nothing', () => {
    const cells = cellsOf(shot(32, Uint8Array.of(0x41, 0xff, 0x0a)), 32, 'utf8');
    assert.deepEqual(cells.slice(0, 4), ['A', '·', '·', '']);
    assert.equal(cellsOf(undefined, 0, 'ascii').join(''), '');
  });
});

describe('moveBy', () => {
  const size = 64 * 2 ** 30;
  const walk = { size, page: 40, columns: 16, unit: 1 };
  it('is exact at the end of 64 GiB', () => {
    assert.equal(moveBy('End', true, 5, walk), size - 1);
    assert.equal(moveBy('ArrowRight', false, size - 1, walk), size - 1);
    assert.equal(moveBy('Home', false, size - 1, walk), size - 16);
    assert.equal(moveBy('PageUp', false, size - 1, walk), size - 1 - 640);
  });
  it('stays in the column at the top, and knows no other key', () => {
    assert.equal(moveBy('PageUp', false, 21, walk), 5);
    assert.equal(moveBy('a', false, 21, walk), undefined);
  });
});

describe('offsetOf', () => {
  it('finds line and column, within the text', () => {
    assert.equal(offsetOf('ab\ncd', '2:2: no'), 4);
    assert.equal(offsetOf('ab\ncd', '9:9: no'), 5);
    assert.equal(offsetOf('ab', 'no place'), undefined);
  });
});

describe('inspect and formatSize', () => {
  it('read in the byte order that was chosen, and only what is there', () => {
    assert.equal(inspect(shot(0, Uint8Array.of(1, 2)), 0, 'big'), 'u8 1 · i16 258');
    assert.equal(inspect(shot(0, Uint8Array.of(1, 2)), 0, 'little'), 'u8 1 · i16 513');
    assert.equal(inspect(undefined, 0, 'little'), '');
  });
  it('writes sizes for people', () =>
    assert.deepEqual([36, 65536, 7_969_178, 2 ** 36].map(formatSize), ['36 B', '64 KiB', '7.6 MiB', '64 GiB']));
});
