/** What locks were from look to look: how often held, by whom, since when, and how often they were signalled. */
import type { Segment } from '../../api.d.ts';
import type { Lock, LockShare, Waiter } from './face.ts';
import { threadName } from './names.ts';

/** Holders of one lock that are told apart. */
const MOST_HOLDERS = 16;

interface Past {
  looks: number;
  held: number;
  contended: number;
  readonly begun: number;
  readonly holders: Map<string, number>;
  /** State and owner, and since when they are the same. */
  state: string;
  since: number;
  /** What a signal makes larger, as it was at the last look, and how often it was seen to grow. */
  count: bigint | undefined;
  signals: number;
  /** Threads that wait, by tid. */
  waiting: ReadonlyMap<number, Waiting>;
}

/** One that waits, with `signals` as it was when it was seen first, and when that was. */
interface Waiting {
  readonly waiter: Waiter;
  readonly signals: number;
  readonly seen: number;
}

export class LockHistory {
  readonly #segments = new Map<string, Map<number, Past>>();

  /**
   * Takes a lock as it is now; gives it with its share and since when it is so. `count`: what a signal makes larger, of a condition variable
   * or a semaphore.
   */
  take(segment: Segment, lock: Lock, count: bigint | undefined, now: number): Lock {
    const past = this.#past(segment.id, lock.offset, now);
    const isHeld = held(lock);
    past.looks++;
    if (isHeld) past.held++;
    if (lock.waiters.length > 0 && isHeld) past.contended++;
    const { owner } = lock;
    const holder =
      owner &&
      (owner.process === undefined
        ? `thread ${owner.tid}`
        : threadName({ ...owner, process: owner.process, pid: owner.pid ?? owner.tid }));
    if (isHeld && holder !== undefined && (past.holders.has(holder) || past.holders.size < MOST_HOLDERS))
      past.holders.set(holder, (past.holders.get(holder) ?? 0) + 1);
    const state = `${lock.state} ${owner?.tid ?? ''} ${owner?.alive ?? ''}`;
    if (state !== past.state) {
      past.state = state;
      past.since = now;
    }
    if (isSignalled(past, lock, count)) past.signals++;
    past.count = count;
    past.waiting = new Map(
      lock.waiters.map((waiter) => {
        const before = past.waiting.get(waiter.tid);
        const same = before && isSameSleep(before.waiter, waiter);
        return [waiter.tid, same ? { ...before, waiter } : { waiter, signals: past.signals, seen: now }];
      }),
    );
    return { ...lock, share: shareOf(past), ...(isHeld ? { since: past.since } : {}) };
  }

  /** How often it was signalled since the thread was first seen to wait; undefined where that was later than `seenBy`, or is not counted. */
  signalsSince(segment: Segment, lock: Lock, waiter: Waiter, seenBy = Infinity): number | undefined {
    const past = this.#segments.get(segment.id)?.get(lock.offset);
    const before = past?.waiting.get(waiter.tid);
    return past?.count !== undefined && before && before.seen <= seenBy && isSameSleep(before.waiter, waiter)
      ? past.signals - before.signals
      : undefined;
  }

  /** Since when the lock was seen to be held by this thread; undefined where it was not. */
  heldSince(id: string, offset: number, tid: number): number | undefined {
    const past = this.#segments.get(id)?.get(offset);
    return past && past.state.split(' ')[1] === `${tid}` ? past.since : undefined;
  }

  /** Forgets all segments but these, and of them all locks that are not among the offsets. */
  keep(offsets: ReadonlyMap<string, ReadonlySet<number>>): void {
    for (const [id, locks] of this.#segments) {
      const kept = offsets.get(id);
      if (!kept) this.#segments.delete(id);
      else for (const offset of locks.keys()) if (!kept.has(offset)) locks.delete(offset);
    }
  }

  clear(): void {
    this.#segments.clear();
  }

  #past(id: string, offset: number, now: number): Past {
    let locks = this.#segments.get(id);
    if (!locks) this.#segments.set(id, (locks = new Map<number, Past>()));
    let past = locks.get(offset);
    if (!past) {
      past = {
        looks: 0,
        held: 0,
        contended: 0,
        begun: now,
        holders: new Map(),
        state: '',
        since: now,
        count: undefined,
        signals: 0,
        waiting: new Map(),
      };
      locks.set(offset, past);
    }
    return past;
  }
}

/** Whether somebody has it: of semaphores and conditions nobody does. */
export function held({ state }: Pick<Lock, 'state'>): boolean {
  return state === 'locked' || state === 'read-locked' || state === 'write-locked' || state === 'owner-died';
}

/**
 * Whether it was signalled since the look before. What a semaphore is posted, a waiter takes before anybody looks: that one waits no more,
 * or anew, tells of it; but for those that give up by themselves.
 */
function isSignalled({ count: before, waiting }: Past, { kind, waiters }: Lock, count: bigint | undefined): boolean {
  if (before === undefined || count === undefined) return false;
  if (count > before) return true;
  if (kind !== 'semaphore') return false;
  const now = new Map(waiters.map((waiter) => [waiter.tid, waiter]));
  return [...waiting.values()].some(({ waiter }) => {
    const still = now.get(waiter.tid);
    return !waiter.timed && !(still && isSameSleep(waiter, still));
  });
}

/** ms by which what is told of one sleep differs from look to look (Sleeps: it only gets less). */
const JITTER = 200;

/** Of one thread. */
function isSameSleep(before: Waiter, now: Waiter): boolean {
  return now.since - before.since < JITTER;
}

function shareOf({ looks, held: times, contended, begun, holders }: Past): LockShare {
  const sorted = [...holders].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ name, looks: count }));
  return { looks, held: times, contended, since: begun, holders: sorted };
}
