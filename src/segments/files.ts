/** Regular files that a process maps MAP_SHARED, and those that are kept listed. */
import type { Segment } from '../../api.d.ts';
import type { ObjectStat } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { withReason } from './access.ts';
import { onlyHolders, withEnds, type Attribution, type Shown } from './attribution.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import { isNameless, namelessSegment, withoutDeleted } from './nameless.ts';
import { isRegular, statMembers } from './stat.ts';

/** `kept` are paths that stay listed though nothing maps them; one that is no file any more is taken out of the set. */
export function fileSegments(
  machine: Machine,
  shmDevices: ReadonlySet<string>,
  shown: Attribution,
  kept: Set<string>,
): Segment[] {
  const segments = new Map<string, Segment>();
  for (const object of shown.objects.values()) {
    if (shmDevices.has(object.device) || !object.mappings.some((mapping) => mapping.shared)) continue;
    const segment = isNameless(object.name) ? deletedFile(machine, object) : mappedFile(machine, object);
    if (segment) segments.set(segment.id, segment);
  }
  for (const path of kept) {
    const stat = machine.tryStat(path);
    if (!stat || !isRegular(stat)) kept.delete(path);
    else if (!segments.has(objectId('file', stat))) {
      segments.set(objectId('file', stat), fileSegment(machine, path, stat, undefined));
    }
  }
  return [...segments.values()];
}

/** The name only leads to the file; the inode decides whether it is the one that is mapped. (btrfs and overlayfs show another
 *  device in maps than stat(2) does, so the device cannot be compared here.) */
function mappedFile(machine: Machine, object: Shown): Segment | undefined {
  if (!object.name.startsWith('/')) return undefined;
  const stat = machine.tryStat(object.name);
  if (!stat || stat.inode !== object.inode || !isRegular(stat)) return undefined;
  machine.seen.set(objectKey(object.device, object.inode), stat);
  return fileSegment(machine, object.name, stat, object);
}

function fileSegment(machine: Machine, path: string, stat: ObjectStat, shown: Shown | undefined): Segment {
  // The blocks of a file are on a disk; how many of its pages are in memory stat(2) does not tell.
  const { residentBytes: _blocks, ...members } = statMembers(stat);
  return {
    id: objectId('file', stat),
    kind: 'file',
    name: displayName(path),
    ...members,
    path,
    unlinked: stat.links === 0,
    orphaned: false,
    mappings: withEnds(shown?.mappings ?? [], stat.size, machine.pageSize),
    holders: onlyHolders(shown),
    access: withReason(machine.tryAccess(path) ?? { read: false, write: false }, stat.mode, stat.uid),
  };
}

/** memfds and anonymous shared memory live on a device without a mount, and are no regular files with a lost name. */
function deletedFile(machine: Machine, object: Shown): Segment | undefined {
  if (object.name.startsWith('/memfd:') || object.name.startsWith('/dev/zero') || object.device === '0:1') return undefined;
  return namelessSegment(machine, 'file', object, withoutDeleted(object.name));
}
