import assert from 'node:assert/strict';
import type { MapperInfo } from '../../../src/protocol/messages.ts';
import { basesOf } from '../../../webview/bytes/addresses.ts';
import { fittingColumns, geometryOf, hitAt } from '../../../webview/bytes/geometry.ts';
import { DEFAULT_LOOK, readLook } from '../../../webview/bytes/look.ts';
import { moveBy } from '../../../webview/bytes/keys.ts';
import { Mark, RowState, groupCode } from '../../../webview/bytes/rowState.ts';
import { fillText, newText } from '../../../webview/bytes/text.ts';
import { charsOf, parseValue, valueText, type Shape } from '../../../webview/bytes/values.ts';
import { CONTEXT, PAST, fillWindow, newWindow, type ByteWindow } from '../../../webview/bytes/window.ts';
import { MISSING, Snapshot } from '../../../webview/state/snapshot.ts';
import { Store } from '../../../webview/state/store.ts';

const KINDS = ['hex', 'unsigned', 'signed', 'binary'] as const;
const SHAPES: readonly Shape[] = [1, 2, 4, 8].flatMap((size) =>
  [true, false].flatMap((littleEndian) => [
    ...KINDS.map((kind): Shape => ({ size, kind, littleEndian })),
    ...(size >= 4 ? [{ size, kind: 'float', littleEndian } as const] : []),
  ]),
);
const windowOf = (bytes: ArrayLike<number>): Int16Array => {
  const window = newWindow(bytes.length);
  window.set(Array.from(bytes), CONTEXT);
  return window;
};
/** The same by other means: Buffer's own readers. */
function oracle(bytes: Buffer, { size, kind, littleEndian: little }: Shape): string {
  if (kind === 'float') {
    const value =
      size === 4 ? (little ? bytes.readFloatLE() : bytes.readFloatBE()) : little ? bytes.readDoubleLE() : bytes.readDoubleBE();
    return String(value);
  }
  const raw = BigInt(`0x${(little ? Buffer.from(bytes).reverse() : bytes).toString('hex')}`);
  if (kind === 'hex') return raw.toString(16).padStart(size * 2, '0');
  if (kind === 'binary') return raw.toString(2).padStart(size * 8, '0');
  return String(kind === 'signed' ? BigInt.asIntN(size * 8, raw) : raw);
}
let seed = 4;
const random = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 24;

describe('values', () => {
  it('are what other readers say, in each size, kind and byte order, and fit their column', () => {
    for (const shape of SHAPES)
      for (let i = 0; i < 200; i++) {
        const bytes = Buffer.from(Array.from({ length: shape.size }, i === 0 ? () => 255 : i === 1 ? () => 0 : random));
        const text = valueText(windowOf(bytes), 0, shape);
        assert.ok(text.length <= charsOf(shape), `${text} in ${charsOf(shape)}`);
        const expected = oracle(bytes, shape);
        if (shape.kind !== 'float') assert.equal(text, expected);
        else if (expected === 'NaN') assert.equal(text, 'nan');
        else assert.equal(Math.fround(Number(text.replace('inf', 'Infinity'))), Math.fround(Number(expected)));
        if (text !== 'nan') assert.deepEqual([...parseValue(text, shape)], [...bytes], `${shape.kind} ${text} goes back`);
      }
  });

  it('pretend nothing: no value without all bytes, and only the digits that are there at the end', () => {
    const shape: Shape = { size: 4, kind: 'hex', littleEndian: true };
    assert.equal(valueText(windowOf([1, 2, MISSING, 4]), 0, shape), '');
    assert.equal(valueText(windowOf([0xaa, 0xbb, PAST, PAST]), 0, shape), '    bbaa');
    assert.equal(valueText(windowOf([0xaa, 0xbb, PAST, PAST]), 0, { ...shape, littleEndian: false }), 'aabb    ');
    assert.equal(valueText(windowOf([0xaa, 0xbb, PAST, PAST]), 0, { ...shape, kind: 'signed' }), '–');
  });

  it('that do not fit, or are none, are refused with the range', () => {
    const wrong: readonly (readonly [string, Shape['kind'], number, RegExp])[] = [
      ['256', 'unsigned', 1, /256 does not fit u8 \(0 to 255\)/],
      ['-1', 'unsigned', 2, /does not fit u16 \(0 to 65535\)/],
      ['40000', 'signed', 2, /does not fit i16 \(-32768 to 32767\)/],
      ['18446744073709551616', 'unsigned', 8, /does not fit u64/],
      ['12345', 'hex', 2, /does not fit u16/],
      ['xyz', 'hex', 2, /hexadecimal digits/],
      ['102', 'binary', 1, /0 and 1/],
      ['1e99', 'float', 4, /too large/],
      ['', 'float', 8, /no value/],
      ["'a'", 'unsigned', 1, /Write a number/],
    ];
    for (const [text, kind, size, message] of wrong)
      assert.throws(() => parseValue(text, { size, kind, littleEndian: true }), message, text);
    assert.deepEqual([...parseValue('0042', { size: 2, kind: 'unsigned', littleEndian: false })], [0, 42], 'not octal');
  });
});

