/** Who waits: for what nobody signals, for locks that are held for long, where no type is known, at semaphores of every kind. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dwarfFile } from '../../../scripts/setup/dwarf.mjs';
import type { LocksLook } from '../../../src/locks/face.ts';
import { skipBecause } from '../../support/skip.ts';
import { buildPrograms } from '../../programs/build.ts';
import { compiling as compilingLocks, GLIBC, startOn } from '../locks/programs.ts';
import { compiling } from '../finder/programs.ts';
import { cleanup, unique } from '../support.ts';
import { removeSet, reportOf, WAITING_PROGRAMS } from '../threads/waiting.ts';
import { pause, until } from './storing.ts';
import { composed, lineOf, STORIES } from './support.ts';

describe('threads that wait for locks', () => {
  const made = cleanup();
  const { compile } = compiling();
  const compileLocks = compilingLocks();
  const names = new Set<string>();
  const { store, monitor } = composed(({ name }) => names.has(name));
  let semid = -1;
  afterEach(() => {
    removeSet(semid);
    semid = -1;
  });

  before(function () {
    if (!existsSync(dwarfFile)) skipBecause(this, 'shmscope-dwarf could not be built on this machine');
  });
  beforeEach(() => names.clear());

  async function pool(how: string, every: number): Promise<void> {
    const path = made.path('pool');
    writeFileSync(path, '', { mode: 0o600 });
    names.add(`/${basename(path)}`);
    await made.start(compile('pool', join(STORIES, 'pool.c')), `/${basename(path)}`, how, `${every}`);
    await store.refresh();
  }

  /** The looks of some seconds. */
  async function followed(ms: number, enough: (look: LocksLook) => boolean): Promise<LocksLook[]> {
    const looks: LocksLook[] = [];
    const listening = monitor.onDidChange((look) => void looks.push(look));
    const following = monitor.follow();
    try {
      for (const end = Date.now() + ms; Date.now() < end && !looks.some(enough); await pause(50));
    } finally {
      following.dispose();
      listening.dispose();
    }
    assert.ok(looks.length > 0);
    return looks;
  }

  for (const [how, path, done, text] of [
    ['cond', 'more', 'signalled it', 'pthread_cond_wait('],
    ['sem', 'jobs', 'posted to it', 'sem_wait(&pool->jobs)'],
  ] as const) {
    it(`${how}: that nobody signals is a finding, once that has lasted`, async () => {
      await pool(how, 0);
      const looks = await followed(40_000, ({ findings }) => findings.length > 0);
      const [finding, ...others] = looks.at(-1)?.findings ?? [];
      assert.deepEqual(others, []);
      assert.deepEqual([finding?.kind, finding?.locks[0]?.path], ['unsignalled', path]);
      assert.match(
        finding?.text ?? '',
        new RegExp(`^pool \\(\\d+.*\\) and 7 more wait for ${path} in .* nobody has ${done} since`),
      );
      const lock = looks.at(-1)?.segments[0]?.locks.find((one) => one.path === path);
      assert.equal(lock?.waiters.length, 8);
      const { segments } = await monitor.look();
      for (const { where } of segments[0]?.locks.find((one) => one.path === path)?.waiters ?? []) {
        assert.deepEqual([where?.function, where?.line], ['work', lineOf('pool.c', text)]);
      }
    });

    it(`${how}: that somebody signals now and then is none, however long each waits`, async () => {
      // Each of the eight waits for four times the limit.
      await pool(how, 500);
      const looks = await followed(12_000, ({ findings }) => findings.length > 0);
      assert.deepEqual(looks.at(-1)?.findings, []);
      const lock = looks.at(-1)?.segments[0]?.locks.find((one) => one.path === path);
      assert.ok((lock?.waiters.length ?? 0) >= 7);
    });
  }

  it('a mutex that is held for long is a finding, with its owner, and who waits', async function () {
    const { path, running } = await startOn(this, made, compileLocks(this, 'lockstate.c', GLIBC.compiler), 'contended');
    names.add(`/${basename(path)}`);
    await store.refresh();
    const looks = await followed(20_000, ({ findings }) => findings.length > 0);
    const [finding, ...others] = looks.at(-1)?.findings ?? [];
    assert.deepEqual(others, []);
    assert.equal(finding?.kind, 'held-long');
    assert.match(
      finding?.text ?? '',
      new RegExp(`^queue\\.lock in \\S+ has been held by \\S+ \\(${running.pid}\\) for .* 1 thread waits`),
    );
  });

  it('one that is stopped is shown, as stopped', async function () {
    const { path } = await startOn(this, made, compileLocks(this, 'lockstate.c', GLIBC.compiler), 'contended');
    names.add(`/${basename(path)}`);
    await store.refresh();
    const pid = readFileSync(path).readInt32LE(4);
    const waiterOf = async () => {
      const { segments } = await monitor.look();
      return segments[0]?.locks.find((one) => one.path === 'queue.lock')?.waiters.map(({ tid, stopped }) => [tid, stopped]);
    };
    assert.deepEqual(await waiterOf(), [[pid, false]]);
    process.kill(pid, 'SIGSTOP');
    await until('that it is stopped', () => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    assert.deepEqual(await waiterOf(), [[pid, true]]);
    process.kill(pid, 'SIGCONT');
    await until('that it waits on', async () => (await waiterOf())?.[0]?.[1] === false);
  });

  it('where no type is known, they wait elsewhere, at an offset', async function () {
    const bare = compileLocks(this, 'lockstate.c', [...GLIBC.compiler, '-g0']);
    const { path } = await startOn(this, made, bare, 'contended');
    names.add(`/${basename(path)}`);
    await store.refresh();
    const { segments, findings } = await monitor.look();
    assert.deepEqual(findings, []);
    const [room] = segments;
    assert.deepEqual([room?.type, room?.locks], [undefined, []]);
    const [at, ...others] = room?.elsewhere ?? [];
    assert.deepEqual(others, []);
    assert.equal(at?.waiters[0]?.tid, readFileSync(path).readInt32LE(4));
    // The word says that it is contended: 2 (glibc, nptl/lowlevellock.h).
    assert.equal(readFileSync(path).readInt32LE(at?.offset ?? 0), 2);
  });

  it('a named semaphore, whose name says what it is', async () => {
    const name = unique('named');
    made.remove(`/dev/shm/sem.${name}`);
    names.add(`/sem.${name}`);
    const { pid } = await made.start(compile('pool', join(STORIES, 'pool.c')), `/${name}`, 'named', '0');
    await store.refresh();
    const { segments } = await monitor.look();
    const [semaphore] = segments[0]?.locks ?? [];
    assert.deepEqual([semaphore?.kind, semaphore?.state, semaphore?.value], ['semaphore', 'counting', 0]);
    assert.equal(semaphore?.counted, 8);
    assert.deepEqual([...new Set(semaphore.waiters.map((waiter) => `${waiter.process} ${waiter.pid}`))], [`pool ${pid}`]);
    assert.equal(semaphore.waiters.length, 8);
    assert.equal(semaphore.waiters[0]?.where?.line, lineOf('pool.c', 'sem_wait(named)'));
  });

  it('a System V set, with who waits, by name', async () => {
    const program = join(await buildPrograms(WAITING_PROGRAMS), 'waiter');
    const path = made.path('set');
    const { pid } = await made.start(program, 'semop', `/${basename(path)}`, '2');
    semid = reportOf(path).semid;
    await pause(300);
    const { sets, time } = await monitor.look();
    const set = sets.find((one) => one.semid === semid);
    assert.deepEqual(
      set?.semaphores?.map(({ value, waitingMore, waitingZero }) => [value, waitingMore, waitingZero]),
      [
        [0, 0, 0],
        [2, 2, 0],
        [7, 0, 0],
      ],
    );
    assert.deepEqual(
      set?.waiters.map((waiter) => [waiter.pid, waiter.process, waiter.semaphore, waiter.timed]),
      [
        [pid, 'waiter', 1, false],
        [pid, 'waiter', 1, false],
      ],
    );
    const began = reportOf(path).rows.map(({ since }) => since);
    for (const { since } of set?.waiters ?? []) assert.ok(since < time - 100 && since >= Math.min(...began) - 100);
    const where = set?.waiters[0]?.where;
    assert.equal(basename(where?.file ?? ''), 'waiter.c');
    assert.ok((where?.line ?? 0) > 0);
  });
});
