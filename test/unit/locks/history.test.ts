import assert from 'node:assert/strict';
import { LockHistory } from '../../../src/locks/history.ts';
import { mutex, segment, waiter } from './made.ts';

const s = segment('/s');

describe('the history of locks', () => {
  it('counts how often a lock was held, by whom, and contended, and since when it is', () => {
    const history = new LockHistory();
    history.take(s, mutex(0), undefined, 1000);
    history.take(s, mutex(0, 5), undefined, 1500);
    history.take(s, mutex(0, 5, { waiters: [waiter(6)] }), undefined, 2000);
    const last = history.take(s, mutex(0, 6), undefined, 2500);
    assert.deepEqual(last.share, {
      looks: 4,
      held: 3,
      contended: 1,
      since: 1000,
      holders: [
        { name: 'p5 (5)', looks: 2 },
        { name: 'p6 (6)', looks: 1 },
      ],
    });
    assert.equal(last.since, 2500);
    assert.equal(history.heldSince(s.id, 0, 6), 2500);
    assert.equal(history.heldSince(s.id, 0, 5), undefined);
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
    history.keep(new Map([[s.id, new Set([64])]]));
    assert.equal(history.heldSince(s.id, 0, 5), undefined);
    assert.equal(history.heldSince(s.id, 64, 5), 0);
    history.keep(new Map());
    assert.equal(history.heldSince(s.id, 64, 5), undefined);
  });
});
