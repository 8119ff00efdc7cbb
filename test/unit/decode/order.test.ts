import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { encodeLeaf } from '../../../src/decode/encode.ts';
import { decodeAs, encodeAs } from '../../../src/decode/formatted.ts';
import { decodeLeaf } from '../../../src/decode/leaf.ts';
import { decodeValue } from '../../../src/decode/value.ts';
import { decodeBytes, rawIn } from '../../../webview/fields/value.ts';
import { keysOf } from '../../../webview/table/keys.ts';
import { array, DOUBLE, INT, struct, UINT16 } from './layouts.ts';

const big = (type: TypeLayout): TypeLayout => ({ ...type, byteOrder: 'big' });
const little = (type: TypeLayout): TypeLayout => ({ ...type, byteOrder: 'little' });
const BYTES = Uint8Array.of(0x3f, 0xf8, 0, 0, 0, 0, 0, 1);
const VIEW = new DataView(BYTES.buffer);

describe("a type's own byte order", () => {
  it('goes before the one that is asked for, in reading', () => {
    for (const littleEndian of [true, false]) {
      assert.equal(decodeLeaf(VIEW, 4, big(INT), { littleEndian }).value, 1);
      assert.equal(decodeLeaf(VIEW, 4, little(INT), { littleEndian }).value, 0x01000000);
      assert.equal(decodeLeaf(VIEW, 0, big(DOUBLE), { littleEndian }).value, 1.5 + 2 ** -52);
      assert.equal(decodeLeaf(VIEW, 0, big(UINT16), { littleEndian, bitOffset: 4, bitWidth: 8 }).value, 0xff);
      assert.equal(decodeAs('hex', VIEW, 0, big(UINT16), { littleEndian, offset: 0 }).text, '0x3ff8');
      assert.equal(decodeAs('ipv4', VIEW, 4, big(INT), { littleEndian, offset: 0 }).text, '0.0.0.1');
    }
  });

  it('goes before it in a whole type, and leaves its neighbours', () => {
    const type = struct('t', 6, [
      { name: 'own', offset: 0, type: array(big(UINT16), 1) },
      { name: 'asked', offset: 4, type: UINT16 },
    ]);
    const values = (['little', 'big'] as const).map((byteOrder) => {
      const bytes = Uint8Array.of(1, 2, 0, 0, 1, 2);
      const { children } = decodeValue({ offset: 0, bytes, size: 6 }, type, 0, { byteOrder });
      return [children?.[0]?.children?.[0]?.value, children?.[1]?.value];
    });
    assert.deepEqual(values, [
      [0x0102, 0x0201],
      [0x0102, 0x0102],
    ]);
  });

  it('goes before it in what is typed in', () => {
    for (const littleEndian of [true, false]) {
      assert.deepEqual([...encodeLeaf('1', big(INT), { littleEndian }).bytes], [0, 0, 0, 1]);
      assert.deepEqual([...encodeLeaf('1.5', big(DOUBLE), { littleEndian }).bytes], [0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
      assert.deepEqual([...encodeAs('ipv4', '10.0.0.1', big(INT), { littleEndian, offset: 0 }).bytes], [10, 0, 0, 1]);
      assert.deepEqual([...encodeAs('ipv4', '10.0.0.1', little(INT), { littleEndian, offset: 0 }).bytes], [1, 0, 0, 10]);
    }
  });

  it("goes before the page's switch", () => {
    const row = { path: 'x', offset: 4, size: 4, type: big(INT) };
    for (const byteOrder of ['little', 'big'] as const) {
      assert.equal(decodeBytes(row, 'default', BYTES.subarray(4), byteOrder).text, '1');
      assert.equal(rawIn(row, BYTES.subarray(4), byteOrder), 1n);
    }
  });

  it("sorts a table's columns", () => {
    const bytes = new DataView(Uint8Array.of(1, 0, 0, 2).buffer);
    const column = { path: 'x', name: 'x', offset: 0, size: 2, type: big(UINT16) };
    const keys = keysOf(column, 'default', 2, true);
    keys.take(bytes, 0, 0);
    keys.take(bytes, 2, 1);
    assert.ok(keys.ascending(1, 0) < 0, '0x0002 comes before 0x0100');
  });
});
