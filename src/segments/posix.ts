/** POSIX objects: the regular files of the tmpfs mounts on /dev/shm, and what is left of those that lost their name. */
import type { Segment } from '../../api.d.ts';
import type { ShmEntry, ShmMount } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { isPrivate, withReason } from './access.ts';
import { onlyHolders, withEnds, type Attribution, type Shown } from './attribution.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import { isNameless, namelessSegment, withoutDeleted } from './nameless.ts';
import { isRegular, statMembers } from './stat.ts';

/** `complete`: every process could be looked into. */
export function posixSegments(machine: Machine, mount: ShmMount, shown: Attribution, complete: boolean): Segment[] {
  const named = new Set<number>();
  const prefix = mount.path === '/dev/shm' ? '/' : `${mount.path.slice('/dev/shm'.length)}/`;
  const segments = mount.entries.flatMap((entry) => {
    const key = objectKey(mount.device, entry.inode);
    const segment = posixSegment(machine, entry, prefix + entry.name, shown.objects.get(key), complete);
    if (!segment) return [];
    named.add(entry.inode);
    machine.seen.set(key, entry);
    return segment;
  });
  for (const object of shown.objects.values()) {
    if (object.device !== mount.device || named.has(object.inode)) continue;
    const name = prefix + withoutDeleted(object.name).slice(mount.path.length + 1);
    const segment = madeMeanwhile(machine, object, name) ?? namelessSegment(machine, 'posix', object, name);
    if (segment) segments.push(segment);
  }
  return segments;
}

/** An object that was made and mapped after the directory was listed: it has its name. */
function madeMeanwhile(machine: Machine, object: Shown, name: string): Segment | undefined {
  if (isNameless(object.name)) return undefined;
  const stat = machine.tryStat(object.name);
  if (!stat || stat.inode !== object.inode || !isRegular(stat)) return undefined;
  return posixSegment(machine, { ...stat, name, path: object.name }, name, object, false);
}

/** Undefined when the name was removed since the directory was listed. */
function posixSegment(
  machine: Machine,
  entry: ShmEntry,
  name: string,
  shown: Shown | undefined,
  complete: boolean,
): Segment | undefined {
  const access = machine.tryAccess(entry.path);
  if (!access) return undefined;
  const mappings = withEnds(shown?.mappings ?? [], entry.size, machine.pageSize);
  const holders = onlyHolders(shown);
  const allSeen = complete || isPrivate(entry, machine.user);
  return {
    id: objectId('posix', entry),
    kind: 'posix',
    name: displayName(name),
    ...statMembers(entry),
    path: entry.path,
    unlinked: false,
    orphaned: allSeen && mappings.length === 0 && holders.length === 0 && entry.residentBytes > 0,
    mappings,
    holders,
    access: withReason(access, entry.mode, entry.uid),
  };
}
