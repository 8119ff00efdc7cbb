import assert from 'node:assert/strict';
import { FieldTree } from '../../../src/decode/tree.ts';
import { array, CHAR, INT, struct, STUDENT, UINT64 } from './layouts.ts';

const MILLION = 1_000_000;
const GRID = struct('struct grid', 8 + 36 * MILLION * 1000, [
  { name: 'count', offset: 0, type: UINT64 },
  { name: 'rows', offset: 8, type: array(array(STUDENT, 1000), MILLION) },
]);

function checkRows(tree: FieldTree, rows: Iterable<number>): void {
  for (const i of rows) {
    const row = tree.rowAt(i);
    assert.ok(row, `row ${i}`);
    assert.equal(tree.indexOf(row.path), i, row.path);
  }
}

describe('FieldTree', () => {
  it('shows the members of a struct, and opens what has parts', () => {
    const tree = new FieldTree(STUDENT, 100);
    assert.equal(tree.rowCount, 2);
    assert.deepEqual([tree.rowAt(0)?.path, tree.rowAt(1)?.path, tree.rowAt(1)?.offset], ['name', 'age', 132]);
    assert.equal(tree.toggle('name'), true);
    assert.equal(tree.rowCount, 34);
    assert.equal(tree.rowAt(1)?.path, 'name[0]');
    assert.equal(tree.rowAt(1)?.parent, 'name');
    assert.equal(tree.toggle('age'), false);
    assert.equal(tree.toggle('name'), false);
    assert.equal(tree.rowCount, 2);
  });

  it('takes nested arrays of a thousand million elements', () => {
    const tree = new FieldTree(GRID);
    tree.toggle('rows');
    tree.toggle('rows[999999]');
    tree.toggle('rows[999999][999]');
    tree.toggle('rows[5]');
    assert.equal(tree.rowCount, 2 + MILLION + 1000 + 2 + 1000);
    const last = tree.rowAt(tree.rowCount - 1);
    assert.equal(last?.path, 'rows[999999][999].age');
    assert.equal(last?.offset, 8 + 36 * (MILLION * 1000 - 1) + 32);
    assert.equal(last?.depth, 3);
    checkRows(tree, [
      0,
      1,
      2,
      6,
      7,
      8,
      500,
      1006,
      1007,
      1008,
      1009,
      500_000,
      MILLION + 1001,
      MILLION + 1002,
      tree.rowCount - 2,
      tree.rowCount - 1,
    ]);
    assert.equal(tree.rowAt(tree.rowCount), undefined);
  });

  it('finds the row of an offset, and opens the way to it', () => {
    const tree = new FieldTree(GRID);
    const offset = 8 + 36 * 123_456_789 + 33;
    assert.equal(tree.rowOfOffset(offset), 1);
    const row = tree.expandTo(offset);
    assert.equal(tree.rowAt(row)?.path, 'rows[123456][789].age');
    assert.equal(tree.rowOfOffset(offset), row);
    assert.equal(tree.rowOfOffset(offset + 3), row + 1, 'the next student is closed');
    assert.equal(tree.expandTo(GRID.size), -1);
    assert.equal(tree.rowOfOffset(-1), -1);
  });

  it('remembers what was open inside a closed row', () => {
    const tree = new FieldTree(GRID);
    tree.restore(['rows', 'rows[3]', 'nothing', 'rows[1000000]', 'rows[-1]', 'count']);
    const open = tree.rowCount;
    tree.toggle('rows', false);
    assert.equal(tree.rowCount, 2);
    assert.equal(tree.indexOf('rows[3][0]'), -1);
    tree.toggle('rows', true);
    assert.equal(tree.rowCount, open);
    assert.deepEqual(tree.expandedPaths(), ['rows', 'rows[3]']);
  });

  it('shows members of anonymous members as its own, and bit-fields at their byte', () => {
    const inner = struct(
      'union {…}',
      4,
      [
        { name: 'i', offset: 0, type: INT },
        { name: 'c', offset: 0, type: array(CHAR, 4) },
      ],
      'union',
    );
    const tree = new FieldTree(
      struct('struct s', 12, [
        { name: 'a', offset: 0, type: INT, bitOffset: 13, bitWidth: 5 },
        { name: '', offset: 4, type: inner },
        { name: 'named', offset: 8, type: inner },
      ]),
      16,
    );
    assert.deepEqual(
      Array.from({ length: tree.rowCount }, (_, i) => tree.rowAt(i)?.path),
      ['a', 'i', 'c', 'named'],
    );
    const { offset, bitOffset, bitWidth, size } = tree.rowAt(0) ?? {};
    assert.deepEqual([offset, bitOffset, bitWidth, size], [17, 5, 5, 2]);
    assert.equal(tree.rowAt(tree.expandTo(26))?.path, 'named.i');
  });

  it('a root that is no struct is a row of its own', () => {
    const tree = new FieldTree(array(INT, 3), 8);
    assert.equal(tree.rowCount, 1);
    assert.deepEqual([tree.rowAt(0)?.path, tree.rowAt(0)?.name, tree.rowAt(0)?.childCount], ['', 'int[3]', 3]);
    assert.equal(tree.toggle(''), true);
    assert.deepEqual([tree.rowCount, tree.rowAt(3)?.path, tree.rowAt(3)?.parent], [4, '[2]', '']);
    checkRows(tree, [0, 1, 2, 3]);
    assert.equal(new FieldTree(INT).rowCount, 1);
    assert.equal(new FieldTree(INT).expandTo(2), 0);
  });

  it('a flexible array member has the elements that fit, and follows the size', () => {
    const type = struct('struct f', 4, [
      { name: 'n', offset: 0, type: INT },
      { name: 'items', offset: 4, type: array(INT, undefined) },
    ]);
    const tree = new FieldTree(type, 0, 4096);
    assert.equal(tree.rowAt(1)?.childCount, 1023);
    tree.toggle('items');
    assert.equal(tree.rowCount, 1025);
    tree.resize(14);
    assert.equal(tree.rowCount, 4);
    tree.resize(2);
    assert.deepEqual([tree.rowCount, tree.rowAt(1)?.expandable], [2, false]);
  });
});
