/** Whether two looks say the same, but for what moves by itself. */
import { mapPaced, Pace } from '../segments/pace.ts';
import type { Lock, LocksLook, Waiter } from './face.ts';

/** Equal for looks that show nothing else: shares, ages and the counts that grow by themselves are left out. */
export async function lookKey({ segments, sets, findings, unseen }: LocksLook): Promise<string> {
  const pace = new Pace();
  const parts: string[] = [];
  for (const { segment, type, locks, elsewhere, problem } of segments) {
    parts.push(`${segment.id} ${type ?? ''} ${problem ?? ''}`, ...(await mapPaced(locks, pace, lockKey)));
    parts.push(...elsewhere.map(({ offset, waiters }) => `${offset}:${waitersKey(waiters)}`));
  }
  const semaphores = sets.map((set) => JSON.stringify(set.semaphores) + `${set.semid} ${waitersKey(set.waiters)}`);
  return [...parts, ...semaphores, ...findings.map(({ key }) => key), unseen.processes].join('\n');
}

function lockKey({ offset, text, path, owner, waiters, corrupt }: Lock): string {
  return `${offset} ${path ?? ''} ${text} ${owner?.tid ?? ''} ${owner?.alive ?? ''} ${corrupt ?? ''} ${waitersKey(waiters)}`;
}

const waitersKey = (waiters: readonly Waiter[]): string =>
  waiters.map(({ tid, where, stopped }) => `${tid} ${where?.line ?? ''} ${stopped}`).join();
