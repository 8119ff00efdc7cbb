import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPrograms } from '../../programs/build.ts';
import { skipBecause } from '../../support/skip.ts';
import { familyOf } from '../nameless.ts';
import { addon, cleanup, shmErrorOf } from '../support.ts';
import { reportOf, threadRows, until, whenWaiting, WAITING_PROGRAMS } from './waiting.ts';

const threadsOf = async (...pids: number[]) => threadRows(await addon.threads(Int32Array.from(pids)));
const threadsById = async (...tids: number[]) => threadRows(await addon.threadsById(Int32Array.from(tids)));

/** A number that no thread has: the kernel gives out smaller ones (PID_MAX_LIMIT). */
const NO_TID = 2 ** 22 + 1;
/** What stat(5) tells in clock ticks, which are 10 ms, and rounding. */
const TICK_MS = 20;

describe('native: threads and their numbers', () => {
  const made = cleanup();
  let waiter = '';
  before(async () => (waiter = join(await buildPrograms(WAITING_PROGRAMS), 'waiter')));

  async function started(kind: string, count = 1, through: readonly string[] = []) {
    const path = made.path(kind);
    const [program, ...args] = [...through, waiter, kind, path.slice('/dev/shm'.length), String(count)];
    const running = await made.start(program ?? waiter, ...args);
    return { running, path, pid: running.pid };
  }

  it('tells the threads of a process by their numbers, names and starts', async () => {
    const before = Date.now();
    const { pid, path } = await started('mutex', 3);
    const rows = await threadsOf(pid);
    const space = statSync('/proc/self/ns/pid').ino;
    const tids = [pid, ...reportOf(path).rows.map(({ tid }) => tid)].sort((a, b) => a - b);
    assert.deepEqual(
      rows.map((row) => [row.pid, row.tid, row.ownTid, row.space, row.name]),
      tids.map((tid) => [pid, tid, tid, space, 'waiter']),
    );
    for (const { startedAt, state } of rows) {
      assert.ok(startedAt > before - TICK_MS && startedAt < Date.now() + TICK_MS, `${startedAt - before} ms after the test`);
      assert.match(state, /[SR]/);
    }
  });

  it('tells which one was stopped, and which has ended and is not waited for', async () => {
    const leader = await started('leader', 2);
    await whenWaiting(addon, leader.pid, 2);
    const states = async (wanted: string) =>
      await until(
        async () => (await threadsOf(leader.pid)).map(({ state }) => state).join(''),
        (seen) => seen === wanted,
      );
    assert.equal(await states('ZSS'), 'ZSS');
    leader.running.child.kill('SIGSTOP');
    assert.equal(await states('ZTT'), 'ZTT');
    leader.running.child.kill('SIGCONT');
    assert.equal(await states('ZSS'), 'ZSS');
  });

  it('finds a thread by its number alone, with its process', async () => {
    const { pid, path } = await started('mutex', 2);
    const tid = reportOf(path).rows[1]?.tid ?? 0;
    const rows = await threadsById(tid, NO_TID, pid);
    const all = await threadsOf(pid);
    assert.deepEqual(
      rows.map((row) => [row.pid, row.tid, row.ownTid, row.name, row.startedAt]),
      [pid, tid].map((one) => [pid, one, one, 'waiter', all.find((row) => row.tid === one)?.startedAt]),
    );
  });

  it('tells nothing of what has ended, and nothing of a thread that is asked for as a process', async () => {
    const { pid, path, running } = await started('mutex');
    const tid = reportOf(path).rows[0]?.tid ?? 0;
    assert.deepEqual(await threadsOf(tid), []);
    await running.dispose();
    assert.deepEqual([await threadsOf(pid), await threadsById(pid, tid)], [[], []]);
  });

  it('tells the numbers that threads of another pid namespace have there', async function () {
    const through = ['/usr/bin/unshare', '--pid', '--fork', '--kill-child'];
    const [program = '', ...args] = through;
    if (spawnSync(program, [...args, 'true']).status !== 0) skipBecause(this, 'no pid namespace can be made here');
    const { path, pid, running } = await started('mutex', 3, through);
    const inner = familyOf(pid).find((one) => one !== pid);
    assert.ok(inner !== undefined);
    try {
      const { rows } = await whenWaiting(addon, inner, 3);
      const reported = reportOf(path).rows.map((row) => row.tid);
      const all = await threadsOf(inner, pid);
      const own = new Map(all.map((row) => [row.tid, row.ownTid]));
      assert.deepEqual(
        rows.map(({ tid }) => own.get(tid) ?? -1).sort((a, b) => a - b),
        reported.sort((a, b) => a - b),
      );
      assert.deepEqual([own.get(inner), own.get(pid)], [1, pid]);
      const spaces = new Set(all.filter((row) => row.pid === inner).map(({ space }) => space));
      assert.deepEqual([...spaces], [statSync(`/proc/${inner}/ns/pid`).ino]);
      const [tid = 0] = rows.map((row) => row.tid);
      assert.deepEqual(
        (await threadsById(tid)).map((row) => [row.pid, row.ownTid]),
        [[inner, own.get(tid)]],
      );
    } finally {
      process.kill(inner, 'SIGTERM');
      await running.exit;
    }
  });

  it('tells all of 2,000 threads', async () => {
    const { pid } = await started('mutex', 2000);
    const rows = await threadsOf(pid);
    const listed = Number(/^Threads:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    assert.deepEqual([rows.length, listed], [2001, 2001]);
  });

  it('refuses what is no list of numbers', async () => {
    await assert.rejects(addon.threads(Int32Array.of(-1)), shmErrorOf('EINVAL'));
  });
});
