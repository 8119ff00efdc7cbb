/** Segments and scans as a test wants them. */
import type { Mapping, Segment } from '../../../api.d.ts';
import type { Scan } from '../../../src/segments/scan.ts';

let last = 0;

/** A POSIX object of 4 KiB that nothing maps, with what the test changes. */
export function segment(change: Partial<Segment> = {}): Segment {
  const inode = ++last;
  return {
    id: `test:${inode}`,
    kind: 'posix',
    name: `/object-${inode}`,
    device: '0:25',
    inode,
    size: 4096,
    residentBytes: 4096,
    uid: 0,
    gid: 0,
    mode: 0o600,
    unlinked: false,
    orphaned: false,
    mappings: [],
    holders: [],
    access: { read: true, write: true },
    namespace: 'host',
    ...change,
  };
}

export function mapping(pid: number, process: string, change: Partial<Mapping> = {}): Mapping {
  return {
    pid,
    process,
    address: BigInt(pid) << 20n,
    length: 4096,
    offset: 0,
    protection: 'rw-',
    shared: true,
    startedAt: 0,
    pastEnd: false,
    ...change,
  };
}

export function sysv(change: Partial<NonNullable<Segment['sysv']>> = {}): NonNullable<Segment['sysv']> {
  return {
    key: 1234,
    shmid: 7,
    creatorPid: 10,
    lastPid: 11,
    attachCount: 0,
    attachedAt: 0,
    detachedAt: 0,
    changedAt: 0,
    locked: false,
    ...change,
  };
}

export function scanOf(segments: readonly Segment[], change: Partial<Scan> = {}): Scan {
  return { segments, mounts: [], sysvLimits: undefined, hidden: [], mayHideMappers: () => false, ...change };
}
