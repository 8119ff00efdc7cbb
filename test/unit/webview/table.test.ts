import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import type { FormatName } from '../../../src/decode/format.ts';
import { atomicWrite } from '../../../webview/edit/expected.ts';
import { columnsOf, type Column } from '../../../webview/table/columns.ts';
import { sortArray, type Read } from '../../../webview/table/sort.ts';
import * as types from '../decode/layouts.ts';
import { array, layout } from '../decode/layouts.ts';

/** Reads from `bytes`, as the panel answers. */
function readerOf(bytes: Uint8Array, onRead: () => void = () => undefined): { read: Read; reads: number[] } {
  const reads: number[] = [];
  const read: Read = (offset, length) => {
    reads.push(length);
    onRead();
    return Promise.resolve({ bytes: bytes.slice(offset, offset + length), size: bytes.length });
  };
  return { read, reads };
}

const ELEMENT: TypeLayout = layout('struct e', 'struct', 40, {
  fields: [
    { name: 'wide', offset: 0, type: types.INT64 },
    { name: 'real', offset: 8, type: types.DOUBLE },
    { name: 'small', offset: 16, type: types.INT },
    { name: 'inner', offset: 20, type: layout('struct i', 'struct', 4, { fields: [{ name: 'bits', offset: 0, type: types.INT, bitOffset: 3, bitWidth: 5 }] }) },
    { name: 'name', offset: 24, type: array(types.CHAR, 8) },
    { name: 'big', offset: 32, type: types.UINT64 },
  ],
}); // prettier-ignore

const COUNT = 60_000;

function data(): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(8 + COUNT * 40);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < COUNT; index++) {
    const at = 8 + index * 40;
    const mixed = Math.imul(index + 1, 2654435761) >>> 0;
    // Neighbours that a double cannot tell apart, and ties.
    view.setBigInt64(at, (BigInt(mixed | 0) << 30n) | BigInt(index % 4), true);
    view.setFloat64(at + 8, index % 97 === 3 ? NaN : index % 89 === 1 ? -0 : ((mixed % 2000) - 1000) / 8, true);
    view.setInt32(at + 16, mixed | 0, true);
    view.setInt32(at + 20, mixed >>> 7, true);
    for (const [place, character] of [...(mixed % 5000).toString(36)].entries()) bytes[at + 24 + place] = character.charCodeAt(0);
    view.setBigUint64(at + 32, (BigInt(mixed) << 32n) | BigInt(mixed), true);
  }
  return { bytes, view };
}

const column = (path: string): Column => {
  const found = columnsOf(ELEMENT).find((one) => one.path === path);
  assert.ok(found, path);
  return found;
};

const sort = (
  bytes: Uint8Array,
  path: string,
  descending: boolean,
  format: FormatName = 'default',
  signal = new AbortController().signal,
) =>
  sortArray(
    readerOf(bytes).read,
    { offset: 8, count: COUNT, stride: 40 },
    { column: column(path), format, descending, littleEndian: true },
    { signal, onProgress: () => undefined },
  );

/** Every index once, in the order of `key`; equals by index, NaN at the end. */
function expected(key: (index: number) => bigint | number | string, descending: boolean): number[] {
  const isNaN = (value: unknown): boolean => typeof value === 'number' && Number.isNaN(value);
  const keys = Array.from({ length: COUNT }, (_, index) => key(index));
  return keys
    .map((_, index) => index)
    .sort((a, b) => {
      const [left = 0, right = 0] = [keys[a], keys[b]];
      if (isNaN(left) || isNaN(right)) return Number(isNaN(left)) - Number(isNaN(right)) || a - b;
      const order = left < right ? -1 : left > right ? 1 : 0;
      return (descending ? -order : order) || a - b;
    });
}

describe('sorting an array', () => {
  const { bytes, view } = data();
  const at = (index: number): number => 8 + index * 40;
  const keys: Readonly<Record<string, (index: number) => bigint | number | string>> = {
    wide: (index) => view.getBigInt64(at(index), true),
    real: (index) => view.getFloat64(at(index) + 8, true),
    small: (index) => view.getInt32(at(index) + 16, true),
    'inner.bits': (index) => Number(BigInt.asIntN(5, BigInt(view.getInt32(at(index) + 20, true) >> 3))),
    name: (index) => {
      const text = Buffer.from(bytes.subarray(at(index) + 24, at(index) + 32)).toString('latin1');
      return text.slice(0, text.indexOf('\0'));
    },
    big: (index) => view.getBigUint64(at(index) + 32, true),
  };

  for (const [path, key] of Object.entries(keys)) {
    it(`by ${path} is exact and stable, in both directions`, async () => {
      for (const descending of [false, true]) {
        const { order } = await sort(bytes, path, descending);
        assert.deepEqual([...order], expected(key, descending), `descending ${descending}`);
      }
    });
  }

  it('reads in pieces that the protocol allows, and what is there where the segment ends before the array', async () => {
    const { read, reads } = readerOf(bytes.subarray(0, 8 + 1000 * 40 + 13));
    const ask = { column: column('small'), format: 'default', descending: false, littleEndian: true } as const;
    const running = { signal: new AbortController().signal, onProgress: () => undefined };
    const { order } = await sortArray(read, { offset: 8, count: COUNT, stride: 40 }, ask, running);
    assert.equal(order.length, 1000);
    assert.ok(reads.every((length) => length <= 1024 * 1024));
  });

  it('ends when it is cancelled, and refuses what is too large', async () => {
    const cancel = new AbortController();
    const { read, reads } = readerOf(bytes, () => cancel.abort());
    const ask = { column: column('small'), format: 'default', descending: false, littleEndian: true } as const;
    const running = { signal: cancel.signal, onProgress: () => undefined };
    await assert.rejects(sortArray(read, { offset: 8, count: COUNT, stride: 40 }, ask, running), { name: 'AbortError' });
    assert.equal(reads.length, 1);
    await assert.rejects(sortArray(read, { offset: 0, count: 2 ** 30, stride: 40 }, ask, running), /at most 128 MiB/);
  });

  it('gives the thread back while it works', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    try {
      await sort(bytes, 'wide', false);
    } finally {
      clearInterval(timer);
    }
    assert.ok(turns > 0);
  });
});

describe('a careful write', () => {
  const bytes = (count: number) => new Uint8Array(count).fill(0xab);

  it('is one aligned word, or none', () => {
    assert.deepEqual(atomicWrite(8, { bytes: bytes(4) }, 100), { offset: 8, bytes: bytes(4) });
    assert.equal(atomicWrite(6, { bytes: bytes(4) }, 100), undefined);
    assert.equal(atomicWrite(8, { bytes: bytes(3) }, 100), undefined);
    assert.equal(atomicWrite(8, { bytes: bytes(16) }, 100), undefined);
  });

  it('widens a bit-field to the word around it and spares the other bits', () => {
    const write = atomicWrite(9, { bytes: Uint8Array.of(1, 2, 3), mask: Uint8Array.of(0xf0, 0xff, 0x0f) }, 100);
    assert.deepEqual(write, { offset: 8, bytes: Uint8Array.of(0, 1, 2, 3), mask: Uint8Array.of(0, 0xf0, 0xff, 0x0f) });
    assert.equal(atomicWrite(6, { bytes: bytes(3), mask: bytes(3) }, 100), undefined, 'no word of eight holds 6 to 8');
    assert.equal(atomicWrite(9, { bytes: bytes(3), mask: bytes(3) }, 11), undefined, 'the word would end past the segment');
  });
});
