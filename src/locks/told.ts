/** Whether two looks say the same, but for what moves by itself. */
import type { Lock, LocksLook, Waiter } from './face.ts';

/** Equal for looks that show nothing else: shares, ages and the counts that grow by themselves are left out. */
export function lookKey({ segments, sets, findings, unseen }: LocksLook): string {
  const parts = segments.map(
    ({ segment, type, locks, elsewhere, problem }) =>
      `${segment.id} ${type ?? ''} ${problem ?? ''} ${locks.map(lockKey).join()} ${elsewhere.map(({ offset, waiters }) => `${offset}:${waitersKey(waiters)}`).join()}`,
  );
  const semaphores = sets.map((set) => JSON.stringify(set.semaphores) + `${set.semid} ${waitersKey(set.waiters)}`);
  return [...parts, ...semaphores, ...findings.map(({ key }) => key), unseen.processes].join('\n');
}

function lockKey({ offset, text, path, owner, waiters, corrupt }: Lock): string {
  return `${offset} ${path ?? ''} ${text} ${owner?.tid ?? ''} ${owner?.alive ?? ''} ${corrupt ?? ''} ${waitersKey(waiters)}`;
}

const waitersKey = (waiters: readonly Waiter[]): string =>
  waiters.map(({ tid, where, stopped }) => `${tid} ${where?.line ?? ''} ${stopped}`).join();
