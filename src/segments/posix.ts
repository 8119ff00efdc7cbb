/** POSIX objects: the regular files of the tmpfs mounts on /dev/shm, and what is left of those that lost their name. */
import type { Segment } from '../../api.d.ts';
import { type RawMount, SEEN_BY_NAME } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { accessBits, withReason } from './access.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import { splitNames, type Shown } from './maps.ts';
import { namelessSegment, withoutDeleted } from './nameless.ts';
import { forEachPaced, range, type Pace } from './pace.ts';
import { isRegular, statAt, statMembers, type ObjectStat } from './stat.ts';
import { keepsView, makeSegment } from './views.ts';

const SHM = '/dev/shm';

export interface Mount {
  readonly raw: RawMount;
  /** What stands before the names: '/' for the mount on /dev/shm itself. */
  readonly prefix: string;
  readonly namespace: string;
}

export function mountOf(machine: Machine, raw: RawMount): Mount {
  const pid = Number(/^\/proc\/(\d+)\//.exec(raw.path)?.[1] ?? 0);
  const below = raw.space === 0 && raw.path.startsWith(`${SHM}/`);
  const prefix = below ? `${raw.path.slice(SHM.length)}/` : '/';
  return { raw, prefix, namespace: machine.namespaces.name('mnt', raw.space, pid) };
}

interface Built {
  readonly name: string;
  readonly access: number;
  readonly orphaned: boolean;
  readonly segment: Segment;
}

/** The segments of one mount, from scan to scan: one of which nothing differs is not made again. */
export class PosixList {
  #built = new Map<number, Built>();

  /** `shown` by inode, for the device of the mount; `complete`: every process could be looked into. */
  async segments(
    machine: Machine,
    mount: Mount,
    shown: ReadonlyMap<number, Shown>,
    complete: boolean,
    pace: Pace,
  ): Promise<Segment[]> {
    const { raw } = mount;
    const names = splitNames(raw.names);
    const built = new Map<number, Built>();
    const segments: Segment[] = [];
    await forEachPaced(range(names.length), pace, (i) => {
      const inode = raw.inode[i] ?? 0;
      // A hard link is the same object once more.
      if (built.has(inode)) return;
      const object = shown.get(inode);
      if (object) machine.seen.set(objectKey(raw.device, inode), statAt(raw.stat, i, raw.device, inode));
      const orphaned = isOrphaned(machine, raw, i, object, complete);
      const name = names[i] ?? '';
      const old = this.#built.get(inode);
      const same = old !== undefined && isSame(old, mount, i, name, orphaned) && keepsView(old.segment, object);
      const one = same ? old : build(machine, mount, i, name, object, orphaned);
      built.set(inode, one);
      segments.push(one.segment);
    });
    this.#built = built;
    for (const object of shown.values()) {
      if (!built.has(object.inode)) segments.push(unlisted(machine, mount, object));
    }
    return segments;
  }
}

function isOrphaned(machine: Machine, raw: RawMount, i: number, shown: Shown | undefined, complete: boolean): boolean {
  // Of a larger file system it is not known who has a file open.
  if (shown || !raw.whole || (raw.stat.residentBytes[i] ?? 0) === 0) return false;
  return complete || machine.isPrivate({ uid: raw.stat.uid[i] ?? 0, mode: raw.stat.mode[i] ?? 0 });
}

function isSame({ name, access, orphaned, segment }: Built, mount: Mount, i: number, now: string, isOrphan: boolean): boolean {
  const { raw, namespace } = mount;
  const { stat } = raw;
  return (
    name === now &&
    access === raw.access[i] &&
    orphaned === isOrphan &&
    segment.size === stat.size[i] &&
    segment.residentBytes === stat.residentBytes[i] &&
    segment.modifiedAt === stat.modifiedAt[i] &&
    segment.mode === ((stat.mode[i] ?? 0) & 0o7777) &&
    segment.uid === stat.uid[i] &&
    segment.gid === stat.gid[i] &&
    (segment.createdAt ?? NaN) === stat.createdAt[i] &&
    segment.namespace === namespace &&
    segment.path === `${raw.path}/${now}`
  );
}

function build(
  machine: Machine,
  { raw, prefix, namespace }: Mount,
  i: number,
  name: string,
  object: Shown | undefined,
  orphaned: boolean,
): Built {
  const access = raw.access[i] ?? 0;
  const stat = statAt(raw.stat, i, raw.device, raw.inode[i] ?? 0);
  const backing = raw.tmpfs ? ('tmpfs' as const) : ('disk' as const);
  const entry = { stat, name: prefix + name, path: `${raw.path}/${name}`, access, orphaned, backing };
  return { name, access, orphaned, segment: posixSegment(machine, entry, object, namespace) };
}

/** What the directory did not list: made meanwhile, or without a name. */
function unlisted(machine: Machine, { raw, prefix, namespace }: Mount, object: Shown): Segment {
  // In another mount namespace names begin at its root, however it is reached.
  const root = raw.space === 0 ? raw.path : SHM;
  const name = object.name.startsWith(`${root}/`) ? prefix + object.name.slice(root.length + 1) : object.name;
  if (object.seen === SEEN_BY_NAME && isRegular(object.stat)) {
    const entry = {
      stat: object.stat,
      name,
      path: object.path,
      access: object.access,
      orphaned: false,
      backing: 'tmpfs' as const,
    };
    return posixSegment(machine, entry, object, namespace);
  }
  return namelessSegment(machine, 'posix', object, withoutDeleted(name), namespace);
}

interface Entry {
  readonly stat: ObjectStat;
  readonly name: string;
  readonly path: string;
  readonly access: number;
  readonly orphaned: boolean;
  readonly backing: 'tmpfs' | 'disk';
}

function posixSegment(machine: Machine, entry: Entry, shown: Shown | undefined, namespace: string): Segment {
  const { stat, name, path, access, orphaned, backing } = entry;
  const parts = {
    id: objectId('posix', stat),
    kind: 'posix' as const,
    name: displayName(name),
    ...statMembers(stat),
    path,
    unlinked: false,
    orphaned,
    access: withReason(accessBits(access), stat.mode, stat.uid),
    namespace,
    backing,
  };
  return makeSegment(parts, shown, machine.pageSize);
}
