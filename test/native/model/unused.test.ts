/** What is removed because nobody uses it, and what only looks as if nobody did. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, linkSync, openSync, writeFileSync } from 'node:fs';
import type { Segment } from '../../../api.d.ts';
import { orphansOf, removeOrphans } from '../../../src/segments/orphans.ts';
import type { Scan } from '../../../src/segments/scan.ts';
import { addon, cleanup, listSysv, shmErrorOf } from '../support.ts';
import { actors, MAP, PAGE, PROT } from './actor.ts';
import { makeModel } from './support.ts';

describe('removal of what is unused', () => {
  const made = cleanup();
  const actor = actors();
  let model: ReturnType<typeof makeModel>;
  beforeEach(() => (model = makeModel()));
  afterEach(() => model.dispose());

  const refresh = (): Promise<Scan> => model.store.refresh({ thorough: true });
  const unlink = (id: string): Promise<Scan> => model.operations.unlinkUnused(id);
  const isUnused = (segment: Segment): boolean => model.operations.isUnused(segment);
  const identity = (path: string): [string, string, number] => {
    const { device, inode } = addon.statPath(path, false);
    return [path, device, inode];
  };

  it('asks the kernel itself: what is mapped or open stays, whoever has it', async () => {
    const path = made.path('leased');
    const one = await actor();
    const fd = await one.make(path, PAGE);
    const refuses = (): void => {
      assert.equal(addon.isUnused(...identity(path)), false);
      assert.throws(() => addon.unlinkUnused(...identity(path)), shmErrorOf('EBUSY', { path }));
    };
    const address = await one.map(fd, PAGE);
    refuses();
    await one.do('close', fd);
    refuses();
    await one.do('unmap', address, PAGE);
    const own = openSync(path, 'r');
    refuses();
    closeSync(own);
    assert.equal(addon.isUnused(...identity(path)), true);
    const [name, device, inode] = identity(path);
    assert.throws(() => addon.isUnused(name, device, inode + 1), shmErrorOf('ESTALE', { path }));
    addon.unlinkUnused(...identity(path));
    assert.equal(existsSync(path), false);
  });

  it('is not ended by those who open what it is about to remove', async () => {
    const path = made.path('contended');
    const child = spawn('sh', ['-c', 'while true; do true < "$0"; done 2>/dev/null', path], { stdio: 'ignore' });
    const exit = once(child, 'exit');
    let contended = 0;
    try {
      await once(child, 'spawn');
      for (let i = 0; i < 20_000 && contended < 3; i++) {
        addon.createPath(path, PAGE, 0o600, false, false);
        try {
          addon.unlinkUnused(...identity(path));
        } catch (error) {
          assert.ok(shmErrorOf('EBUSY')(error), String(error));
          contended++;
        }
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      child.kill('SIGKILL');
      await exit;
    }
    assert.ok(contended > 0, 'it was never open in between');
  });

  it('leaves a System V segment that is attached', async () => {
    const shmid = made.sysv(0, PAGE);
    const source = addon.openSysv(shmid, false);
    assert.throws(() => addon.removeSysvUnused(shmid), shmErrorOf('EBUSY'));
    source.close();
    addon.removeSysvUnused(shmid);
    assert.equal(
      listSysv().some((one) => one.shmid === shmid),
      false,
    );
  });

  it('leaves what came to be mapped privately in the place of something as large', async () => {
    const [first, second] = [made.path('first'), made.path('second')];
    const one = await actor();
    const fd = await one.make(first, PAGE);
    const other = await one.make(second, PAGE);
    for (const each of [fd, other]) await one.do('write', each, 'x');
    const view = { protection: PROT.read, flags: MAP.private };
    const address = await one.map(fd, PAGE, view);
    await one.do('close', fd);
    await model.store.refresh();
    await one.map(other, PAGE, { ...view, flags: MAP.private | MAP.fixed, at: address });
    await one.do('close', other);
    const names = (await model.store.refresh({ thorough: true })).segments
      .filter(({ orphaned }) => orphaned)
      .map(({ path }) => path);
    assert.deepEqual([names.includes(first), names.includes(second)], [true, false]);
  });

  it('removes orphans by a scan and by the kernel', async () => {
    const [left, used] = [made.path('left'), made.path('used')];
    for (const path of [left, used]) addon.createPath(path, PAGE, 0o600, true, false);
    for (const path of [left, used]) {
      const source = addon.openPath(path, true);
      source.write(Uint8Array.of(1), 0);
      source.close();
    }
    const scan = await model.store.refresh();
    const segments = (await orphansOf(scan, isUnused)).filter(({ path }) => path === left || path === used);
    assert.equal(segments.length, 2);
    const fd = openSync(used, 'r');
    try {
      const { removed, kept } = await removeOrphans({ segments, refresh, isUnused, unlink });
      assert.equal(removed.length, 1);
      // It is this very process that has it open, which no scan lists.
      assert.deepEqual(
        kept.map(({ name }) => name),
        [used.slice('/dev/shm'.length)],
      );
    } finally {
      closeSync(fd);
    }
    assert.deepEqual([existsSync(left), existsSync(used)], [false, true]);
  });

  it('removes an orphan by all of its names', async () => {
    const [first, second] = [made.path('first'), made.path('second')];
    writeFileSync(first, 'left');
    linkSync(first, second);
    const segments = (await orphansOf(await refresh(), isUnused)).filter(({ path }) => path === first || path === second);
    const { removed, kept } = await removeOrphans({ segments, refresh, isUnused, unlink });
    assert.deepEqual([removed, kept], [segments.map(({ id }) => id), []]);
    assert.deepEqual([segments.length, existsSync(first), existsSync(second)], [1, false, false]);
  });

  it('tells a private mapping of a file that somebody shares later', async () => {
    const path = made.path('later-file').replace('/dev/shm/', '/tmp/');
    made.remove(path);
    const one = await actor();
    const fd = await one.make(path, PAGE);
    const reader = await actor();
    const shown = await reader.do('open', path, 0, 0);
    await reader.map(shown, PAGE, { protection: PROT.read, flags: MAP.private });
    await model.store.refresh();
    await one.map(fd, PAGE);
    await model.store.look(false);
    const segment = model.store.last?.segments.find((each) => each.path === path);
    assert.deepEqual(
      new Set(segment?.mappings.map(({ pid, shared }) => `${pid} ${shared}`)),
      new Set([`${one.pid} true`, `${reader.pid} false`]),
    );
  });

  it('tells who has a file open that somebody shares', async () => {
    const path = made.path('open-file').replace('/dev/shm/', '/tmp/');
    made.remove(path);
    const one = await actor();
    const fd = await one.make(path, PAGE);
    const other = await actor();
    const open = await other.do('open', path, 0, 0);
    await one.map(fd, PAGE);
    const holders = (segments: readonly Segment[]) => segments.find((each) => each.path === path)?.holders;
    const expected = [{ pid: other.pid, process: 'actor', fd: open, access: 'read' }];
    assert.deepEqual(holders((await model.store.refresh()).segments), expected);
    await other.do('close', open);
    assert.deepEqual(holders((await model.store.refresh()).segments), []);
  });
});
