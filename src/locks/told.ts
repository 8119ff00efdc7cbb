/** Whether two looks say the same, but for what moves by itself. */
import { mapPaced, Pace } from '../segments/pace.ts';
import type { Lock, LocksLook, SegmentLocks, Waiter } from './face.ts';

/** A segment of which nothing differs is the same object from look to look. */
const known = new WeakMap<SegmentLocks, string>();

/** Equal for looks that show nothing else: shares, ages and the counts that grow by themselves are left out. */
export async function lookKey({ segments, sets, findings, unseen }: LocksLook): Promise<string> {
  const pace = new Pace();
  const parts: string[] = [];
  for (const segment of segments) {
    const key = known.get(segment) ?? (await segmentKey(segment, pace));
    known.set(segment, key);
    parts.push(key);
  }
  const semaphores = sets.map((set) => JSON.stringify(set.semaphores) + `${set.semid} ${waitersKey(set.waiters)}`);
  return [...parts, ...semaphores, ...findings.map(({ key }) => key), unseen.processes].join('\n');
}

async function segmentKey({ segment, type, locks, elsewhere, problem }: SegmentLocks, pace: Pace): Promise<string> {
  return [
    `${segment.id} ${type ?? ''} ${problem ?? ''}`,
    ...(await mapPaced(locks, pace, lockKey)),
    ...elsewhere.map(({ offset, waiters }) => `${offset}:${waitersKey(waiters)}`),
  ].join('\n');
}

function lockKey({ offset, text, path, owner, waiters, corrupt }: Lock): string {
  return `${offset} ${path ?? ''} ${text} ${owner?.tid ?? ''} ${owner?.alive ?? ''} ${corrupt ?? ''} ${waitersKey(waiters)}`;
}

const waitersKey = (waiters: readonly Waiter[]): string =>
  waiters.map(({ tid, where, stopped }) => `${tid} ${where?.line ?? ''} ${stopped}`).join();
