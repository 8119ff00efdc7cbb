import assert from 'node:assert/strict';
import type { TypeLayout } from '../../../api.d.ts';
import { FieldTree } from '../../../src/decode/tree.ts';
import { markOf } from '../../../webview/fields/marks.ts';
import { RowReader } from '../../../webview/fields/reading.ts';
import { FADE } from '../../../webview/state/changes.ts';
import { Store } from '../../../webview/state/store.ts';
import * as types from '../decode/layouts.ts';
import { layout } from '../decode/layouts.ts';

const FLAGS: TypeLayout = layout('struct flags', 'struct', 4, {
  fields: [
    { name: 'ready', offset: 0, type: types.INT, bitOffset: 0, bitWidth: 3 },
    { name: 'level', offset: 0, type: types.INT, bitOffset: 3, bitWidth: 7 },
    { name: 'mode', offset: 0, type: types.INT, bitOffset: 10, bitWidth: 6 },
  ],
});

describe('marks of bit-fields', () => {
  /** A store that held `first`, and then `second`; what is marked of each field a long time after. */
  function marks(mode: string, first: readonly number[], second: readonly number[]): string {
    const store = new Store();
    const tree = new FieldTree(FLAGS, 0, 4);
    const reader = new RowReader(store, () => undefined);
    const rows = ['ready', 'level', 'mode'].map((path) => tree.find(path) ?? assert.fail(path));
    const read = (now: number) => rows.map((row) => reader.read(row, false, true, now));
    const take = (bytes: readonly number[], now: number): void =>
      store.setFrame({ time: 0, size: 4, torn: [], unheld: [], ranges: [{ offset: 0, bytes: Uint8Array.from(bytes) }] }, now);
    store.setBaseline(mode);
    store.setBaselineBytes({ ranges: [{ offset: 0, bytes: Uint8Array.from(first) }], of: 'looked', size: 4 });
    take(first, 0);
    read(0);
    take(second, 10);
    read(10);
    take(second, 10 + 2 * FADE);
    const steps = read(10 + 2 * FADE).map(({ step }) => step);
    if (mode !== 'frame') assert.deepEqual(steps, rows.map((row) => markOf(row, store, 0))); // prettier-ignore
    return rows.flatMap(({ path }, i) => (steps[i] ? path : [])).join(' ');
  }

  it('stay against a baseline where their own bits differ, and never for those of a neighbour', () => {
    assert.equal(marks('looked', [0, 0, 0, 0], [0x08, 0, 0, 0]), 'level');
    assert.equal(marks('looked', [0, 0, 0, 0], [0x07, 0, 0, 0]), 'ready');
    assert.equal(marks('looked', [0, 0, 0, 0], [0, 0x06, 0, 0]), 'level mode');
    assert.equal(marks('looked', [0, 0, 0, 0], [0, 0, 9, 0]), '', 'bits that no field has');
    assert.equal(marks('looked', [1, 2, 3, 4], [1, 2, 3, 4]), '');
  });

  it('fade against the frame before', () => {
    assert.equal(marks('frame', [0, 0, 0, 0], [0xff, 0xff, 0, 0]), '');
  });
});
