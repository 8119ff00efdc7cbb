/** One scan: what the kernel lists, what the processes show, put together as Segments. */
import { readFileSync, statSync } from 'node:fs';
import type { Segment } from '../../api.d.ts';
import type { Addon, ObjectStat, RawScan, ShmEntry, ShmMount, SysvEntry, SysvLimits } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { currentUser, sysvAccess, withReason, type User } from './access.ts';
import { attribute, onlyHolders, withEnds, type Attribution, type Shown } from './attribution.ts';
import { keyName, objectId, objectKey, sysvId } from './identity.ts';

/** What one scan found. */
export interface Scan {
  readonly segments: readonly Segment[];
  readonly mounts: readonly ShmMount[];
  readonly sysvLimits: SysvLimits | undefined;
  /** Processes whose mappings this user may not see. */
  readonly hidden: RawScan['hidden'];
}

const AT_PAGESZ = 6n;
const DELETED = ' (deleted)';

/** From the auxiliary vector (getauxval(3)): pairs of 64-bit words. 4096 where it cannot be read. */
function readPageSize(): number {
  try {
    const raw = readFileSync('/proc/self/auxv');
    const words = new BigUint64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + (raw.length & ~15)));
    for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === AT_PAGESZ) return Number(words[i + 1]);
  } catch {
    // A system without /proc/self/auxv has no shared memory to show either.
  }
  return 4096;
}

export class Scanner {
  readonly #addon: Addon;
  readonly #pageSize = readPageSize();
  readonly #ipcNamespace = statSync('/proc/self/ns/ipc', { throwIfNoEntry: false })?.ino ?? 0;
  readonly #user: User = currentUser();
  /** Files that stay listed though nothing maps them (now): they were made here, or a panel shows them. */
  readonly #kept = new Set<string>();
  /** What this scan and the one before knew of each object, by its key: without a name, only root may look at it any more. */
  #seen = new Map<string, ObjectStat>();
  #seenBefore = new Map<string, ObjectStat>();

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  keepFile(path: string): void {
    this.#kept.add(path);
  }

  /** Differs when a System V segment was made, removed, attached, detached or changed: no event tells of these. */
  lookAtSysv(): string {
    return this.#addon
      .listSysv()
      .map((entry) => [entry.shmid, entry.attachCount, entry.attachedAt, entry.detachedAt, entry.changedAt, entry.removed].join())
      .join(' ');
  }

