import assert from 'node:assert/strict';
import type { Segment } from '../../../api.d.ts';
import { Listing, processCounts, type Choices, type Listed } from '../../../src/explorer/listing.ts';
import { FIRST_PAGE, NEXT_PAGE, Pages } from '../../../src/explorer/pages.ts';
import { parseFilter } from '../../../src/segments/filter.ts';
import { mapping, scanOf, segment, sysv } from './segments.ts';

const choices = (change: Partial<Choices> = {}): Choices => ({
  filter: parseFilter(''),
  sortBy: 'name',
  showReadOnly: false,
  ...change,
});
const group = (listed: readonly Listed[], id: string): Listed => {
  const found = listed.find((one) => one.group.id === id);
  assert.ok(found);
  return found;
};
const names = ({ rows }: Listed): string[] => rows.map(({ name }) => name);

describe('listing', () => {
  const file = (name: string, ...protections: string[]): Segment =>
    segment({ kind: 'file', name, mappings: protections.map((protection, pid) => mapping(pid, 'p', { protection })) });

  it('puts each kind into its group, memfds and anonymous memory into one', async () => {
    const scan = scanOf([
      segment({ name: '/b' }),
      segment({ kind: 'memfd', name: 'm' }),
      segment({ kind: 'anonymous', name: '' }),
      segment({ kind: 'sysv', name: '0x00000001', sysv: sysv() }),
      segment({ name: '/a' }),
      file('/f', 'rw-'),
    ]);
    const listed = await new Listing().list(scan, choices());
    assert.deepEqual(listed.map(names), [['/a', '/b'], ['0x00000001'], ['', 'm'], ['/f']]);
  });

  it('holds back files that are only read, counts them, and shows them when asked', async () => {
    const privately = segment({
      kind: 'file',
      name: '/private-writer',
      mappings: [mapping(1, 'p', { protection: 'r--' }), mapping(1, 'p', { protection: 'rw-', shared: false, address: 1n })],
    });
    const scan = scanOf([file('/cache', 'r--', 'r-x'), file('/both', 'r--', 'rw-'), privately, file('/kept')]);
    const listing = new Listing();
    const hidden = group(await listing.list(scan, choices()), 'file');
    assert.deepEqual([names(hidden), hidden.readOnly, hidden.all], [['/both', '/kept'], 2, 4]);
    const shown = group(await listing.list(scan, choices({ showReadOnly: true })), 'file');
    assert.deepEqual([names(shown), shown.readOnly], [['/both', '/cache', '/kept', '/private-writer'], 2]);
    const some = group(await listing.list(scan, choices({ filter: parseFilter('cache') })), 'file');
    assert.deepEqual([names(some), some.readOnly], [[], 1]);
  });

  it('looks at the mappings of files alone, and once for each segment of a scan', async () => {
    const looks = new Map<string, number>();
    const watched = (kind: Segment['kind'], name: string): Segment => ({
      ...segment({ kind, name }),
      get mappings() {
        looks.set(name, (looks.get(name) ?? 0) + 1);
        return [];
      },
    });
    const scan = scanOf([watched('posix', '/p'), watched('memfd', 'm'), watched('file', '/f')]);
    const listing = new Listing();
    for (const text of ['', 'x', 'p', 'kind:posix']) await listing.list(scan, choices({ filter: parseFilter(text) }));
    assert.deepEqual([...looks], [['/f', 1]]);
  });

  it('takes a second segment of one id for the same', async () => {
    const one = segment();
    const listed = await new Listing().list(scanOf([one, { ...one, size: 8192 }]), choices());
    assert.deepEqual(
      group(listed, 'posix').rows.map(({ size }) => size),
      [8192],
    );
  });

  it('counts the segments of each process, mappers and holders alike', async () => {
    const counts = await processCounts([
      segment({ mappings: [mapping(1, 'b'), mapping(2, 'b'), mapping(3, 'A')] }),
      segment({ holders: [{ pid: 9, process: 'b', fd: 1, access: 'write' }] }),
    ]);
    assert.deepEqual(counts, [
      ['A', 1],
      ['b', 2],
    ]);
  });

  it('leaves the event loop free while 6,000 segments are sorted and filtered', async () => {
    const segments = Array.from({ length: 6000 }, (_, i) => segment({ name: `/frames-${(i * 7919) % 6000}-of-a-long-name` }));
    let turns = 0;
    let on = true;
    const turn = (): void => {
      turns++;
      if (on) setImmediate(turn);
    };
    setImmediate(turn);
    const listed = await new Listing().list(scanOf(segments), choices({ filter: parseFilter('99') }));
    on = false;
    assert.ok(turns > 1, `${turns} turns of the event loop`);
    assert.equal(group(listed, 'posix').rows.length, segments.filter(({ name }) => name.includes('99')).length);
  });
});

describe('pages', () => {
  it('show the first rows, and on request the next ones', () => {
    const pages = new Pages();
    assert.equal(pages.shown('a', 10), 10);
    assert.equal(pages.shown('a', 5000), FIRST_PAGE);
    pages.more('a');
    assert.equal(pages.shown('a', 5000), FIRST_PAGE + NEXT_PAGE);
    assert.equal(pages.shown('a', 300), 300);
    assert.equal(pages.shown('b', 5000), FIRST_PAGE);
    pages.reset();
    assert.equal(pages.shown('a', 5000), FIRST_PAGE);
  });

  it('show one row more rather than a row that says so', () => {
    assert.equal(new Pages().shown('a', FIRST_PAGE + 1), FIRST_PAGE + 1);
    assert.equal(new Pages().shown('a', FIRST_PAGE + 2), FIRST_PAGE);
  });
});
