/** Threads that wait for each other: who waits for a lock that somebody holds who waits for a lock, until it comes back. */
import type { CycleStep, Lock, LockRef, SegmentLocks, Waiter } from './face.ts';

/** What a thread sleeps for, and who has it. */
interface Waits {
  readonly waiter: Waiter;
  readonly wants: LockRef;
  /** Thread that holds it. */
  readonly owner: number;
}

/**
 * Each cycle once, its steps in the order of waiting, beginning with the lowest tid. A thread that waits for a lock which it holds itself is
 * a cycle of one step. Only what has one owner takes part: not read-held locks, conditions and semaphores.
 */
export function cyclesOf(segments: readonly SegmentLocks[]): CycleStep[][] {
  const byThread = waitsOf(segments);
  const seen = new Set<number>();
  const cycles: CycleStep[][] = [];
  for (const start of [...byThread.keys()].sort((a, b) => a - b)) {
    const way: Waits[] = [];
    const onWay = new Map<number, number>();
    for (let thread = start; !seen.has(thread);) {
      const waits = byThread.get(thread);
      if (!waits) break;
      seen.add(thread);
      onWay.set(thread, way.length);
      way.push(waits);
      thread = waits.owner;
      const from = onWay.get(thread);
      if (from !== undefined) cycles.push(stepsOf(way.slice(from)));
    }
  }
  return cycles;
}

/** futex_waitv(2) lets a thread wait for several; the first one with an owner is taken. */
function waitsOf(segments: readonly SegmentLocks[]): Map<number, Waits> {
  const byThread = new Map<number, Waits>();
  for (const { segment, locks } of segments) {
    for (const lock of locks) {
      const { owner } = lock;
      if (!owner?.alive || lock.state === 'free') continue;
      // Who gives up by itself after a time does not wait for ever.
      for (const waiter of lock.waiters)
        if (!waiter.timed && !byThread.has(waiter.tid))
          byThread.set(waiter.tid, { waiter, wants: refOf(segment, lock), owner: owner.tid });
    }
  }
  return byThread;
}

function stepsOf(way: readonly Waits[]): CycleStep[] {
  const first = way.reduce((least, { waiter }, at) => (waiter.tid < (way[least]?.waiter.tid ?? 0) ? at : least), 0);
  return way.flatMap((_, i) => {
    const at = (first + i) % way.length;
    const step = way[at];
    // Who waits for this thread waits for what it holds.
    const holds = way[(at + way.length - 1) % way.length]?.wants;
    if (!step || !holds) return [];
    const { pid, tid, process, where } = step.waiter;
    return [{ pid, tid, process, holds, wants: step.wants, ...(where ? { where } : {}) }];
  });
}

export function refOf(segment: SegmentLocks['segment'], { offset, path }: Pick<Lock, 'offset' | 'path'>): LockRef {
  return { id: segment.id, segment: segment.name, offset, ...(path === undefined ? {} : { path }) };
}
