/** System V segments. */
import type { Segment } from '../../api.d.ts';
import type { RawSysv } from '../native/addon.ts';
import { sysvAccess } from './access.ts';
import { keyName, sysvId } from './identity.ts';
import type { Machine } from './machine.ts';
import type { Shown } from './maps.ts';
import { HOST } from './namespaces.ts';
import { forEachPaced, range, type Pace } from './pace.ts';
import { makeSegment } from './views.ts';

const SHM_DEST = 0o1000;
const SHM_LOCKED = 0o2000;
const NAME = /^\/SYSV([0-9a-f]{8})/;

/** Of all IPC namespaces that can be looked into; `shown` by namespace and shmid (sysvKey). */
export async function sysvSegments(
  machine: Machine,
  raw: RawSysv,
  shown: ReadonlyMap<string, Shown>,
  pace: Pace,
): Promise<Segment[]> {
  const segments: Segment[] = [];
  const listed = new Set<string>();
  await forEachPaced(range(raw.shmid.length), pace, (i) => {
    const space = raw.space[i] || machine.namespaces.ownIpc;
    const key = sysvKey(space, raw.shmid[i] ?? 0);
    listed.add(key);
    segments.push(sysvSegment(machine, raw, i, space, shown.get(key)));
  });
  for (const [key, object] of shown) {
    const ownAndGone = object.ipc === machine.namespaces.ownIpc || object.ipc === 0;
    if (!listed.has(key) && !ownAndGone) segments.push(foreignSegment(machine, object));
  }
  return segments;
}

/** Ids repeat across IPC namespaces. */
export function sysvKey(ipc: number, shmid: number): string {
  return `${ipc}:${shmid}`;
}

function sysvSegment(machine: Machine, raw: RawSysv, i: number, space: number, shown: Shown | undefined): Segment {
  const at = (column: Float64Array): number => column[i] ?? 0;
  const [mode, shmid, attachCount, residentBytes] = [at(raw.mode), at(raw.shmid), at(raw.attachCount), at(raw.residentBytes)];
  const owner = { uid: at(raw.uid), gid: at(raw.gid), mode: mode & 0o777 };
  const own = space === machine.namespaces.ownIpc;
  const parts = {
    id: sysvId(String(space), shmid),
    kind: 'sysv' as const,
    name: keyName(lastKey(at(raw.key), mode, shown)),
    device: shown?.device ?? '0:1',
    inode: shmid,
    size: at(raw.size),
    residentBytes,
    ...owner,
    unlinked: (mode & SHM_DEST) !== 0,
    orphaned: attachCount === 0 && residentBytes > 0,
    sysv: {
      key: at(raw.key),
      shmid,
      creatorPid: at(raw.creatorPid),
      lastPid: at(raw.lastPid),
      attachCount,
      attachedAt: at(raw.attachedAt),
      detachedAt: at(raw.detachedAt),
      changedAt: at(raw.changedAt),
      locked: (mode & SHM_LOCKED) !== 0,
      ...creatorOf(at(raw.creatorAlive), machine),
    },
    access: own
      ? sysvAccess(machine.user, { ...owner, creatorUid: at(raw.creatorUid), creatorGid: at(raw.creatorGid) })
      : accessFromOutside(shown),
    namespace: own ? HOST : machine.namespaces.name('ipc', space, at(raw.pid)),
    // Only a mapping tells huge pages.
    ...(shown ? { backing: shown.huge ? ('hugetlbfs' as const) : ('tmpfs' as const) } : {}),
  };
  // In huge pages the memory reaches to the end of the last one, whose size is not told; it never shrinks.
  return makeSegment(parts, shown, shown?.huge ? Infinity : machine.pageSize);
}

/** From outside an IPC namespace nothing of it can be attached: its bytes are those of the processes that have it attached. */
function accessFromOutside(shown: Shown | undefined): Segment['access'] {
  const refused = (read: boolean, what: string) => ({
    ...{ read, write: false },
    reason: `It is of another IPC namespace, and no process has it attached ${what}: run ShmScope inside that namespace or container.`,
  });
  if (!shown?.hasShared) return refused(false, 'through which it could be read');
  return shown.writable ? { read: true, write: true } : refused(true, 'for writing');
}

/** IPC_RMID takes the key away; the name of its mappings keeps it (newseg() in ipc/shm.c). */
function lastKey(key: number, mode: number, shown: Shown | undefined): number {
  return shown && (mode & SHM_DEST) !== 0 ? keyOf(shown.name) : key;
}

function keyOf(name: string): number {
  return Number.parseInt(NAME.exec(name)?.[1] ?? '0', 16);
}

/** A process that /proc does not list may live. */
function creatorOf(alive: number, machine: Machine): { creatorAlive?: boolean } {
  return alive === 2 || (alive === 0 && machine.hidesProcesses) ? {} : { creatorAlive: alive === 1 };
}

/** One of an IPC namespace that may not be entered: its mappings tell its key, id and the size that they show. */
function foreignSegment(machine: Machine, object: Shown): Segment {
  const key = keyOf(object.name);
  const { mappers } = object;
  const parts = {
    id: sysvId(String(object.ipc), object.inode),
    kind: 'sysv' as const,
    name: keyName(key),
    device: object.device,
    inode: object.inode,
    size: object.reach,
    uid: 0,
    gid: 0,
    mode: 0,
    unlinked: false,
    orphaned: false,
    sysv: {
      ...{ key, shmid: object.inode, creatorPid: 0, lastPid: 0, attachCount: mappers },
      ...{ attachedAt: 0, detachedAt: 0, changedAt: 0, locked: false },
    },
    access: object.readable
      ? { read: true, write: object.writable }
      : { read: false, write: false, reason: 'It is of another IPC namespace, and looking into its mappers needs root.' },
    namespace: machine.namespaces.name('ipc', object.ipc, object.process.pid),
    backing: object.huge ? ('hugetlbfs' as const) : ('tmpfs' as const),
  };
  return makeSegment(parts, object, machine.pageSize);
}
