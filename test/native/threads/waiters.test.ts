import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPrograms } from '../../programs/build.ts';
import { skipBecause } from '../../support/skip.ts';
import { addon, cleanup, shmErrorOf } from '../support.ts';
import { WAITING_PROGRAMS, compileWaiter, removeSet, reportOf, until, waitersOf, whenWaiting, type Waiter } from './waiting.ts';

const NARROW: readonly (readonly [string, ...string[]])[] = [
  ['cc', '-m32', '-pthread', '-lrt'],
  ['i686-linux-gnu-gcc', '-static', '-pthread', '-lrt'],
];
/** More than any clock here is off, and less than any other wait of the machine is old. */
const WITHIN_MS = 1000;
const FUTEX_WAITS = /^FUTEX_WAIT(_BITSET)?$/;

describe('native: threads that wait', () => {
  const made = cleanup();
  let folder = '';
  let waiter = '';
  const semids: number[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shmscope-waiting-'));
    waiter = join(await buildPrograms(WAITING_PROGRAMS), 'waiter');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => semids.splice(0).forEach(removeSet));

  async function started(kind: string, { count = 1, program = waiter } = {}) {
    const path = made.path(kind);
    const running = await made.start(program, kind, path.slice('/dev/shm'.length), String(count));
    const { semid } = reportOf(path);
    semids.push(semid);
    return { running, path, semid, pid: running.pid };
  }

  /** One thread that waits in `kind`: its only row, and what it reported. */
  async function waits(kind: string, program = waiter): Promise<Waiter> {
    const { path, pid } = await started(kind, { program });
    const { rows, unseen, spread } = await whenWaiting(addon, pid);
    const [reported] = reportOf(path).rows;
    assert.deepEqual([rows.length, unseen, reported?.error], [1, [], 0]);
    const [row] = rows;
    assert.ok(row && reported);
    assert.deepEqual([row.pid, row.tid, row.state], [pid, reported.tid, 'S']);
    if (reported.size > 0) {
      const inside = row.address >= reported.address && row.address < reported.address + BigInt(reported.size);
      assert.ok(inside, `${row.address} is not in ${reported.size} bytes at ${reported.address}`);
    }
    if (!existsSync('/proc/self/sched')) assert.ok(Number.isNaN(row.started));
    else assert.ok(Math.abs(row.started - reported.since) < WITHIN_MS + spread, `${row.started - reported.since} ms off`);
    return row;
  }

  for (const kind of ['mutex', 'cond', 'sem', 'barrier', 'reader', 'writer']) {
    it(`sees a thread in a ${kind} of a segment`, async () => {
      const row = await waits(kind);
      assert.match(row.operation, FUTEX_WAITS);
      assert.deepEqual([row.flags, row.semaphore], [[], -1]);
      assert.ok(row.sp > 0n && row.pc > 0n);
    });
  }

  it('tells the value that a mutex had', async () => {
    assert.equal((await waits('mutex')).expected, 2);
  });

  it('sees a wait that ends at some time', async () => {
    assert.deepEqual((await waits('timed')).flags, ['timed']);
  });

  it('sees a mutex that lends its priority', async () => {
    const row = await waits('pi');
    assert.match(row.operation, /^FUTEX_LOCK_PI2?$/);
    assert.equal(row.expected, 0);
  });

  it('sees each address of futex_waitv', async function () {
    const { pid, path } = await started('waitv');
    const { rows } = await until(
      () => waitersOf(addon, [pid]),
      (seen) => seen.rows.length >= 3 || reportOf(path).rows[0]?.error !== 0,
    );
    const [reported] = reportOf(path).rows;
    assert.ok(reported);
    if (reported.error === 38) skipBecause(this, 'futex_waitv is Linux 5.16');
    assert.deepEqual(
      rows.map(({ operation, address, expected, flags }) => [operation, address - reported.address, expected, flags]),
      [5, 6, 7].map((expected, i) => ['futex_waitv', BigInt(i * 4), expected, []]),
    );
  });

  it('sees the same on one thread as on several', async () => {
    const programs = [await started('timed'), await started('pi')];
    const pids = programs.map(({ pid }) => pid);
    const seen = async (quickly: boolean) =>
      (await waitersOf(addon, pids, true, quickly)).rows.map(({ tid, operation, address }) => [tid, operation, address]);
    const rows = await until(
      () => seen(false),
      (all) => all.length >= 2,
    );
    assert.deepEqual(rows, await seen(true));
  });

  it('sees futex_wait', async function () {
    const { pid, path } = await started('futex2');
    const { rows } = await until(
      () => waitersOf(addon, [pid]),
      (seen) => seen.rows.length > 0 || reportOf(path).rows[0]?.error !== 0,
    );
    const [reported] = reportOf(path).rows;
    if (reported?.error === 38) skipBecause(this, 'futex_wait is Linux 6.7');
    assert.deepEqual(
      rows.map(({ operation, address, flags }) => [operation, address, flags]),
      [['futex_wait', reported?.address, []]],
    );
  });

  for (const [kind, change, flags] of [
    ['semop', -5, []],
    ['zero', 0, []],
    ['semtimedop', -5, ['timed']],
  ] as const) {
    it(`sees ${kind} of a System V set`, async () => {
      const { pid, semid } = await started(kind);
      const { rows } = await whenWaiting(addon, pid);
      assert.deepEqual(
        rows.map((row) => [row.operation, row.address, row.semaphore, row.change, row.flags]),
        [['semop', BigInt(semid), 1, change, flags]],
      );
    });
  }

  it('knows the same sleep by its switches, and since when it is', async () => {
    const { pid } = await started('mutex');
    const [first] = (await whenWaiting(addon, pid)).rows;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [second] = (await waitersOf(addon, [pid])).rows;
    assert.ok(first && second);
    assert.equal(second.switches, first.switches);
    if (!Number.isNaN(first.started)) assert.ok(Math.abs(second.started - first.started) < WITHIN_MS);
  });

  it('sees that it is stopped, and that its wait was begun anew', async () => {
    const { pid, path, running } = await started('timed');
    const [before] = (await whenWaiting(addon, pid)).rows;
    running.child.kill('SIGSTOP');
    const stopped = await until(
      () => waitersOf(addon, [pid]),
      ({ rows }) => rows[0]?.state === 'T',
    );
    assert.deepEqual(
      stopped.rows.map(({ address, state }) => [address, state]),
      [[before?.address, 'T']],
    );
    running.child.kill('SIGCONT');
    const { rows } = await until(
      () => waitersOf(addon, [pid]),
      (seen) => seen.rows[0]?.state === 'S',
    );
    const [row] = rows;
    assert.ok(row && before);
    // One with an absolute time is made to begin anew by the call itself where the kernel can.
    assert.deepEqual(
      [row.address, row.tid, row.flags.filter((flag) => flag !== 'restarted')],
      [before.address, before.tid, ['timed']],
    );
    const [number] = readFileSync(`/proc/${pid}/task/${row.tid}/syscall`, 'utf8').split(' ');
    assert.equal(row.flags.includes('restarted'), number === (process.arch === 'x64' ? '219' : '128'));
    assert.ok(row.switches > before.switches);
    assert.equal(reportOf(path).rows[0]?.error, 0);
  });

  it('sees 2,000 threads', async () => {
    const { pid, path } = await started('mutex', { count: 2000 });
    const { rows, threads, cut } = await whenWaiting(addon, pid, 2000);
    const reported = reportOf(path).rows.map(({ tid }) => tid);
    assert.deepEqual(
      rows.map(({ tid }) => tid),
      reported.sort((a, b) => a - b),
    );
    assert.deepEqual([threads, cut], [2001, false]);
  });

  it('sees the others of a process whose first thread has ended', async () => {
    const { pid } = await started('leader', { count: 3 });
    assert.equal((await whenWaiting(addon, pid, 3)).rows.length, 3);
  });

  it('sees what a process waits for after exec', async () => {
    const { pid, path, running } = await started('exec', { count: 5 });
    const before = (await whenWaiting(addon, pid, 5)).rows.map(({ tid }) => tid);
    assert.equal(before.length, 5);
    running.child.kill('SIGUSR1');
    const { rows } = await until(
      () => waitersOf(addon, [pid]),
      (seen) => seen.rows.length === 1 && !before.includes(seen.rows[0]?.tid ?? 0),
    );
    const [reported] = reportOf(path).rows;
    assert.deepEqual(
      rows.map(({ tid }) => tid),
      [reported?.tid],
    );
  });

  it('reads the calls of 32-bit programs', async function () {
    if (process.arch !== 'x64') skipBecause(this, 'there is no compiler for 32-bit programs of this machine here');
    const program = NARROW.map(([compiler, ...flags]) => compileWaiter(join(folder, 'narrow'), compiler, flags)).find(Boolean);
    if (program === undefined) skipBecause(this, 'there is no compiler for 32-bit x86 here, or such programs do not run');
    for (const kind of ['mutex', 'sem']) assert.deepEqual((await waits(kind, program)).flags, ['narrow']);
    assert.deepEqual((await waits('timed', program)).flags, ['timed', 'narrow']);
    assert.match((await waits('pi', program)).operation, /^FUTEX_LOCK_PI2?$/);
    for (const kind of ['semop', 'semtimedop']) {
      const row = await waits(kind, program);
      assert.deepEqual([row.operation, row.semaphore, row.change], ['semop', 1, -5]);
    }
  });

  it('reads the calls of programs of another C library', async function () {
    const program = compileWaiter(join(folder, 'musl'), 'musl-gcc', ['-static']);
    if (program === undefined) skipBecause(this, 'there is no musl-gcc here');
    for (const kind of ['mutex', 'cond', 'sem', 'reader', 'timed'])
      assert.match((await waits(kind, program)).operation, FUTEX_WAITS);
  });

  it('sees all processes at once, and none that are gone', async () => {
    const one = await started('mutex');
    const other = await started('sem');
    await whenWaiting(addon, one.pid);
    await whenWaiting(addon, other.pid);
    const { rows } = await waitersOf(addon, []);
    const pids = rows.map(({ pid }) => pid);
    assert.deepEqual([pids.includes(one.pid), pids.includes(other.pid)], [true, true]);
    assert.deepEqual(
      pids,
      [...pids].sort((a, b) => a - b),
    );
    await one.running.dispose();
    assert.deepEqual(await waitersOf(addon, [one.pid]), { rows: [], unseen: [], spread: 0, threads: 0, cut: false });
  });

  it('asks since when private ones wait only where that is wanted', async () => {
    // The threads of this very program wait for work by private futexes.
    const asked = await waitersOf(addon, [process.pid]);
    const unasked = await waitersOf(addon, [process.pid], false);
    const isPrivate = (row: Waiter): boolean => row.flags.includes('private') && !row.flags.includes('restarted');
    const known = asked.rows.filter(isPrivate);
    const unknown = unasked.rows.filter(isPrivate);
    assert.ok(known.length > 0 && unknown.length > 0);
    assert.ok(known.every(({ state, switches }) => /^[A-Z]$/.test(state) && switches > 0));
    assert.ok(unknown.every(({ state, switches, started }) => state === '?' && Number.isNaN(switches) && Number.isNaN(started)));
  });

  it('refuses what is no list of pids', async () => {
    await assert.rejects(addon.waitingThreads(Int32Array.of(0), true, true), shmErrorOf('EINVAL'));
  });
});
