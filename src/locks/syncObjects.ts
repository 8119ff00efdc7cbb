/** Locks as the public API has them. */
import type { SyncObject } from '../../api.d.ts';
import type { Lock, SegmentLocks, Waiter } from './face.ts';

/** `now`: ms since the epoch. What no implementation writes is no lock, and left out. */
export function syncObjects({ locks }: SegmentLocks, now: number): SyncObject[] {
  return locks.filter(({ corrupt }) => corrupt === undefined).map((lock) => syncObject(lock, now));
}

function syncObject({ offset, path, kind, state, owner, value, robust, processShared, waiters }: Lock, now: number): SyncObject {
  return {
    offset,
    kind,
    state,
    waiters: waiters.map((waiter) => waiting(waiter, now)),
    ...(path === undefined || path === '' ? {} : { path }),
    ...(owner ? { owner: ownerOf(owner) } : {}),
    ...(value === undefined ? {} : { value }),
    ...(robust === undefined ? {} : { robust }),
    ...(processShared === undefined ? {} : { processShared }),
  };
}

function ownerOf({ tid, pid, process, alive }: NonNullable<Lock['owner']>): NonNullable<SyncObject['owner']> {
  return { tid, alive, ...(pid === undefined ? {} : { pid }), ...(process === undefined ? {} : { process }) };
}

/** Where it waited already when it was seen first, and the kernel does not say since when, nothing is made up. */
function waiting({ tid, pid, process, since, exact }: Waiter, now: number): SyncObject['waiters'][number] {
  return { tid, pid, process, ...(exact ? { sinceMs: Math.max(0, now - since) } : {}) };
}
