import assert from 'node:assert/strict';
import { Owners } from '../../../src/locks/owners.ts';
import type { ThreadCalls } from '../../../src/native/threads.ts';
import { threads } from './fakeMachine.ts';
import { segment } from './made.ts';

const s = segment('/s', [100]);

/** Threads of process 100, of which `alive` says which are there; asking takes 20 ms. */
function machine(alive: Set<number>): { owners: Owners; asked: number[][] } {
  const asked: number[][] = [];
  const calls: Pick<ThreadCalls, 'threads' | 'threadsById'> = {
    threads: (pids) => Promise.resolve(threads([...pids])),
    threadsById: async (tids) => {
      asked.push([...tids]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return threads([...tids].filter((tid) => alive.has(tid)));
    },
  };
  return { owners: new Owners(calls), asked };
}

describe('the owners of locks', () => {
  const ask = (tid: number, of = s) => ({ segment: of, tid, since: undefined });
  const nobodyHides = (): boolean => false;

  it('are not asked for again a moment later, where they were alive; all others are', async () => {
    // Where there are many: few are asked for at each look.
    const many = Array.from({ length: 60 }, (_, i) => 1000 + i);
    const alive = new Set([100, 101, ...many]);
    const { owners, asked } = machine(alive);
    const look = async (fresh: boolean, ...tids: number[]) =>
      (await owners.resolve(
        tids.map((tid) => ask(tid)),
        nobodyHides,
        fresh,
      )).slice(0, 4).map((one) => one.alive); // prettier-ignore
    assert.deepEqual(await look(false, 100, 101, 102), [true, true, false]);
    assert.deepEqual(await look(false, 100, 101, 102, 103, ...many), [true, true, false, false]);
    alive.add(102).add(103);
    // One that was dead, and now has a thread of its number; one that nobody has asked for.
    assert.deepEqual(await look(false, 100, 101, 102, 103), [true, true, true, true]);
    assert.deepEqual(asked, [
      [100, 101, 102],
      [100, 101, 102, 103, ...many],
      [102, 103],
    ]);
    alive.clear();
    assert.deepEqual(await look(false, 100), [true]);
    assert.deepEqual(await look(true, 100), [false]);
    assert.deepEqual(asked.at(-1), [100]);
    assert.equal(asked.length, 4);
    // What the last one saw counts, also for looks that do not ask anew.
    assert.deepEqual(await look(false, 100), [false]);
  });

  it('are asked for at once where their process does not map the segment any more', async () => {
    const alive = new Set([100]);
    const { owners } = machine(alive);
    for (let tid = 1000; tid < 1060; tid++) alive.add(tid);
    await owners.resolve(
      [...alive].map((tid) => ask(tid)),
      nobodyHides,
      false,
    );
    alive.clear();
    assert.equal((await owners.resolve([ask(100)], nobodyHides, false))[0]?.alive, true);
    assert.deepEqual(await owners.resolve([ask(100, segment('/s', [200]))], nobodyHides, false), [{ tid: 100, alive: false }]);
  });
});
