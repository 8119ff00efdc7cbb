import assert from 'node:assert/strict';
import { LockHistory } from '../../../src/locks/history.ts';
import { RememberedLocks } from '../../../src/locks/remembered.ts';
import { mutex, segment, waiter } from './made.ts';

const s = segment('/s');

describe('the history of locks', () => {
  it('counts how often a lock was held, by whom, and contended, and since when it is', () => {
    const history = new LockHistory();
    history.take(s, mutex(0), undefined, 1000);
    history.take(s, mutex(0, 5), undefined, 1500);
    history.take(s, mutex(0, 5, { waiters: [waiter(6)] }), undefined, 2000);
    const last = history.take(s, mutex(0, 6), undefined, 2500);
    const { looks, held, contended, since, holders } = last.share ?? {};
    assert.deepEqual(
      { looks, held, contended, since, holders },
      {
        looks: 4,
        held: 3,
        contended: 1,
        since: 1000,
        holders: [
          { name: 'p5 (5)', looks: 2 },
          { name: 'p6 (6)', looks: 1 },
        ],
      },
    );
    assert.equal(last.since, 2500);
    assert.equal(history.heldSince(s.id, 0, 6), 2500);
    assert.equal(history.heldSince(s.id, 0, 5), undefined);
  });

  it('gives the same objects for a segment of which nothing differs, and counts on in them', async () => {
    const remembered = new RememberedLocks();
    const place = { offset: 0, size: 40, path: 'm', type: 'pthread_mutex_t', format: 'mutex' } as const;
    const words = { kind: 'mutex', state: 'locked', ownerTid: 5, notes: [], words: [] } as const;
    const of = { places: [place], libc: undefined, bytes: [] };
    const raw = { segment: s, type: 't', raws: [{ place, words }], more: false, problem: undefined, of };
    const looked = (tid: number) => ({
      locks: { segment: s, type: 't', locks: [mutex(0, tid)], more: false, elsewhere: [] },
      raw,
      mixed: undefined,
    });
    const first = looked(5);
    const [before] = await remembered.take([first], 1000);
    const [same] = await remembered.take([first], 2000);
    assert.equal(same, before);
    const { looks, held } = same?.locks[0]?.share ?? {};
    assert.deepEqual({ looks, held }, { looks: 2, held: 2 });
    const [other] = await remembered.take([looked(6)], 3000);
    assert.notEqual(other, before);
    assert.equal(other?.locks[0]?.since, 3000);
    assert.equal(other?.locks[0]?.share?.looks, 3);
    assert.deepEqual(await remembered.take([], 4000), []);
    assert.equal((await remembered.take([looked(6)], 5000))[0]?.locks[0]?.share?.looks, 1);
  });

  it('begins anew where it is cleared while a look is taken', async () => {
    const remembered = new RememberedLocks();
    const many = Array.from({ length: 10_000 }, (_, i) => mutex(i * 40, 5));
    const raw = {
      segment: s,
      type: 't',
      raws: [],
      more: false,
      problem: undefined,
      of: { places: [], libc: undefined, bytes: [] },
    };
    const looked = { locks: { segment: s, type: 't', locks: many, more: false, elsewhere: [] }, raw, mixed: undefined };
    const taking = remembered.take([looked, looked], 1000);
    remembered.clear();
    await taking;
    const [first] = await remembered.take([looked], 2000);
    const [second] = await remembered.take([looked], 3000);
    assert.equal(second, first);
    assert.deepEqual([second?.locks[9999]?.share?.looks, second?.locks[9999]?.since], [2, 2000]);
  });

  it('counts the signals since each thread began to wait', () => {
    const history = new LockHistory();
    const cond = (...waiters: ReturnType<typeof waiter>[]) => mutex(0, undefined, { kind: 'cond', waiters });
    const [first, second] = [waiter(1), waiter(2, { since: 9000 })];
    history.take(s, cond(first), 4n, 0);
    const lock = history.take(s, cond(first, second), 5n, 500);
    assert.equal(history.signalsSince(s, lock, first), 1);
    assert.equal(history.signalsSince(s, lock, second), 0);
    assert.equal(history.signalsSince(s, lock, waiter(3)), undefined);
    // The wait of a thread that has slept anew is another one.
    const again = history.take(s, cond(waiter(1, { since: 20_000 })), 6n, 1000);
    assert.equal(history.signalsSince(s, again, waiter(1, { since: 20_000 })), 0);
  });

  it('does not say how often it was signalled what does not count', () => {
    const history = new LockHistory();
    const lock = history.take(s, mutex(0, undefined, { kind: 'cond', waiters: [waiter(1)] }), undefined, 0);
    assert.equal(history.signalsSince(s, lock, waiter(1)), undefined);
  });

  it('takes it for a post of a semaphore that one of its waiters is gone, or waits anew; not so for those that give up', () => {
    const history = new LockHistory();
    const sem = (...waiters: ReturnType<typeof waiter>[]) => mutex(0, undefined, { kind: 'semaphore', waiters });
    const [first, second, timed] = [waiter(1), waiter(2), waiter(3, { timed: true })];
    history.take(s, sem(first, second, timed), 0n, 0);
    const same = history.take(s, sem(first, second), 0n, 500);
    assert.equal(history.signalsSince(s, same, first), 0);
    const anew = history.take(s, sem(first, waiter(2, { since: 20_000 })), 0n, 1000);
    assert.equal(history.signalsSince(s, anew, first), 1);
    const one = history.take(s, sem(first), 0n, 1500);
    assert.equal(history.signalsSince(s, one, first), 2);
  });

  it('says nothing of signals where the watching began too late', () => {
    const history = new LockHistory();
    const lock = history.take(s, mutex(0, undefined, { kind: 'cond', waiters: [waiter(1)] }), 4n, 5000);
    assert.equal(history.signalsSince(s, lock, waiter(1), 4999), undefined);
    assert.equal(history.signalsSince(s, lock, waiter(1), 5000), 0);
  });

  it('forgets what is not there any more', () => {
    const history = new LockHistory();
    history.take(s, mutex(0, 5), undefined, 0);
    history.take(s, mutex(64, 5), undefined, 0);
    history.keepOf(s.id, new Set([64]));
    assert.equal(history.heldSince(s.id, 0, 5), undefined);
    assert.equal(history.heldSince(s.id, 64, 5), 0);
    history.keep(new Map());
    assert.equal(history.heldSince(s.id, 64, 5), undefined);
  });
});
