import assert from 'node:assert/strict';
import type { Site } from '../../src/writers/sites.ts';
import { Unmapped } from '../../src/writers/unmapped.ts';

const site = (index: number, pid: number, count: number, parent = 0): Site => ({
  index, pid, count, parent, field: 0, image: 1, process: 'p', tid: pid, ip: 1n, caller: 0n, first: 0, last: 0, before: undefined, after: undefined,
}); // prettier-ignore

describe('stores of a process that has unmapped the field', () => {
  const counts = (unmapped: Unmapped, ...sites: Site[]) => {
    const { sites: told, others } = unmapped.apply(sites);
    return [...told.map(({ pid, count }) => [pid, count]), others];
  };

  it('count up to the last report before, and again from when it maps it again', () => {
    const unmapped = new Unmapped();
    unmapped.shows(1, 0);
    unmapped.shows(2, 0);
    assert.deepEqual(counts(unmapped, site(0, 1, 10), site(1, 2, 5)), [[1, 10], [2, 5], 0]);
    unmapped.leaves(1, 0);
    assert.deepEqual(counts(unmapped, site(0, 1, 25), site(1, 2, 6), site(2, 1, 7)), [[1, 10], [2, 6], 22]);
    unmapped.shows(1, 0);
    assert.deepEqual(counts(unmapped, site(0, 1, 28), site(1, 2, 6), site(2, 1, 7), site(3, 1, 2)), [
      [1, 13],
      [2, 6],
      [1, 2],
      22,
    ]);
  });

  it('do not count of forks that nobody has seen; those of forks that show the field do', () => {
    const unmapped = new Unmapped();
    unmapped.shows(1, 0);
    unmapped.shows(8, 0);
    unmapped.apply([]);
    unmapped.leaves(1, 0);
    assert.deepEqual(counts(unmapped, site(0, 7, 3, 1), site(1, 8, 4, 1)), [[8, 4], 3]);
  });
});
