import assert from 'node:assert/strict';
import { Pace, sortPaced } from '../../src/segments/pace.ts';
import { Rates } from '../../src/writers/rates.ts';
import { targetsOf } from '../../src/writers/targets.ts';
import { segment } from './locks/made.ts';

describe('writers', () => {
  it('rates what grows over the last second', () => {
    const rates = new Rates();
    const take = (now: number, count: number) => rates.take(now, Float64Array.of(count));
    take(0, 0);
    assert.equal(rates.of(0), 0);
    take(200, 10);
    assert.equal(rates.of(0), 50);
    for (let i = 2; i <= 20; i++) take(i * 200, i * 10);
    assert.equal(rates.of(0), 50);
    for (let i = 21; i <= 26; i++) take(i * 200, 200);
    assert.equal(rates.of(0), 0);
    assert.equal(rates.of(1), 0);
  });

  it('sorts thousands as in one go', async () => {
    const items = Array.from({ length: 5000 }, (_, at) => ({ key: (at * 7919) % 1000, at }));
    const compare = (a: { readonly key: number }, b: { readonly key: number }) => a.key - b.key;
    assert.deepEqual(await sortPaced(items, new Pace(), compare), items.toSorted(compare));
    assert.deepEqual(await sortPaced([], new Pace(), compare), []);
  });

  it('watches every address at which a process may write to the whole field', () => {
    const base = segment('/s', [1]).mappings[0];
    assert.ok(base);
    const one = (more: object) => ({ ...base, ...more });
    const mappings = [
      one({ pid: 1 }),
      one({ pid: 1, address: 0x9000_0000n, offset: 4096 - 4, length: 8192 }),
      one({ pid: 2, protection: 'r--' }),
      one({ pid: 3, shared: false }),
      one({ pid: 4, length: 4 }),
    ];
    const fields = [
      { offset: 4096 - 4, length: 4 },
      { offset: 8, length: 8 },
    ] as const;
    const of = (reads: boolean) =>
      targetsOf({ ...segment('/s'), mappings }, fields, reads).map(({ pid, field, address }) => [pid, field, address]);
    assert.deepEqual(of(false), [
      [1, 0, 0x7000_0ffcn],
      [1, 1, 0x7000_0008n],
      [1, 0, 0x9000_0000n],
    ]);
    assert.deepEqual(of(true).slice(3), [
      [2, 0, 0x7000_0ffcn],
      [2, 1, 0x7000_0008n],
    ]);
  });
});
