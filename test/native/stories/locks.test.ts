/** Locks of programs that hang: who holds, who waits, where, and what is wrong. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import { skipBecause } from '../../support/skip.ts';
import type { LocksLook } from '../../../src/locks/face.ts';
import { compiling } from '../finder/programs.ts';
import { cleanup } from '../support.ts';
import { composed, lineOf, STORIES } from './support.ts';

describe('locks of programs that hang', () => {
  const made = cleanup();
  const { compile } = compiling();
  const names = new Set<string>();
  const { store, monitor } = composed(({ name }) => names.has(name));

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });
  beforeEach(() => names.clear());

  function object(what: string): string {
    const path = made.path(what);
    writeFileSync(path, '', { mode: 0o600 });
    names.add(`/${basename(path)}`);
    return `/${basename(path)}`;
  }

  it('names the dead owner of a mutex, the three workers that wait for it, and the line at which they do', async () => {
    const name = object('queue');
    await made.start(compile('workers', join(STORIES, 'workers.c')), name);
    await store.refresh();
    const look = await monitor.look();
    const [queue] = look.segments;
    assert.equal(queue?.type, 'struct job_queue');
    const lock = queue.locks.find(({ path }) => path === 'lock');
    assert.equal(lock?.state, 'locked');
    assert.equal(lock.owner?.alive, false);
    assert.deepEqual(lock.waiters.map(({ process }) => process).sort(), ['worker-1', 'worker-2', 'worker-3']);
    for (const { where, timed, since } of lock.waiters) {
      assert.equal(where?.function, 'take_job');
      assert.equal(basename(where.file ?? ''), 'workers.c');
      assert.equal(where.line, lineOf('workers.c', 'pthread_mutex_lock(&queue->lock)'));
      assert.equal(timed, false);
      assert.ok(Math.abs(Date.now() - since) < 60_000);
    }
    assert.equal(queue.locks.find(({ path }) => path === 'more')?.kind, 'cond');
    const [finding, ...others] = look.findings;
    assert.deepEqual(others, []);
    assert.equal(finding?.kind, 'dead-owner');
    assert.match(finding.text, /^lock in \/\S+ is held by thread \d+, which has ended\. 3 threads wait: worker-\d \(\d+\)/);
  });

  for (const count of [1, 2, 3]) {
    it(`finds a deadlock of ${count} across as many segments`, async () => {
      const first = object('circle');
      for (let i = 0; i < count; i++) {
        made.remove(`/dev/shm${first}-${i}`);
        writeFileSync(`/dev/shm${first}-${i}`, '', { mode: 0o600 });
        names.add(`${first}-${i}`);
      }
      await made.start(compile('circle', join(STORIES, 'circle.c')), first, `${count}`);
      await store.refresh();
      const { findings } = await monitor.look();
      const [deadlock] = findings.filter(({ kind }) => kind === 'deadlock');
      assert.equal(deadlock?.cycle?.length, count, JSON.stringify(findings));
      for (const { process, holds, wants, where } of deadlock.cycle ?? []) {
        const at = Number(process.replace('train-', ''));
        assert.equal(holds.segment, `${first}-${at}`);
        assert.equal(wants.segment, `${first}-${(at + 1) % count}`);
        assert.equal(wants.path, 'track');
        assert.equal(where?.function, 'drive');
      }
    });
  }

  /** The first look for which `test` holds, of those that are followed from now on. */
  function followed(id: string | undefined, test: (look: LocksLook) => boolean): Promise<LocksLook> {
    const following = monitor.follow(id);
    return new Promise((resolve) => {
      const listening = monitor.onDidChange((look) => {
        if (!test(look)) return;
        listening.dispose();
        resolve(look);
        following.dispose();
      });
    });
  }
  const lockOf = ({ segments }: LocksLook, name: string) => segments.find(({ segment }) => segment.name === name)?.locks[0];

  it('follows them while somebody wants that, and tells how often each was seen held', async () => {
    const name = object('followed');
    await made.start(compile('workers', join(STORIES, 'workers.c')), name);
    await store.refresh();
    // Workers may still be on their way to it.
    const look = await followed(undefined, (one) => {
      const { share, waiters = [] } = lockOf(one, name) ?? {};
      return (share?.looks ?? 0) >= 3 && waiters.length === 3;
    });
    const { share, waiters } = lockOf(look, name) ?? {};
    assert.equal(share?.held, share?.looks);
    assert.equal(waiters?.length, 3);
    assert.equal(monitor.last, undefined);
    assert.deepEqual(
      look.findings.map(({ kind }) => kind),
      ['dead-owner'],
    );
  });

  it('follows one segment with those that its processes share, and leaves the others alone', async () => {
    const [one, other] = [object('one'), object('other')];
    const program = compile('workers', join(STORIES, 'workers.c'));
    await made.start(program, one);
    await made.start(program, other);
    const first = object('ring');
    for (const i of [0, 1]) {
      made.remove(`/dev/shm${first}-${i}`);
      writeFileSync(`/dev/shm${first}-${i}`, '', { mode: 0o600 });
      names.add(`${first}-${i}`);
    }
    await made.start(compile('circle', join(STORIES, 'circle.c')), first, '2');
    const { segments } = await store.refresh();
    const idOf = (name: string) => segments.find((segment) => segment.name === name)?.id;
    const alone = await followed(idOf(one), (look) => lockOf(look, one)?.waiters.length === 3);
    assert.deepEqual(
      alone.segments.map(({ segment }) => segment.name),
      [one],
    );
    const ring = await followed(idOf(`${first}-0`), ({ findings }) => findings.some(({ kind }) => kind === 'deadlock'));
    assert.deepEqual(ring.segments.map(({ segment }) => segment.name).sort(), [`${first}-0`, `${first}-1`]);
  });
});
