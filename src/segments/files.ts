/** Files that a process maps MAP_SHARED, those that are kept listed, and the devices that look like files. */
import type { Segment } from '../../api.d.ts';
import type { Addon } from '../native/addon.ts';
import { SEEN_BY_NAME, SEEN_NOT } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { accessBits, withReason } from './access.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import type { Shown } from './maps.ts';
import { namelessSegment, withoutDeleted } from './nameless.ts';
import { isDevice, isRegular, statMembers, type ObjectStat } from './stat.ts';
import { makeSegment } from './views.ts';

const TMPFS_MAGIC = 0x0102_1994;
const HUGETLBFS_MAGIC = 0x9584_58f6;
const SYSFS_MAGIC = 0x6265_6572;
const PROC_SUPER_MAGIC = 0x9fa0;

type Backing = NonNullable<Segment['backing']>;

/** f_type of statfs(2), include/uapi/linux/magic.h. What sysfs and proc give to be mapped is memory of a device. */
function backingOf(filesystem: number, stat: ObjectStat): Backing {
  if (isDevice(stat) || filesystem === SYSFS_MAGIC || filesystem === PROC_SUPER_MAGIC) return 'device';
  if (filesystem === TMPFS_MAGIC) return 'tmpfs';
  return filesystem === HUGETLBFS_MAGIC ? 'hugetlbfs' : 'disk';
}

/** Undefined for what is no segment: mapped private only, or neither a file nor a device. */
export function fileSegment(machine: Machine, object: Shown): Segment | undefined {
  if (!object.hasShared) return undefined;
  const { pid, mount } = object.process;
  const namespace = machine.namespaces.name('mnt', mount, pid);
  if (object.seen === SEEN_BY_NAME) {
    if (!isRegular(object.stat) && !isDevice(object.stat)) return undefined;
    // A device node has no size: what is mapped of it is all that is known, and never past an end.
    const stat = isDevice(object.stat) ? { ...object.stat, size: object.reach } : object.stat;
    machine.seen.set(objectKey(object.device, object.inode), stat);
    return namedFile(machine, object, stat, namespace);
  }
  if (object.seen === SEEN_NOT ? object.name.startsWith('/dev/') : !isRegular(object.stat)) return undefined;
  // The /dev/shm of a mount namespace whose root may not be entered.
  if (object.name.startsWith('/dev/shm/'))
    return namelessSegment(machine, 'posix', object, withoutDeleted(object.name.slice('/dev/shm'.length)), namespace);
  return namelessSegment(machine, 'file', object, withoutDeleted(object.name), namespace);
}

function namedFile(machine: Machine, object: Shown, stat: ObjectStat, namespace: string): Segment {
  const backing = backingOf(object.filesystem, stat);
  const access = backing === 'device' ? DEVICE_ACCESS : withReason(accessBits(object.access), stat.mode, stat.uid);
  return makeFile(machine, object.name, object.path, stat, object, { namespace, backing, access });
}

const DEVICE_ACCESS = { read: false, write: false, reason: 'It is memory of a device: reading it can have effects.' };

function makeFile(
  machine: Machine,
  name: string,
  path: string,
  stat: ObjectStat,
  shown: Shown | undefined,
  more: Pick<Segment, 'namespace' | 'access' | 'backing'>,
): Segment {
  // The blocks of a file are on a disk; how many of its pages are in memory stat(2) does not tell.
  const { residentBytes, ...members } = statMembers(stat);
  const inMemory = more.backing === 'tmpfs' || more.backing === 'hugetlbfs';
  const parts = {
    id: objectId('file', stat),
    kind: 'file' as const,
    name: displayName(name),
    ...members,
    ...(inMemory ? { residentBytes } : {}),
    path,
    unlinked: stat.links === 0,
    orphaned: false,
    ...more,
  };
  return makeSegment(parts, shown, machine.pageSize);
}

/** A file that stays listed while nothing maps it; undefined when it is none any more. */
export function keptFile(machine: Machine, addon: Addon, path: string): Segment | undefined {
  try {
    const stat = addon.statPath(path, false);
    if (!isRegular(stat)) return undefined;
    const access = withReason(addon.accessPath(path), stat.mode, stat.uid);
    return makeFile(machine, path, path, stat, undefined, { namespace: 'host', access });
  } catch {
    return undefined;
  }
}
