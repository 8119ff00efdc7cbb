import assert from 'node:assert/strict';
import type { LayoutConflict, TypeLayout } from '../../../api.d.ts';
import { conflictInfo } from '../../../src/panel/conflictInfo.ts';
import { mapping, segment } from '../explorer/segments.ts';
import { char, double, int, struct } from '../types/fakeFinder.ts';

const here = segment({ mappings: [mapping(1, 'publisher'), mapping(2, 'reader'), mapping(3, 'reader')] });
const between = (...types: readonly TypeLayout[]) => {
  const variants = types.map((type, index): LayoutConflict['variants'][number] => ({
    pids: index === 0 ? [1] : [2, 3],
    origin: type.origin,
    abi: 'x86_64',
    type,
  }));
  return conflictInfo({ name: 'struct sample', variants, differences: [] }, here);
};
const rows = (...types: readonly TypeLayout[]) => between(...types).rows.map(({ path, cells }) => [path, ...cells]);

describe('a layout conflict as a table', () => {
  it('has a row for each field that is elsewhere, another type, or on one side alone', () => {
    const found = between(
      struct('struct sample', 24, [
        { name: 'id', offset: 0, type: int },
        { name: 'flag', offset: 4, type: char },
        { name: 'celsius', offset: 16, type: double },
      ]),
      struct('struct sample', 16, [
        { name: 'id', offset: 0, type: int },
        { name: 'flag', offset: 8, type: int },
      ]),
    );
    assert.deepEqual(found.sides, ['publisher (1)', 'reader (2) and 1 more']);
    assert.deepEqual(
      found.rows.map(({ path, cells }) => [path, ...cells]),
      [
        ['', '24 bytes, aligned to 8', '16 bytes, aligned to 8'],
        ['flag', 'char, 1 byte at 4', 'int, 4 bytes at 8'],
        ['celsius', 'double, 8 bytes at 16', 'absent'],
      ],
    );
  });

  it('counts a struct that stands elsewhere once, and finds what differs inside of it and of arrays', () => {
    const point = (offset: number) => struct('struct point', 8, [{ name: 'x', offset, type: int }]);
    const at = (offset: number, type: TypeLayout) => struct('struct sample', 32, [{ name: 'p', offset, type }]);
    assert.deepEqual(
      rows(at(0, point(0)), at(8, point(0))).map(([path]) => path),
      ['p'],
    );
    assert.deepEqual(rows(at(8, point(0)), at(8, point(4))), [['p.x', 'int, 4 bytes at 8', 'int, 4 bytes at 12']]);
    const array = (element: TypeLayout): TypeLayout => ({ ...int, kind: 'array', size: 16, count: 2, element });
    assert.deepEqual(
      rows(at(0, array(point(0))), at(0, array(point(4)))).map(([path]) => path),
      ['p[].x'],
    );
    const anonymous = (offset: number) => struct('struct sample', 32, [{ name: '', offset, type: point(0) }]);
    assert.deepEqual(
      rows(anonymous(0), anonymous(8)).map(([path]) => path),
      ['x'],
    );
  });

  it('compares bit-fields by their bits and enums by their values, and takes other spellings of a type for the same', () => {
    const bits = (bitOffset: number) => struct('struct sample', 8, [{ name: 'b', offset: 0, type: int, bitOffset, bitWidth: 3 }]);
    assert.deepEqual(rows(bits(0), bits(9)), [['b', 'int : 3 at 0:0', 'int : 3 at 1:1']]);
    const choice = (value: bigint) =>
      struct('struct sample', 8, [
        { name: 'e', offset: 0, type: { ...int, kind: 'enum', enumerators: [{ name: 'BUY', value }] } },
      ]);
    assert.deepEqual(rows(choice(1n), choice(2n)), [['e: BUY', '= 1', '= 2']]);
    const spelled = (name: string) => struct('struct sample', 8, [{ name: 'n', offset: 0, type: { ...int, name } }]);
    assert.deepEqual(rows(spelled('long unsigned int'), spelled('unsigned long')), []);
  });
});
