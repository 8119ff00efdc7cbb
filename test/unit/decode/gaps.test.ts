import assert from 'node:assert/strict';
import type { FieldLayout, TypeLayout } from '../../../api.d.ts';
import { membersOf, partHolding } from '../../../src/decode/members.ts';
import { FieldTree } from '../../../src/decode/tree.ts';
import * as types from './layouts.ts';
import { array, layout } from './layouts.ts';

const struct = (size: number, fields: readonly FieldLayout[], kind: 'struct' | 'union' = 'struct'): TypeLayout =>
  layout('struct s', kind, size, { fields });
const field = (name: string, offset: number, type: TypeLayout): FieldLayout => ({ name, offset, type });
const bits = (name: string, bitOffset: number, bitWidth: number): FieldLayout => ({
  name, offset: 0, type: types.INT, bitOffset, bitWidth,
}); // prettier-ignore
const names = (type: TypeLayout): readonly string[] =>
  membersOf(type, true).list.map(
    ({ name, type: { size }, bitWidth }) => `${name} ${bitWidth === undefined ? size : `:${bitWidth}`}`,
  );

describe('gaps', () => {
  it('are between members and at the end', () => {
    const type = struct(24, [
      field('c', 0, types.CHAR),
      field('i', 4, types.INT),
      field('d', 8, types.DOUBLE),
      field('e', 16, types.CHAR),
    ]);
    assert.deepEqual(names(type), ['c 1', '(hole at 1) 3', 'i 4', 'd 8', 'e 1', '(padding at 17) 7']);
  });

  it('are whole bytes and odd bits', () => {
    assert.deepEqual(names(struct(4, [bits('a', 0, 3), bits('b', 5, 4)])), [
      'a :3',
      '(hole at 0:3) :2',
      'b :4',
      '(padding at 1:1) :7',
      '(padding at 2) 2',
    ]);
    assert.deepEqual(names(struct(4, [bits('a', 0, 32)])), ['a :32']);
  });

  it('are not hidden by base classes without data, which are no rows', () => {
    const empty = layout('Empty', 'struct', 1, { fields: [] });
    const also = layout('Also', 'struct', 1, { fields: [field('<Empty>', 0, empty)] });
    const full = struct(4, [field('n', 0, types.INT)]);
    const type = struct(12, [field('<Also>', 0, also), field('<s>', 4, full), field('e', 8, empty)]);
    assert.deepEqual(names(type), ['(hole at 0) 4', '<s> 4', 'e 1', '(padding at 9) 3']);
    assert.equal(partHolding(struct(4, [field('<Also>', 0, also), field('n', 0, types.INT)]), 0, 0, 4), 0);
  });

  it('are found in classes without data that have each other twice as bases, 50 times over', () => {
    let type = layout('Empty', 'struct', 1, { fields: [] });
    for (let i = 0; i < 50; i++) type = layout(`e${i}`, 'struct', 1, { fields: [field('<a>', 0, type), field('<b>', 0, type)] });
    assert.deepEqual(names(type), ['(padding at 0) 1']);
  });

  it('are not what another member of a union or a flexible array takes', () => {
    assert.deepEqual(names(struct(8, [field('a', 0, types.CHAR), field('b', 0, array(types.CHAR, 5))], 'union')), [
      'a 1',
      'b 5',
      '(padding at 5) 3',
    ]);
    const { count: _, ...flexible } = array(types.CHAR, 1);
    assert.deepEqual(
      names(
        struct(16, [field('n', 0, types.INT64), field('c', 8, types.CHAR), field('data', 9, { ...flexible, size: 0 })]),
      ).slice(-1),
      ['data 0'],
    );
  });

  it('are rows of the tree that are found by path and by offset', () => {
    const type = struct(24, [field('c', 0, types.CHAR), field('i', 4, types.INT), field('rest', 8, array(types.UINT64, 2))]);
    const tree = new FieldTree(type, 0, 24, true);
    assert.equal(tree.rowCount, 4);
    const row = tree.rowAt(1);
    assert.deepEqual([row?.gap, row?.offset, row?.size, row?.path], ['hole', 1, 3, '(hole at 1)']);
    assert.equal(tree.indexOf('(hole at 1)'), 1);
    assert.equal(tree.rowOfOffset(2), 1);
    assert.equal(tree.expandTo(16), 5);
    assert.equal(tree.find('rest[1]')?.offset, 16);
    assert.equal(new FieldTree(type).indexOf('(hole at 1)'), -1);
  });
});