describe('UTF-16 text', () => {
  const cellsOf = (window: ByteWindow, littleEndian: boolean): readonly string[] => {
    const cells = newText(16);
    fillText(cells, window, { encoding: 'utf16', littleEndian });
    return cells;
  };
  const bytesOf = (text: string, littleEndian: boolean): number[] => {
    const bytes = Buffer.from(text, 'utf16le');
    return [...(littleEndian ? bytes : bytes.swap16())];
  };

  it('reads in either byte order, each character over its bytes', () => {
    for (const little of [true, false]) {
      const row = cellsOf(windowOf(bytesOf('Aé中😀\u0007z!', little)), little);
      assert.deepEqual(row, ['A', '', 'é', '', '中', '', '😀', '', '', '', '·', '', 'z', '', '!', '']);
    }
  });

  it('draws a pair that crosses rows once, and a lone surrogate as a dot', () => {
    const all = Uint8Array.from(bytesOf('1234567😀abcdef\ud83d', true));
    const snapshot = new Snapshot({ time: 0, torn: [], size: all.length, unheld: [], ranges: [{ offset: 0, bytes: all }] });
    const row = (start: number): string => {
      const window = newWindow(16);
      fillWindow(window, snapshot, start, all.length);
      return cellsOf(window, true).join('');
    };
    assert.deepEqual([row(0), row(16)], ['1234567😀', 'abcdef·']);
  });
});

describe('the place of a byte', () => {
  it('is hit where it stands, for each size and number of columns', () => {
    for (const shape of SHAPES)
      for (const columns of [8, 16, 32]) {
        const geometry = geometryOf(columns, shape, 8);
        geometry.valueAt.forEach((at, group) => {
          for (const within of [0, geometry.chars / 2, geometry.chars - 0.1])
            assert.deepEqual(hitAt(geometry, at + within), { column: group * shape.size, inText: false });
        });
        for (let column = 0; column < columns; column++)
          assert.deepEqual(hitAt(geometry, geometry.textAt + column + 0.5), { column, inText: true });
        assert.equal(hitAt(geometry, 3), undefined);
        assert.equal(hitAt(geometry, geometry.total + 1), undefined);
      }
  });

  it('leaves as many columns as fit', () => {
    const shape: Shape = { size: 1, kind: 'hex', littleEndian: true };
    for (const room of [0, 40, 76, 77, 120, 1000]) {
      const columns = fittingColumns(room, shape, 8);
      assert.ok(columns === 4 || geometryOf(columns, shape, 8).total <= room);
      assert.ok(columns === 64 || geometryOf(columns + 4, shape, 8).total > room);
    }
  });
});

describe('moveBy in groups', () => {
  const walk = { size: 100, page: 3, columns: 16, unit: 8 };
  it('goes from group to group, and to the first whole one from inside', () => {
    assert.equal(moveBy('ArrowRight', false, 3, walk), 8);
    assert.equal(moveBy('ArrowLeft', false, 3, walk), 0);
    assert.equal(moveBy('End', true, 3, walk), 96);
    assert.equal(moveBy('End', false, 17, walk), 24);
    assert.equal(moveBy('PageDown', false, 0, { ...walk, columns: 32 }), 96);
  });
});

describe('addresses', () => {
  const mapper = (pid: number, address: string, offset: number, length: number): MapperInfo => ({
    pid, address, offset, length, process: 'p', protection: 'rw-', shared: true,
  }); // prettier-ignore
  it('are counted from each base of a mapper, and only within its mappings', () => {
    const bases = basesOf([
      mapper(1, '0x7f0000000000', 0, 4096),
      mapper(1, '0x7f0000001000', 4096, 4096),
      mapper(1, '0x1000', 4096, 4096),
      mapper(2, 'garbage', 0, 4096),
      mapper(3, '0xfffffffffffff000', 0, 4096),
    ]);
    assert.deepEqual(
      bases.map(({ key }) => key),
      ['1:7f0000000000', '1:0', '3:fffffffffffff000'],
    );
    assert.equal(bases[0]?.at(8191), 0x7f0000001fffn);
    assert.equal(bases[0]?.at(8192), undefined);
    assert.equal(bases[1]?.at(0), undefined);
    assert.equal(bases[1]?.at(4100), 0x1004n);
  });
});

describe('RowState', () => {
  it('tells how many bytes look different, and marks a group by any of its bytes', () => {
    const store = new Store();
    const bytes = Uint8Array.from({ length: 40 }, (_, index) => index);
    store.setFrame({ time: 0, torn: [], size: 40, unheld: [[8, 16]], ranges: [{ offset: 0, bytes }] }, 0);
    store.select({ start: 5, end: 7, caret: 5 });
    const [before, after] = [new RowState(16), new RowState(16)];
    before.read(store, 0, 0, undefined);
    after.read(store, 0, 0, undefined);
    assert.ok(before.equals(after));
    store.setFrame({ time: 0, torn: [], size: 40, unheld: [[8, 16]], ranges: [{ offset: 0, bytes: bytes.with(2, 99) }] }, 10);
    after.read(store, 0, 10, undefined);
    assert.equal(before.differences(after), 1);
    const geometry = geometryOf(16, { size: 4, kind: 'hex', littleEndian: true }, 8);
    assert.equal(groupCode(after, 1, geometry), Mark.selected | Mark.caret);
    assert.equal(groupCode(after, 2, geometry), Mark.unheld);
    assert.equal(after.isHole, false);
    after.read(store, 32, 10, undefined);
    assert.deepEqual([after.byte(7), after.byte(8)], [39, PAST]);
  });
});

describe('readLook', () => {
  it('takes back what was saved, and the default for each part that is damaged', () => {
    const saved = { columns: 'auto', group: 'f64', format: 'binary', addresses: '1:7f00' };
    assert.deepEqual(readLook(saved), saved);
    for (const wrong of [null, 7, { columns: 3, group: 1, format: 'octal', addresses: 5 }])
      assert.deepEqual(readLook(wrong), DEFAULT_LOOK);
  });
});
