import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Finding } from '../../../src/locks/face.ts';
import { shmError } from '../../../src/native/errors.ts';
import { LockMonitor } from '../../../src/locks/monitor.ts';
import { followed, shown, type Machine } from './fakeMachine.ts';

/** What two looks find, of a machine that differs between them. */
async function found(...machines: readonly [Machine, Machine]): Promise<readonly Finding[]> {
  const { monitor } = followed(...machines);
  const { findings } = await monitor.look();
  monitor.dispose();
  return findings;
}

describe('the monitor of locks', () => {
  it('calls it a deadlock only where the same sleep was there before and after the words were read', async () => {
    const itself: Machine = { sleepers: [{ tid: 100, offset: 0, switches: 1 }], owner: 100 };
    const [deadlock] = await found(itself, itself);
    assert.equal(deadlock?.kind, 'deadlock');
    // It has got the lock, and waits for it anew: a lock that is in much use.
    assert.deepEqual(await found(itself, { ...itself, sleepers: [{ tid: 100, offset: 0, switches: 2 }] }), []);
  });

  it('calls it no deadlock where a thread gives up by itself', async () => {
    const timed: Machine = { sleepers: [{ tid: 100, offset: 0, switches: 1, timed: true }], owner: 100 };
    assert.deepEqual(await found(timed, timed), []);
  });

  it('does not forget since when threads sleep because another segment is looked at', async () => {
    const { monitor } = followed({ sleepers: [{ tid: 101, offset: 0, switches: 1 }], owner: 100 });
    const since = async () => (await monitor.look()).segments[0]?.locks[0]?.waiters[0]?.since;
    const before = await since();
    await pause(5);
    const other = { ...shown, id: 'other', mappings: shown.mappings.map((one) => ({ ...one, address: 0x8000_0000n })) };
    for (let i = 0; i < 3; i++) await monitor.lookAt(other, undefined);
    assert.equal(await since(), before);
    monitor.dispose();
  });

  it('shows where a thread waits as soon as that is known, though nothing else differs', async () => {
    const { monitor, parts } = followed({ sleepers: [{ tid: 101, offset: 0, switches: 1 }], owner: 100 });
    let known: (() => void) | undefined;
    // It becomes known while a look is being made.
    const where = {
      of: () => {
        if (!known) return { function: 'main', line: 7 };
        known();
        known = undefined;
        return undefined;
      },
      learn: () => new Promise<void>((resolve) => (known = resolve)),
    };
    const following = new LockMonitor({ ...parts, where });
    const follow = following.follow();
    const lines = () => following.last?.segments[0]?.locks[0]?.waiters.map((one) => one.where?.line);
    for (let i = 0; i < 40 && lines()?.[0] !== 7; i++) await pause(50);
    const seen = lines();
    follow.dispose();
    following.dispose();
    monitor.dispose();
    assert.deepEqual(seen, [7]);
  });

  it('shows since when a thread waits as soon as the kernel tells, though nothing else differs', async () => {
    const asleep = { tid: 101, offset: 0, switches: 1 };
    const { monitor } = followed({ sleepers: [asleep], owner: 100 }, { sleepers: [{ ...asleep, started: 5000 }], owner: 100 });
    const follow = monitor.follow();
    const waiter = () => monitor.last?.segments[0]?.locks[0]?.waiters[0];
    for (let i = 0; i < 80 && waiter()?.exact !== true; i++) await pause(50);
    const { since, exact } = waiter() ?? {};
    follow.dispose();
    monitor.dispose();
    assert.deepEqual({ since, exact }, { since: 5000, exact: true });
  });

  it('shows a time that gets less little by little, as it is in the end', async () => {
    const at = (started: number): Machine => ({ sleepers: [{ tid: 101, offset: 0, switches: 1, started }], owner: 100 });
    const { monitor } = followed(at(10_000), at(9850), at(9700));
    const follow = monitor.follow();
    const since = () => monitor.last?.segments[0]?.locks[0]?.waiters[0]?.since;
    for (let i = 0; i < 100 && since() !== 9700; i++) await pause(50);
    const seen = since();
    follow.dispose();
    monitor.dispose();
    assert.equal(seen, 9700);
  });

  it('does not say that a lock was held between two looks that are apart', async () => {
    const { monitor } = followed({ sleepers: [], owner: 100 });
    const since = async () => (await monitor.look()).segments[0]?.locks[0]?.since ?? 0;
    const first = await since();
    await pause(20);
    assert.ok((await since()) > first);
    monitor.dispose();
  });

  it('tells of locks where the kernel does not tell who sleeps, and of no sets where it has none', async () => {
    const { monitor, parts } = followed({ sleepers: [], owner: 100 });
    parts.calls.waitingThreads = () => Promise.reject(shmError('ENOTSUP', 'The kernel does not tell.'));
    parts.calls.semaphoreSets = () => Promise.reject(shmError('ENOSYS', 'There are none.'));
    const look = await monitor.look();
    assert.deepEqual(
      look.segments.map(({ locks }) => locks.map(({ state, owner }) => [state, owner?.tid])),
      [[['locked', 100]]],
    );
    assert.match(look.unseen.remedy ?? '', /The kernel does not tell/);
    assert.deepEqual(look.sets, []);
    assert.equal((await monitor.lookAt(shown)).locks.length, 1);
    monitor.dispose();
  });
});
