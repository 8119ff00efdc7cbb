import assert from 'node:assert/strict';
import { FIELD, pause, seenAll, sitesOf, until, watching } from './support.ts';

describe('native: watchpoints, values', () => {
  const { watch, page } = watching();

  it('tells what the field held before and after a store', async () => {
    const shared = page();
    shared.source.write(Uint8Array.of(77), 0);
    const program = await shared.start('here', 1, 0);
    // So that it holds the page: a page is not made for a look.
    const reader = await shared.start('again', 1, 0);
    const watchpoints = await watch();
    await watchpoints.add(reader.pid, 0, FIELD);
    await watchpoints.add(program.pid, 0, FIELD);
    await pause(50);
    shared.go();
    assert.equal(await program.exit, 0);
    await seenAll(watchpoints, 1);
    await until('its value', () => sitesOf(watchpoints.take()).every(({ after }) => after !== undefined));
    const [site] = sitesOf(watchpoints.take());
    assert.deepEqual([site?.before, site?.after], [77n, 1n]);
  });

  it('has all values of stores that are far apart', async () => {
    const shared = page();
    const program = await shared.start('here', 10, 30_000);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    const pairs = new Set<string>();
    let over = false;
    void program.exit.then(() => (over = true));
    await seenAll(watchpoints, 1);
    for (; !over; await pause(2)) {
      const [site] = sitesOf(watchpoints.take());
      if (site?.before !== undefined && site.after !== undefined) pairs.add(`${site.before} ${site.after}`);
    }
    // Whatever is told is true: the program counts by one.
    for (const pair of pairs) {
      const [before, after] = pair.split(' ').map(Number);
      assert.equal(after, (before ?? NaN) + 1);
    }
    // On a busy machine some come late.
    assert.ok(pairs.size >= 3, [...pairs].join());
  });

  it('tells no value that it cannot know', async () => {
    const shared = page();
    const programs = [await shared.start('here', 3000, 20), await shared.start('there', 3000, 20)];
    const watchpoints = await watch();
    for (const { pid } of programs) await watchpoints.add(pid, 0, FIELD);
    shared.go();
    for (const { exit } of programs) assert.equal(await exit, 0);
    const seen = await seenAll(watchpoints, 6000);
    assert.equal(seen.seen, 6000);
    for (const { after } of sitesOf(seen)) assert.ok(after === undefined || (after >= 1n && after <= 3000n));
  });
});
