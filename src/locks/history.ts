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
  /** Threads that wait, with `signals` as it was when they were seen first. */
  waiting: Map<string, { readonly signals: number; readonly timed: boolean }>;
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
    const waiting = new Map(lock.waiters.map((waiter) => [sleepOf(waiter), waiter.timed]));
    if (signalled(past, lock, count, waiting)) past.signals++;
    past.count = count;
    const { signals } = past;
    past.waiting = new Map([...waiting].map(([sleep, timed]) => [sleep, past.waiting.get(sleep) ?? { signals, timed }]));
    return { ...lock, share: shareOf(past), ...(isHeld ? { since: past.since } : {}) };
  }

  /** How often it was signalled since the thread was first seen to wait; undefined where that is not known. */
  signalsSince(segment: Segment, lock: Lock, waiter: Waiter): number | undefined {
    const past = this.#segments.get(segment.id)?.get(lock.offset);
    const before = past?.waiting.get(sleepOf(waiter));
    return past?.count !== undefined && before ? past.signals - before.signals : undefined;
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

/** By its count; a semaphore's is taken away at once by who waits for it: then a thread has woken that does not give up by itself. */
function signalled(
  { count: before, waiting: slept }: Past,
  { kind }: Lock,
  count: bigint | undefined,
  waiting: ReadonlyMap<string, boolean>,
) {
  if (count === undefined || before === undefined) return false;
  return count > before || (kind === 'semaphore' && [...slept].some(([sleep, { timed }]) => !timed && !waiting.has(sleep)));
}

/** The same sleep of the same thread. */
const sleepOf = ({ tid, since, exact }: Waiter): string => `${tid} ${exact ? Math.round(since / 1000) : ''}`;

function shareOf({ looks, held: times, contended, begun, holders }: Past): LockShare {
  const sorted = [...holders].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ name, looks: count }));
  return { looks, held: times, contended, since: begun, holders: sorted };
}
