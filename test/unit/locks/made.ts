/** Locks as a look sees them, made by hand. */
import type { Segment } from '../../../api.d.ts';
import type { Lock, SegmentLocks, Waiter } from '../../../src/locks/face.ts';

export function segment(name: string, pids: readonly number[] = []): Segment {
  const mappings = pids.map((pid) => ({
    pid,
    process: `p${pid}`,
    address: 0x7000_0000n,
    length: 4096,
    offset: 0,
    protection: 'rw-',
    shared: true,
    startedAt: 1,
    pastEnd: false,
  }));
  return {
    id: `id ${name}`,
    kind: 'posix',
    name,
    device: '0:1',
    inode: 1,
    size: 4096,
    uid: 0,
    gid: 0,
    mode: 0o600,
    unlinked: false,
    orphaned: false,
    mappings,
    holders: [],
    access: { read: true, write: true },
    namespace: 'host',
  };
}

export function waiter(pid: number, more: Partial<Waiter> = {}): Waiter {
  return { pid, tid: pid, process: `p${pid}`, since: 1000, exact: true, timed: false, stopped: false, ...more };
}

/** A mutex: free, or held by the thread `owner`. */
export function mutex(offset: number, owner?: number, more: Partial<Lock> = {}): Lock {
  return {
    offset,
    size: 40,
    path: `lock${offset}`,
    type: 'pthread_mutex_t',
    kind: 'mutex',
    state: owner === undefined ? 'free' : 'locked',
    text: '',
    waiters: [],
    notes: [],
    ...(owner === undefined ? {} : { owner: { tid: owner, pid: owner, process: `p${owner}`, alive: true } }),
    ...more,
  };
}

export const seen = (of: Segment, ...locks: Lock[]): SegmentLocks => ({ segment: of, locks, more: false, elsewhere: [] });
