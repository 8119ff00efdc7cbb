/** System V semaphore sets, and who waits for them. */
import type { RawSemaphores, ThreadCalls } from '../native/threads.ts';
import type { SemaphoreSet } from './face.ts';
import type { People } from './look.ts';
import type { Sleepers } from './waiting.ts';
import { waiterOf } from './look.ts';

/** Sets of our own IPC namespace. Processes by which a semaphore was changed last are named where they still run. */
export async function semaphoreSets(
  calls: ThreadCalls,
  sleepers: Sleepers['sets'],
  people: Pick<People, 'since' | 'where'>,
): Promise<SemaphoreSet[]> {
  const raw = await calls.semaphoreSets(0);
  const pids = new Set([...raw.lastPid].filter((pid) => pid > 0));
  for (const waiting of sleepers.values()) for (const { sleeper } of waiting) pids.add(sleeper.pid);
  const names = pids.size === 0 ? new Map<number, string>() : await namesOf(calls, pids);
  const errors = raw.errors.split('\0');
  return Array.from(raw.semid, (semid, at) => setOf(raw, at, errors[at] ?? '', names, sleepers.get(semid) ?? [], people));
}

async function namesOf(calls: ThreadCalls, pids: ReadonlySet<number>): Promise<Map<number, string>> {
  const found = await calls.threadsById(Int32Array.from(pids));
  const names = found.names.split('\0');
  return new Map(Array.from(found.tid, (tid, at) => [tid, names[at] ?? '']));
}

function setOf(
  raw: RawSemaphores,
  at: number,
  error: string,
  names: ReadonlyMap<number, string>,
  sleeping: readonly { readonly semaphore: number; readonly sleeper: Parameters<typeof waiterOf>[0] }[],
  people: Pick<People, 'since' | 'where'>,
): SemaphoreSet {
  const waiters = sleeping.map(({ semaphore, sleeper }) => ({
    ...waiterOf({ ...sleeper, process: names.get(sleeper.pid) ?? '' }, people),
    semaphore,
  }));
  const set = {
    semid: raw.semid[at] ?? 0,
    key: `0x${(raw.key[at] ?? 0).toString(16).padStart(8, '0')}`,
    uid: raw.uid[at] ?? 0,
    mode: raw.mode[at] ?? 0,
    waiters,
  };
  if (error !== '') return { ...set, reason: REASONS[error] ?? error };
  const first = raw.first[at] ?? 0;
  const semaphores = Array.from({ length: raw.count[at] ?? 0 }, (_, i) => {
    const lastPid = raw.lastPid[first + i] ?? 0;
    const lastProcess = names.get(lastPid);
    return {
      value: raw.value[first + i] ?? 0,
      lastPid,
      ...(lastProcess === undefined ? {} : { lastProcess }),
      waitingMore: raw.increaseWaiters[first + i] ?? 0,
      waitingZero: raw.zeroWaiters[first + i] ?? 0,
    };
  });
  return { ...set, semaphores };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'Its mode does not let you read its values (semctl(2), GETALL).',
  E2BIG: 'There are too many semaphores to show all of them.',
};
