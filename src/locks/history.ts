/** What locks were from look to look: how often held, by whom, since when, and how often they were signalled. */
import type { Segment } from '../../api.d.ts';
import type { Lock, LockShare, Owner, Waiter } from './face.ts';
import { threadName } from './names.ts';
import { JITTER_MS } from './sleeps.ts';

/** Holders of one lock that are told apart. */
const MOST_HOLDERS = 16;

/** One lock's. It moves on from look to look, also for who has it from an earlier one. */
class Past implements LockShare {
  looks = 0;
  held = 0;
  contended = 0;
  readonly since: number;
  readonly holdings = new Map<string, number>();
  /** Who held it at the last look. */
  holder: string | undefined;
  isHeld = false;
  /** State and owner, and since when they are the same. */
  state = '';
  stateSince: number;
  /** What a signal makes larger, as it was at the last look, and how often it was seen to grow. */
  count: bigint | undefined;
  signals = 0;
  /** Threads that wait, by tid. */
  waiting: ReadonlyMap<number, Waiting> = new Map();

  constructor(now: number) {
    this.since = now;
    this.stateSince = now;
  }

  get holders(): LockShare['holders'] {
    return Array.from(this.holdings, ([name, looks]) => ({ name, looks })).sort((a, b) => b.looks - a.looks);
  }

  /** One more look, at which it is as `change` had it last. */
  again(): void {
    this.looks++;
    if (!this.isHeld) return;
    this.held++;
    if (this.waiting.size > 0) this.contended++;
    const { holder, holdings } = this;
    if (holder !== undefined && (holdings.has(holder) || holdings.size < MOST_HOLDERS))
      holdings.set(holder, (holdings.get(holder) ?? 0) + 1);
  }
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
    change(past, lock, count, now);
    past.again();
    return { ...lock, share: past, ...(past.isHeld ? { since: past.stateSince } : {}) };
  }

  /** One more look, at which nothing of a segment's locks differs. */
  again(id: string): void {
    for (const past of this.#segments.get(id)?.values() ?? []) past.again();
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
    return past && past.state.split(' ')[1] === `${tid}` ? past.stateSince : undefined;
  }

  /** Forgets all segments but these. */
  keep(ids: { has(id: string): boolean }): void {
    for (const id of this.#segments.keys()) if (!ids.has(id)) this.#segments.delete(id);
  }

  /** Forgets all locks of a segment but these. */
  keepOf(id: string, offsets: ReadonlySet<number>): void {
    const locks = this.#segments.get(id);
    for (const offset of locks?.keys() ?? []) if (!offsets.has(offset)) locks?.delete(offset);
  }

  #past(id: string, offset: number, now: number): Past {
    let locks = this.#segments.get(id);
    if (!locks) this.#segments.set(id, (locks = new Map<number, Past>()));
    let past = locks.get(offset);
    if (!past) locks.set(offset, (past = new Past(now)));
    return past;
  }
}

/** Takes in what differs from the last look. */
function change(past: Past, lock: Lock, count: bigint | undefined, now: number): void {
  const { owner, waiters } = lock;
  past.isHeld = held(lock);
  past.holder = owner && holderName(owner);
  const state = `${lock.state} ${owner?.tid ?? ''} ${owner?.alive ?? ''}`;
  if (state !== past.state) {
    past.state = state;
    past.stateSince = now;
  }
  if (isSignalled(past, lock, count)) past.signals++;
  past.count = count;
  const { waiting, signals } = past;
  past.waiting = new Map(
    waiters.map((waiter) => {
      const before = waiting.get(waiter.tid);
      const same = before && isSameSleep(before.waiter, waiter);
      return [waiter.tid, same ? { ...before, waiter } : { waiter, signals, seen: now }];
    }),
  );
}

function holderName(owner: Owner): string {
  const { tid, pid = tid, process } = owner;
  return process === undefined ? `thread ${tid}` : threadName({ ...owner, process, pid });
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

/** Of one thread. */
function isSameSleep(before: Waiter, now: Waiter): boolean {
  return now.since - before.since < JITTER_MS;
}
