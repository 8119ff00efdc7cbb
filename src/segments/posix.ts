/** POSIX objects: the regular files of the tmpfs mounts on /dev/shm, and what is left of those that lost their name. */
import type { Segment } from '../../api.d.ts';
import { type RawMount, SEEN_BY_NAME } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { accessBits, isPrivate, withReason } from './access.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import { splitNames, type Shown } from './maps.ts';
import { namelessSegment, withoutDeleted } from './nameless.ts';
import { inSlices, range } from './slices.ts';
import { isRegular, statAt, statMembers, type ObjectStat } from './stat.ts';
import { makeSegment } from './views.ts';

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

/** `shown` by inode, for the device of the mount; `complete`: every process could be looked into. */
export async function posixSegments(
  machine: Machine,
  mount: Mount,
  shown: ReadonlyMap<number, Shown>,
  complete: boolean,
): Promise<Segment[]> {
  const { raw, prefix, namespace } = mount;
  const names = splitNames(raw.names);
  const listed = new Set<number>();
  const segments: Segment[] = [];
  await inSlices(range(names.length), (i) => {
    const name = names[i] ?? '';
    const stat = statAt(raw.stat, i, raw.device, raw.inode[i] ?? 0);
    const object = shown.get(stat.inode);
    // A hard link is the same object once more.
    if (listed.has(stat.inode)) return;
    listed.add(stat.inode);
    if (object) machine.seen.set(objectKey(raw.device, stat.inode), stat);
    const entry = { stat, name: prefix + name, path: `${raw.path}/${name}`, access: raw.access[i] ?? 0 };
    segments.push(posixSegment(machine, entry, object, namespace, complete));
  });
  for (const object of shown.values()) {
    if (!listed.has(object.inode)) segments.push(unlisted(machine, mount, object));
  }
  return segments;
}

/** What the directory did not list: made meanwhile, or without a name. */
function unlisted(machine: Machine, { raw, prefix, namespace }: Mount, object: Shown): Segment {
  // In another mount namespace names begin at its root, however it is reached.
  const root = raw.space === 0 ? raw.path : SHM;
  const name = object.name.startsWith(`${root}/`) ? prefix + object.name.slice(root.length + 1) : object.name;
  if (object.seen === SEEN_BY_NAME && isRegular(object.stat)) {
    const entry = { stat: object.stat, name, path: object.path, access: object.access };
    return posixSegment(machine, entry, object, namespace, false);
  }
  return namelessSegment(machine, 'posix', object, withoutDeleted(name), namespace);
}

interface Entry {
  readonly stat: ObjectStat;
  readonly name: string;
  readonly path: string;
  readonly access: number;
}

function posixSegment(
  machine: Machine,
  { stat, name, path, access }: Entry,
  shown: Shown | undefined,
  namespace: string,
  complete: boolean,
): Segment {
  const allSeen = complete || isPrivate(stat, machine.user);
  const parts = {
    id: objectId('posix', stat),
    kind: 'posix' as const,
    name: displayName(name),
    ...statMembers(stat),
    path,
    unlinked: false,
    orphaned: allSeen && !shown && stat.residentBytes > 0,
    access: withReason(accessBits(access), stat.mode, stat.uid),
    namespace,
    backing: 'tmpfs' as const,
  };
  return makeSegment(parts, shown, machine.pageSize);
}
