/** From the columns of a scan to the mappings and holders of each object. */
import type { Holder, Mapping } from '../../api.d.ts';
import { EXEC, READ, SHARED, WRITE, type RawScan } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { objectKey } from './identity.ts';

/** What the processes show of one object. */
export interface Shown {
  readonly device: string;
  readonly inode: number;
  /** As the kernel tells it for one mapping; never used to match. */
  readonly name: string;
  readonly mappings: Mapping[];
  readonly holders: Holder[];
}

export interface Attribution {
  /** By device and inode. */
  readonly objects: ReadonlyMap<string, Shown>;
  /** By shmid, for the processes of this IPC namespace. */
  readonly sysv: ReadonlyMap<number, Shown>;
}

const SYSV_NAME = /^\/SYSV[0-9a-f]{8}( \(deleted\))?$/;
const ACCESS = ['read', 'write', 'read-write'] as const;

/** mm/shmem.c mounts one internal tmpfs for System V segments, memfds and anonymous shared memory; it is no mount that a path leads to. */
function isSysv(device: string, name: string): boolean {
  return device.startsWith('0:') && SYSV_NAME.test(name);
}

function protectionText(flags: number): string {
  return `${flags & READ ? 'r' : '-'}${flags & WRITE ? 'w' : '-'}${flags & EXEC ? 'x' : '-'}`;
}

/**
 * Groups a scan by object. `sizeOf` gives an object's size in bytes, where it is known, to tell mappings that reach past the end;
 * `ownIpcNamespace` keeps the System V segments of other namespaces, whose ids may be equal, apart.
 */
export function attribute(scan: RawScan, ownIpcNamespace: number): Attribution {
  const objects = new Map<string, Shown>();
  const sysv = new Map<number, Shown>();
  const { processes, mappings, holders } = scan;

  const shownFor = (object: number, process: number): Shown | undefined => {
    const device = scan.objects.device[object] ?? '';
    const inode = scan.objects.inode[object] ?? 0;
    const name = scan.objects.name[object] ?? '';
    const isSegment = isSysv(device, name);
    if (isSegment && (processes.ipcNamespace[process] || ownIpcNamespace) !== ownIpcNamespace) return undefined;
    const found = isSegment ? sysv.get(inode) : objects.get(objectKey(device, inode));
    if (found) return found;
    const made: Shown = { device, inode, name, mappings: [], holders: [] };
    if (isSegment) sysv.set(inode, made);
    else objects.set(objectKey(device, inode), made);
    return made;
  };
  const comm = processes.comm.map(displayName);

  mappings.process.forEach((process, i) => {
    const flags = mappings.flags[i] ?? 0;
    shownFor(mappings.object[i] ?? 0, process)?.mappings.push({
      pid: processes.pid[process] ?? 0,
      process: comm[process] ?? '',
      address: mappings.address[i] ?? 0n,
      length: mappings.length[i] ?? 0,
      offset: mappings.offset[i] ?? 0,
      protection: protectionText(flags),
      shared: (flags & SHARED) !== 0,
      startedAt: processes.startedAt[process] ?? 0,
      pastEnd: false,
    });
  });
  holders.process.forEach((process, i) => {
    shownFor(holders.object[i] ?? 0, process)?.holders.push({
      pid: processes.pid[process] ?? 0,
      process: comm[process] ?? '',
      fd: holders.fd[i] ?? -1,
      access: ACCESS[holders.access[i] ?? 0] ?? 'read',
    });
  });
  return { objects, sysv };
}

/** Marks the mappings that reach past the page in which an object of `size` bytes ends (mmap(2): touching those pages raises SIGBUS). */
export function withEnds(mappings: readonly Mapping[], size: number, pageSize: number): Mapping[] {
  const end = Math.ceil(size / pageSize) * pageSize;
  return mappings.map((mapping) => (mapping.offset + mapping.length > end ? { ...mapping, pastEnd: true } : mapping));
}

/** The processes that only hold an object open: one that maps it as well is a mapper. */
export function onlyHolders(shown: Shown | undefined): Holder[] {
  if (!shown) return [];
  const mappers = new Set(shown.mappings.map((mapping) => mapping.pid));
  return shown.holders.filter((holder) => !mappers.has(holder.pid));
}
