import assert from 'node:assert/strict';
import type { LayoutConflict, TypeLayout } from '../../../api.d.ts';
import { conflictInfo } from '../../../src/panel/conflictInfo.ts';
import { mapping, segment } from '../explorer/segments.ts';
import { char, double, int, struct } from '../types/fakeFinder.ts';

const processes = ['publisher', 'reader', 'logger', 'logger'];
const here = segment({ mappings: processes.map((name, index) => mapping(index + 1, name)) });
const between = (...types: readonly TypeLayout[]) => {
  const variants = types.map((type, index): LayoutConflict['variants'][number] => ({
    pids: index === 2 ? [3, 4] : [index + 1],
    origin: type.origin,
    abi: 'x86_64',
    type,
  }));
  return conflictInfo({ name: 'struct sample', variants, differences: [] }, here);
};

describe('a layout conflict as a table', () => {
  const newer = struct('struct sample', 24, [
    { name: 'id', offset: 0, type: int },
    { name: 'flag', offset: 4, type: char },
    { name: 'celsius', offset: 16, type: double },
  ]);
  const older = struct('struct sample', 16, [
    { name: 'id', offset: 0, type: int },
    { name: 'flag', offset: 8, type: int },
  ]);

  it('has a row for each field that is elsewhere, another type, or on one side alone', () => {
    const { sides, rows } = between(newer, older);
    assert.deepEqual(sides, ['publisher (1)', 'reader (2)']);
    assert.deepEqual(
      rows.map(({ path, cells }) => [path, ...cells]),
      [
        ['flag', 'at 4, char', 'at 8, int'],
        ['celsius', 'at 16', 'absent'],
        ['', '24 bytes', '16 bytes'],
      ],
    );
  });

  it('has a column for each way, and says of those that agree with the first what it has', () => {
    const moved = struct('struct sample', 24, [
      { name: 'id', offset: 0, type: int },
      { name: 'flag', offset: 4, type: char },
      { name: 'celsius', offset: 8, type: double },
    ]);
    const { sides, rows } = between(newer, older, moved);
    assert.equal(sides[2], 'logger (3) and 1 more');
    assert.deepEqual(rows.find(({ path }) => path === 'celsius')?.cells, ['at 16', 'absent', 'at 8']);
    assert.deepEqual(rows.find(({ path }) => path === 'flag')?.cells, ['at 4, char', 'at 8, int', 'at 4, char']);
  });

  it('names a side by its file when its process is gone', () => {
    const variants = [newer, older].map((type): LayoutConflict['variants'][number] => ({
      pids: [99],
      origin: type.origin,
      abi: 'x86_64',
      type,
    }));
    const { sides } = conflictInfo({ name: 'struct sample', variants, differences: [] }, here);
    assert.deepEqual(sides, ['dwarf:/bin/a', 'dwarf:/bin/a']);
  });
});
