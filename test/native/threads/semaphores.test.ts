import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPrograms } from '../../programs/build.ts';
import { skipBecause } from '../../support/skip.ts';
import { familyOf } from '../nameless.ts';
import { addon, cleanup, shmErrorOf } from '../support.ts';
import { removeSet, reportOf, setTimes, until, WAITING_PROGRAMS, whenWaiting } from './waiting.ts';

/** One set, and its semaphores as [value, last pid, waiters for more, waiters for 0]. */
async function setOf(semid: number, pid = 0) {
  const raw = await addon.semaphoreSets(pid);
  const at = raw.semid.indexOf(semid);
  if (at < 0) return undefined;
  const first = raw.first[at] ?? 0;
  const count = raw.count[at] ?? 0;
  const error = raw.errors.split('\0')[at];
  const { key, mode, uid, gid, creatorUid, creatorGid, operatedAt, changedAt } = raw;
  return {
    key: key[at],
    mode: mode[at],
    owners: [uid, gid, creatorUid, creatorGid].map((column) => column[at]),
    operatedAt: operatedAt[at],
    changedAt: changedAt[at],
    count,
    error,
    semaphores: Array.from({ length: error === '' ? count : 0 }, (_, i) =>
      [raw.value, raw.lastPid, raw.increaseWaiters, raw.zeroWaiters].map((column) => column[first + i]),
    ),
  };
}

describe('native: System V semaphores', () => {
  const made = cleanup();
  let waiter = '';
  const semids: number[] = [];
  before(async () => (waiter = join(await buildPrograms(WAITING_PROGRAMS), 'waiter')));
  afterEach(() => semids.splice(0).forEach(removeSet));

  async function started(kind: string, count: number, through: readonly string[] = []) {
    const path = made.path(kind);
    const [program, ...args] = [...through, waiter, kind, path.slice('/dev/shm'.length), String(count)];
    const running = await made.start(program ?? waiter, ...args);
    return { running, pid: running.pid, semid: reportOf(path).semid };
  }

  it('tells values, who changed them, and how many wait', async () => {
    const more = await started('semop', 3);
    semids.push(more.semid);
    const zero = await started('zero', 2);
    semids.push(zero.semid);
    await whenWaiting(addon, more.pid, 3);
    await whenWaiting(addon, zero.pid, 2);
    const set = await setOf(more.semid);
    const ids = [process.geteuid?.(), process.getegid?.()];
    assert.ok(set);
    assert.deepEqual([set.key, set.mode, set.owners, set.count, set.error], [0, 0o600, [...ids, ...ids], 3, '']);
    // The first operation of each, which adds, was taken back.
    assert.deepEqual(set.semaphores, [
      [0, 0, 0, 0],
      [2, more.pid, 3, 0],
      [7, more.pid, 0, 0],
    ]);
    assert.deepEqual((await setOf(zero.semid))?.semaphores[1], [2, zero.pid, 0, 2]);
  });

  it('leaves no trace', async () => {
    const { semid, pid } = await started('semop', 1);
    semids.push(semid);
    await whenWaiting(addon, pid);
    const before = setTimes(semid);
    const first = await setOf(semid);
    // Times are in seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await setOf(semid);
    assert.ok(before && first);
    assert.deepEqual(second, first);
    assert.deepEqual(setTimes(semid), before);
    assert.deepEqual({ operatedAt: first.operatedAt, changedAt: first.changedAt }, before);
    assert.equal(first.operatedAt, 0);
  });

  it('does not tell of a set that was removed', async () => {
    const { semid } = await started('semop', 1);
    execFileSync('ipcrm', ['-s', String(semid)]);
    assert.equal(await setOf(semid), undefined);
  });

  it('enters the IPC namespace of another process', async function () {
    const through = ['/usr/bin/unshare', '--ipc', '--pid', '--fork', '--kill-child'];
    const [program = '', ...args] = through;
    if (spawnSync(program, [...args, 'true']).status !== 0) skipBecause(this, 'no IPC namespace can be made here');
    const { pid, semid, running } = await started('semop', 2, through);
    const inner = familyOf(pid).find((one) => one !== pid);
    assert.ok(inner !== undefined);
    try {
      const set = await until(
        () => setOf(semid, inner),
        (seen) => seen?.semaphores[1]?.[2] === 2,
      );
      // Its pid, 1 there, as it is here.
      assert.deepEqual(set?.semaphores[1], [2, inner, 2, 0]);
      assert.equal((await addon.semaphoreSets(inner)).semid.length, 1);
      assert.notEqual((await setOf(semid))?.semaphores[1]?.[1], inner);
    } finally {
      process.kill(inner, 'SIGTERM');
      await running.exit;
    }
  });

  it('says which process is not there', async () => {
    await assert.rejects(addon.semaphoreSets(2 ** 30), shmErrorOf('ESRCH'));
    await assert.rejects(addon.semaphoreSets(-1), shmErrorOf('EINVAL'));
  });
});