  async scan(): Promise<Scan> {
    this.#seenBefore = this.#seen;
    this.#seen = new Map();
    const mounts = this.#addon.listShm();
    const sysv = this.#addon.listSysv();
    const raw = await this.#addon.scan({ devices: mounts.map((mount) => mount.device) });
    const shown = attribute(raw, this.#ipcNamespace);
    const complete = raw.hidden.length === 0;
    return {
      segments: [
        ...mounts.flatMap((mount) => this.#posix(mount, shown, complete)),
        ...sysv.map((entry) => this.#sysvSegment(entry, shown.sysv.get(entry.shmid))),
        ...this.#files(mounts, shown),
      ],
      mounts,
      sysvLimits: this.#addon.sysvLimits(),
      hidden: raw.hidden,
    };
  }

  #posix(mount: ShmMount, shown: Attribution, complete: boolean): Segment[] {
    const named = new Set<number>();
    const prefix = mount.path === '/dev/shm' ? '/' : `${mount.path.slice('/dev/shm'.length)}/`;
    const segments = mount.entries.flatMap((entry) => {
      const object = shown.objects.get(objectKey(mount.device, entry.inode));
      const segment = this.#posixSegment(entry, prefix + entry.name, object, complete);
      if (!segment) return [];
      named.add(entry.inode);
      this.#seen.set(objectKey(mount.device, entry.inode), entry);
      return segment;
    });
    for (const object of shown.objects.values()) {
      if (object.device !== mount.device || named.has(object.inode)) continue;
      const below = withoutDeleted(object.name).slice(mount.path.length + 1);
      const segment = this.#madeMeanwhile(object, prefix + below) ?? this.#unlinked('posix', object, prefix + below);
      if (segment) segments.push(segment);
    }
    return segments;
  }

  /** An object that was made and mapped after the directory was listed: it has its name. */
  #madeMeanwhile(object: Shown, name: string): Segment | undefined {
    if (object.name.endsWith(DELETED)) return undefined;
    const stat = this.#tryStat(object.name);
    if (!stat || stat.inode !== object.inode || !isRegular(stat)) return undefined;
    return this.#posixSegment({ ...stat, name, path: object.name }, name, object, false);
  }

  /** Undefined when the name was removed since the directory was listed. */
  #posixSegment(stat: ShmEntry, name: string, shown: Shown | undefined, complete: boolean): Segment | undefined {
    const access = this.#tryAccess(stat.path);
    if (!access) return undefined;
    const mappings = withEnds(shown?.mappings ?? [], stat.size, this.#pageSize);
    const holders = onlyHolders(shown);
    // A process that may not be looked into can only hold what it may open: not an object that is private to this user.
    const allSeen = complete || (stat.uid === this.#user.uid && (stat.mode & 0o077) === 0);
    return {
      id: objectId('posix', stat),
      kind: 'posix',
      name: displayName(name),
      ...common(stat),
      path: stat.path,
      unlinked: false,
      orphaned: allSeen && mappings.length === 0 && holders.length === 0 && stat.residentBytes > 0,
      mappings,
      holders,
      access: withReason(access, stat.mode, stat.uid),
    };
  }

  #sysvSegment(entry: SysvEntry, shown: Shown | undefined): Segment {
    const mappings = withEnds(shown?.mappings ?? [], entry.size, this.#pageSize);
    return {
      id: sysvId(String(this.#ipcNamespace), entry.shmid),
      kind: 'sysv',
      name: keyName(entry.key),
      device: shown?.device ?? '0:1',
      inode: entry.shmid,
      size: entry.size,
      residentBytes: entry.residentBytes,
      uid: entry.uid,
      gid: entry.gid,
      mode: entry.mode & 0o777,
      unlinked: entry.removed,
      orphaned: entry.attachCount === 0 && entry.residentBytes > 0,
      mappings,
      holders: [],
      sysv: {
        key: entry.key,
        shmid: entry.shmid,
        creatorPid: entry.creatorPid,
        lastPid: entry.lastPid,
        attachCount: entry.attachCount,
        attachedAt: entry.attachedAt,
        detachedAt: entry.detachedAt,
        changedAt: entry.changedAt,
        locked: entry.locked,
      },
      access: sysvAccess(this.#user, entry),
      namespace: 'host',
    };
  }

  #files(mounts: readonly ShmMount[], shown: Attribution): Segment[] {
    const shmDevices = new Set(mounts.map((mount) => mount.device));
    const segments = new Map<string, Segment>();
    for (const object of shown.objects.values()) {
      if (shmDevices.has(object.device) || !object.mappings.some((mapping) => mapping.shared)) continue;
      const segment = object.name.endsWith(DELETED) ? this.#deletedFile(object) : this.#file(object);
      if (segment) segments.set(segment.id, segment);
    }
    for (const path of this.#kept) {
      const stat = this.#tryStat(path);
      if (!stat || !isRegular(stat)) this.#kept.delete(path);
      else if (!segments.has(objectId('file', stat)))
        segments.set(objectId('file', stat), this.#fileSegment(path, stat, undefined));
    }
    return [...segments.values()];
  }

  /** The name only leads to the file; the inode decides whether it is the one that is mapped. (btrfs and overlayfs show another
   *  device in maps than stat(2) does, so the device cannot be compared here.) */
  #file(object: Shown): Segment | undefined {
    if (!object.name.startsWith('/')) return undefined;
    const stat = this.#tryStat(object.name);
    if (!stat || stat.inode !== object.inode || !isRegular(stat)) return undefined;
    this.#seen.set(objectKey(object.device, object.inode), stat);
    return this.#fileSegment(object.name, stat, object);
  }

  #fileSegment(path: string, stat: ObjectStat, shown: Shown | undefined): Segment {
    return {
      id: objectId('file', stat),
      kind: 'file',
      name: displayName(path),
      ...common(stat),
      path,
      unlinked: stat.links === 0,
      orphaned: false,
      mappings: withEnds(shown?.mappings ?? [], stat.size, this.#pageSize),
      holders: onlyHolders(shown),
      access: withReason(this.#tryAccess(path) ?? { read: false, write: false }, stat.mode, stat.uid),
    };
  }

  /** memfds and anonymous shared memory live on a device without a mount, and are no regular files with a lost name. */
  #deletedFile(object: Shown): Segment | undefined {
    if (object.name.startsWith('/memfd:') || object.name.startsWith('/dev/zero') || object.device === '0:1') return undefined;
    return this.#unlinked('file', object, withoutDeleted(object.name));
  }

  /** An object without a name is looked at through a process that has it. */
  #unlinked(kind: 'posix' | 'file', object: Shown, name: string): Segment | undefined {
    const stat = [...object.mappings.map(mapFilesPath), ...object.holders.map((holder) => `/proc/${holder.pid}/fd/${holder.fd}`)]
      .map((path) => this.#tryStat(path, true))
      .find((found) => found?.inode === object.inode);
    if (stat && !isRegular(stat)) return undefined;
    const key = objectKey(object.device, object.inode);
    const known = stat ?? this.#seenBefore.get(key) ?? unknownStat(object);
    this.#seen.set(key, known);
    return {
      id: objectId(kind, known),
      kind,
      name: displayName(name),
      ...common(known),
      unlinked: true,
      orphaned: false,
      mappings: withEnds(object.mappings, known.size, this.#pageSize),
      holders: onlyHolders(object),
      access: namelessAccess(object, stat !== undefined || this.#mayReadThrough(object)),
    };
  }

  /** The object may go between being listed and being asked about. */
  /** Whether process_vm_readv is allowed on a mapper: own processes, where kernel.yama.ptrace_scope is 0. */
  #mayReadThrough(object: Shown): boolean {
    return object.mappings.some(({ pid, address, length, offset, shared }) => {
      if (!shared) return false;
      try {
        const source = this.#addon.openProcess(pid, address, length, offset);
        source.read(new Uint8Array(1), offset);
        source.close();
        return true;
      } catch {
        return false;
      }
    });
  }

  #tryAccess(path: string): ReturnType<Addon['accessPath']> | undefined {
    try {
      return this.#addon.accessPath(path);
    } catch {
      return undefined;
    }
  }

  #tryStat(path: string, follow = false): ObjectStat | undefined {
    try {
      return this.#addon.statPath(path, follow);
    } catch {
      return undefined;
    }
  }
}

/** An object without a name is read and written through a shared mapping of it. */
function namelessAccess({ mappings }: Shown, visible: boolean): Segment['access'] {
  const shared = mappings.filter((mapping) => mapping.shared);
  const write = shared.some((mapping) => mapping.protection.includes('w'));
  if (visible && write) return { read: true, write };
  const nameless = 'It has no name any more, and';
  if (!visible)
    return {
      read: false,
      write: false,
      reason: `${nameless} looking into a process that has it needs the rights of root (or CAP_SYS_PTRACE), or kernel.yama.ptrace_scope 0 for your own.`,
    };
  if (shared.length > 0) return { read: true, write, reason: `${nameless} no process maps it for writing.` };
  return { read: false, write, reason: `${nameless} no process maps it shared: there is no way to its bytes.` };
}

/** /proc/PID/map_files/<start>-<end>, proc(5). */
export function mapFilesPath(mapping: { pid: number; address: bigint; length: number }): string {
  const end = mapping.address + BigInt(mapping.length);
  return `/proc/${mapping.pid}/map_files/${mapping.address.toString(16)}-${end.toString(16)}`;
}

/** The kernel adds the mark once to the name of an unlinked object, even when the name itself ends with it. */
function withoutDeleted(name: string): string {
  return name.endsWith(DELETED) ? name.slice(0, -DELETED.length) : name;
}

function isRegular(stat: ObjectStat): boolean {
  return (stat.mode & 0o170000) === 0o100000;
}

function common(stat: ObjectStat) {
  return {
    device: stat.device,
    inode: stat.inode,
    size: stat.size,
    residentBytes: stat.residentBytes,
    uid: stat.uid,
    gid: stat.gid,
    mode: stat.mode & 0o7777,
    ...(stat.createdAt === undefined ? {} : { createdAt: stat.createdAt }),
    modifiedAt: stat.modifiedAt,
    namespace: 'host',
  };
}

/** What the mappings alone tell of an object that may not be looked at. */
function unknownStat(object: Shown): ObjectStat {
  const size = Math.max(0, ...object.mappings.map((mapping) => mapping.offset + mapping.length));
  return {
    device: object.device,
    inode: object.inode,
    size,
    residentBytes: 0,
    mode: 0o100000,
    uid: 0,
    gid: 0,
    links: 0,
    modifiedAt: 0,
    changedAt: 0,
  };
}
