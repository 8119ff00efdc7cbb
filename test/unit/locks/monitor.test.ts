import assert from 'node:assert/strict';
import type { Finding } from '../../../src/locks/face.ts';
import { followed, type Machine } from './fakeMachine.ts';

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
});
