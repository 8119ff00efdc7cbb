import assert from 'node:assert/strict';
import type { Segment } from '../../../api.d.ts';
import { collationKey, sortSegments, type SortBy } from '../../../src/segments/order.ts';
import { Pace } from '../../../src/segments/pace.ts';
import { mapping, segment } from './segments.ts';

const names = async (segments: readonly Segment[], by: SortBy): Promise<string[]> =>
  (await sortSegments(segments, by, new Pace())).map(({ name }) => name);

describe('order', () => {
  it('of names is that of people: no case, no accents, numbers by their value', () => {
    const wanted = ['a', 'Äb', 'B2', 'b10', 'b0010c', 'b11', 'b99999999999999999999', 'b100000000000000000000', 'c'];
    const shuffled = wanted.toReversed().toSorted((a, b) => a.length - b.length);
    assert.deepEqual(
      shuffled.toSorted((a, b) => (collationKey(a) < collationKey(b) ? -1 : 1)),
      wanted,
    );
  });

  it('has a natural direction for each, and the name between equals', async () => {
    const day = 86_400_000;
    const segments = [
      segment({ name: '/old', size: 10, residentBytes: 5, createdAt: day, mappings: [mapping(1, 'x')] }),
      segment({ name: '/new', size: 10, residentBytes: 7, createdAt: 9 * day }),
      segment({ name: '/big', size: 99, residentBytes: 0, createdAt: 5 * day, mappings: [1, 2].map((pid) => mapping(pid, 'x')) }),
    ];
    const { residentBytes: _, ...unknown } = segment({ name: '/unknown', size: 1 });
    segments.push(unknown);
    assert.deepEqual(await names(segments, 'name'), ['/big', '/new', '/old', '/unknown']);
    assert.deepEqual(await names(segments, 'size'), ['/big', '/new', '/old', '/unknown']);
    assert.deepEqual(await names(segments, 'memory'), ['/new', '/old', '/big', '/unknown']);
    assert.deepEqual(await names(segments, 'mappers'), ['/big', '/old', '/new', '/unknown']);
    assert.deepEqual(await names(segments, 'age'), ['/old', '/big', '/new', '/unknown']);
  });

  it('of thousands is the same as sorted at once', async () => {
    const segments = Array.from({ length: 6000 }, (_, i) => segment({ name: `/s${(i * 7919) % 6000}` }));
    assert.deepEqual(
      await names(segments, 'name'),
      Array.from({ length: 6000 }, (_, i) => `/s${i}`),
    );
  });
});
