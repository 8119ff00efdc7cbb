/** Locks of programs that hang: who holds, who waits, where, and what is wrong. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import { skipBecause } from '../../support/skip.ts';
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

  it('follows them while somebody listens, and tells how often each was seen held', async () => {
    const name = object('followed');
    await made.start(compile('workers', join(STORIES, 'workers.c')), name);
    await store.refresh();
    await new Promise<void>((resolve) => {
      const listening = monitor.onDidChange(({ segments: [queue] }) => {
        const share = queue?.locks.find(({ path }) => path === 'lock')?.share;
        if (!share || share.looks < 3) return;
        assert.equal(share.held, share.looks);
        listening.dispose();
        resolve();
      });
    });
    const id = store.last?.segments.find((segment) => segment.name === name)?.id ?? '';
    assert.equal(monitor.of(id)?.locks[0]?.waiters.length, 3);
  });
});
