/** The locks that are followed, each with what it was from look to look. */
import type { Segment } from '../../api.d.ts';
import { mapPaced, Pace } from '../segments/pace.ts';
import type { Lock, SegmentLocks, Waiter } from './face.ts';
import { LockHistory } from './history.ts';
import type { RawSegment } from './look.ts';
import type { Looked } from './looker.ts';

/** A segment's locks as they were looked at, and what was made of them. */
interface Taken {
  readonly looked: SegmentLocks;
  readonly locks: SegmentLocks;
}

export class RememberedLocks {
  #history = new LockHistory();
  /** By segment id: of the last look. */
  #last: ReadonlyMap<string, Taken> = new Map();

  /** What the look has, with shares and since when it is so; the same objects for segments of which nothing differs. In slices. */
  async take(looked: readonly Looked[], now: number): Promise<SegmentLocks[]> {
    // Another one, once `clear` is called meanwhile.
    const history = this.#history;
    const taken = new Map<string, Taken>();
    const pace = new Pace();
    for (const { locks, raw } of looked) {
      const { id } = locks.segment;
      const before = this.#last.get(id);
      const same = before?.looked === locks;
      if (same) history.again(id);
      taken.set(id, same ? before : { looked: locks, locks: await takeIn(history, locks, raw, before?.locks, now, pace) });
    }
    history.keep(taken);
    if (history === this.#history) this.#last = taken;
    return Array.from(taken.values(), ({ locks }) => locks);
  }

  /** How often it was signalled since the thread was first seen to wait (LockHistory). */
  signalsSince(segment: Segment, lock: Lock, waiter: Waiter, seenBy: number): number | undefined {
    return this.#history.signalsSince(segment, lock, waiter, seenBy);
  }

  /** ms since the epoch: since when the lock was seen to be held by this thread; undefined where it was not. */
  heldSince(id: string, offset: number, tid: number): number | undefined {
    return this.#history.heldSince(id, offset, tid);
  }

  clear(): void {
    this.#last = new Map();
    this.#history = new LockHistory();
  }
}

async function takeIn(
  history: LockHistory,
  looked: SegmentLocks,
  raw: RawSegment,
  before: SegmentLocks | undefined,
  now: number,
  pace: Pace,
): Promise<SegmentLocks> {
  const { segment } = looked;
  const locks = await mapPaced(looked.locks, pace, (lock, at) =>
    history.take(segment, named(lock, before?.locks[at]), signalCount(raw, at), now),
  );
  history.keepOf(segment.id, new Set(locks.map(({ offset }) => offset)));
  return { ...looked, locks };
}

/** An owner that has died keeps the name that it had when it was seen alive. */
function named(lock: Lock, before: Lock | undefined): Lock {
  const { owner } = lock;
  const known = before?.owner;
  if (!owner || owner.alive || owner.process !== undefined || known?.tid !== owner.tid || known.process === undefined)
    return lock;
  return { ...lock, owner: { ...owner, process: known.process, ...(known.pid === undefined ? {} : { pid: known.pid }) } };
}

/** What a signal makes larger. */
function signalCount({ raws }: RawSegment, at: number): bigint | undefined {
  const words = raws[at]?.words;
  if (words?.kind === 'semaphore') return words.value === undefined ? undefined : BigInt(words.value);
  return words?.turns?.signalled;
}
