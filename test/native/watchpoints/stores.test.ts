import assert from 'node:assert/strict';
import { FIELD, pause, seenAll, sitesOf, total, watching } from './support.ts';

describe('native: watchpoints, who stores', () => {
  const { watch, page } = watching();

  it('counts every store of three processes, by the place in each', async () => {
    const shared = page();
    const programs = [
      await shared.start('here', 500, 500),
      await shared.start('here', 300, 900),
      await shared.start('there', 400, 700),
    ];
    const watchpoints = await watch();
    for (const { pid } of programs) {
      const { watched, tid } = await watchpoints.add(pid, 0, FIELD);
      assert.deepEqual([watched, tid.length], [1, 0]);
      assert.equal((await watchpoints.add(pid, 0, FIELD)).watched, 0);
    }
    const before = Date.now();
    shared.go();
    for (const program of programs) assert.equal(await program.exit, 0);
    assert.equal(shared.stores, 1200);
    const seen = await seenAll(watchpoints, 1200);
    const sites = sitesOf(seen);
    assert.deepEqual([seen.seen, seen.lost, seen.dropped, seen.unwalked, sites.length], [1200, 0, 0, 0, 3]);
    for (const [i, count] of [500, 300, 400].entries()) {
      const site = sites.find(({ pid }) => pid === programs[i]?.pid);
      assert.deepEqual(
        [site?.count, site?.tid, site?.name, site?.caller, site?.parent],
        [count, programs[i]?.pid, 'storer', 0n, 0],
      );
      assert.ok(site !== undefined && site.first >= before - 1 && site.last > site.first && site.last <= Date.now() + 1);
    }
    // 'here' and 'there' are two functions, wherever each process has its code.
    assert.equal(new Set(sites.map(({ ip }) => ip & 0xfffn)).size, 2);
  });

  it('counts those of threads that are made later', async () => {
    const shared = page();
    const program = await shared.start('threads', 30, 100);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    assert.equal(await program.exit, 0);
    const sites = sitesOf(await seenAll(watchpoints, 600));
    assert.deepEqual([total(sites), sites.length, shared.stores], [600, 20, 600]);
    assert.ok(sites.every(({ pid, tid, count }) => pid === program.pid && tid !== pid && count === 30));
  });

  it('counts those of forks that end at once, and knows their names', async () => {
    const shared = page();
    const program = await shared.start('forks', 5, 0);
    const watchpoints = await watch();
    await watchpoints.add(program.pid, 0, FIELD);
    shared.go();
    assert.equal(await program.exit, 0);
    const seen = await seenAll(watchpoints, 100);
    const sites = sitesOf(seen);
    assert.deepEqual([total(sites), sites.length], [100, 20]);
    assert.ok(sites.every(({ pid, parent, name }) => pid !== program.pid && parent === program.pid && name === 'storer'));
  });

  it('counts each store once where threads come as it begins', async () => {
    for (let run = 0; run < 5; run++) {
      const shared = page();
      const program = await shared.start('storm', 3, 50);
      await pause(run * 5);
      const watchpoints = await watch();
      for (let i = 0; i < 20; i++) await watchpoints.add(program.pid, 0, FIELD);
      shared.go();
      assert.equal(await program.exit, 0);
      const sites = sitesOf(await seenAll(watchpoints, 1800));
      assert.deepEqual([shared.stores, total(sites), new Set(sites.map(({ tid }) => tid)).size], [1800, 1800, 600]);
      assert.deepEqual([...new Set(sites.map(({ count }) => count))], [3]);
    }
  });

  it('tells loads from none, and counts both where asked', async () => {
    for (const reads of [false, true]) {
      const shared = page();
      const program = await shared.start('loads', 50, 200);
      const watchpoints = await watch([{ length: 8, reads }]);
      await watchpoints.add(program.pid, 0, FIELD);
      shared.go();
      assert.equal(await program.exit, 0);
      assert.deepEqual([shared.stores, shared.loads], [50, 100]);
      const sites = sitesOf(await seenAll(watchpoints, reads ? 150 : 50));
      assert.deepEqual([total(sites), sites.length > 1], [reads ? 150 : 50, reads]);
    }
  });
});
