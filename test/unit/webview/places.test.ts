import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { fieldAt, leavesIn, leafText } from '../../../webview/drawer/places.ts';
import { rowsOf } from '../../../webview/snapshots/differences.ts';
import { million, marketRing } from '../../page/layouts.ts';

const market = { type: marketRing, offset: 0 };
const rows = (layout: TypeLayout | undefined, start: number, end: number, size = 65536) =>
  leavesIn(layout && { type: layout, offset: 0 }, start, end, size).map((leaf) => [leaf.path, leaf.offset, leaf.size]);

describe('places in a type', () => {
  it('names the innermost field that holds a byte', () => {
    assert.equal(fieldAt(market, 0x31, 65536), 'seq');
    assert.equal(fieldAt(market, 0x60 + 48 * 3 + 17, 65536), 'orders[3].price');
    assert.equal(fieldAt(market, 0x42, 65536), 'symbol');
    assert.equal(fieldAt(market, 60000, 65536), undefined);
    assert.equal(fieldAt(undefined, 0, 65536), undefined);
  });

  it('stands where the type stands', () => {
    const later = { type: marketRing, offset: 0x1000 };
    assert.equal(fieldAt(later, 0x1031, 65536), 'seq');
    assert.equal(fieldAt(later, 0x31, 65536), undefined);
    assert.deepEqual(
      leavesIn(later, 0xffe, 0x1004, 65536).map((leaf) => [leaf.path, leaf.offset, leaf.size]),
      [
        ['', 0xffe, 2],
        ['magic', 0x1000, 4],
      ],
    );
  });

  it('gives the values that a range touches, each once and whole', () => {
    assert.deepEqual(rows(marketRing, 0x37, 0x3d), [
      ['seq', 0x30, 8],
      ['head', 0x38, 4],
      ['tail', 0x3c, 4],
    ]);
    assert.deepEqual(rows(marketRing, 0x60 + 47, 0x60 + 49), [
      ['orders[0].note', 0x60 + 28, 20],
      ['orders[1].id', 0x60 + 48, 8],
    ]);
  });

  it('gives all bit-fields of a byte', () => {
    assert.deepEqual(
      rows(marketRing, 8, 9).map(([path]) => path),
      ['flags.ready', 'flags.level', 'flags.mode'],
    );
  });

  it('gives bytes of no field in rows of at most 16', () => {
    assert.deepEqual(rows(marketRing, 0x0c, 0x31), [
      ['', 0x0c, 4],
      ['', 0x10, 16],
      ['', 0x20, 16],
      ['seq', 0x30, 8],
    ]);
    assert.deepEqual(rows(undefined, 3, 5), [['', 3, 2]]);
  });

  it('finds its way into a million elements without going through them, and stops at a limit', () => {
    assert.deepEqual(rows(million, 8 + 8 * 999_999, 8 + 8 * 999_999 + 1, 8_000_016), [['samples[999999]', 8_000_000, 8]]);
    assert.equal(leavesIn({ type: million, offset: 0 }, 0, 8_000_008, 8_000_016, 50).length, 50);
  });

  it('makes one row of two differences within one value, and says where there are too many', () => {
    const found = rowsOf(Float64Array.of(0x30, 0x31, 0x33, 0x34), market, 65536);
    assert.deepEqual(
      found.rows.map((row) => row.path),
      ['seq'],
    );
    assert.equal(rowsOf(Float64Array.of(0, 8_000_008), { type: million, offset: 0 }, 8_000_016).complete, false);
  });

  it('writes a value by its type, and bytes where there is none', () => {
    const [seq] = leavesIn(market, 0x30, 0x31, 65536);
    assert.ok(seq);
    assert.equal(leafText(seq, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), true), '1');
    assert.equal(leafText(seq, Uint8Array.of(1, 0), true), '01 00');
    assert.equal(leafText({ path: '', offset: 0, size: 2 }, Uint8Array.of(222, 173), true), 'de ad');
    assert.equal(leafText(seq, undefined, true), '');
  });
});
