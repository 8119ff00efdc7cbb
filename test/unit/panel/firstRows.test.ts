import assert from 'node:assert/strict';
import { firstRows } from '../../../src/panel/firstRows.ts';
import type { Frame } from '../../../src/protocol/messages.ts';
import { geometryOf } from '../../../webview/bytes/geometry.ts';
import { shapeOf } from '../../../webview/bytes/values.ts';
import { DEFAULT_LOOK } from '../../../webview/bytes/look.ts';

const frame = (bytes: Uint8Array, size = bytes.length, unheld: Frame['unheld'] = []): Frame => ({
  time: 0,
  size,
  ranges: [{ offset: 0, bytes }],
  unheld,
  torn: [],
});
const text = (html: string): string[] =>
  html
    .replace(/<span class="head">.*?<\/span>/, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .split('\n');

describe('the first rows of a page', () => {
  it('stand where the canvas has them', () => {
    for (const size of [2048, 2 ** 32, 2 ** 36, Number.MAX_SAFE_INTEGER]) {
      const digits = Math.max(8, (size - 1).toString(16).length);
      const { total, textAt, valueAt } = geometryOf(16, shapeOf(DEFAULT_LOOK, true), digits);
      const rows = firstRows(
        frame(
          Uint8Array.from({ length: 2048 }, (_, at) => at & 255),
          size,
        ),
      );
      assert.equal(rows.total, total);
      const [, , , , line = ''] = text(rows.html);
      assert.equal(line.length, total);
      assert.equal(line.slice(textAt), '@ABCDEFGHIJKLMNO');
      assert.deepEqual(valueAt.map((at) => line.slice(at, at + 2)), Array.from({ length: 16 }, (_, at) => (0x40 + at).toString(16))); // prettier-ignore
    }
  });

  it('make no markup of bytes', () => {
    const bytes = Buffer.from('<img src=x onerror=alert(1)>&lt;</pre><script>');
    const { html } = firstRows(frame(bytes));
    assert.deepEqual(new Set(html.match(/<\/?[a-z]+/g)), new Set(['<span', '</span', '<b', '</b']));
    assert.match(text(html)[0] ?? '', / {2}<img src=x onerr$/);
    assert.match(text(html)[1] ?? '', / {2}or=alert\(1\)>&lt;$/);
  });

  it('end before memory that is not held, and with the segment', () => {
    const rows = (...given: Parameters<typeof frame>): number => text(firstRows(frame(...given)).html).filter(Boolean).length;
    assert.equal(rows(new Uint8Array(2048), 4096, [[40, 100]]), 2);
    assert.equal(rows(new Uint8Array(2048), 4096, [[0, 4096]]), 0);
    assert.equal(rows(new Uint8Array(36)), 3);
    assert.match(text(firstRows(frame(new Uint8Array(36))).html)[2] ?? '', /^00000020 {2}00 00 00 00 +····$/);
    assert.equal(rows(new Uint8Array(0)), 0);
    assert.equal(firstRows(undefined).html.includes('\n'), false);
  });
});
