/** Objects that no name leads to: unlinked ones, memfds and anonymous memory. They are looked at through a process that has them. */
import type { Segment } from '../../api.d.ts';
import { SEEN_NOT } from '../native/addon.ts';
import { displayName } from '../native/names.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import type { Shown } from './maps.ts';
import { statFromReach, statMembers } from './stat.ts';
import { makeSegment } from './views.ts';

const DELETED = ' (deleted)';

/** The kernel adds the mark once to the name of an unlinked object, even when the name itself ends with it. */
export function withoutDeleted(name: string): string {
  return name.endsWith(DELETED) ? name.slice(0, -DELETED.length) : name;
}

/** An unlinked object, or one whose name is out of reach. */
export function namelessSegment(
  machine: Machine,
  kind: 'posix' | 'file',
  object: Shown,
  name: string,
  namespace: string,
): Segment {
  const key = objectKey(object.device, object.inode);
  const stat = object.seen === SEEN_NOT ? (machine.seenBefore.get(key) ?? statFromReach(object, 0)) : object.stat;
  machine.seen.set(key, stat);
  const parts = {
    id: objectId(kind, stat),
    kind,
    name: displayName(name),
    ...statMembers(stat),
    unlinked: object.seen === SEEN_NOT ? object.name.endsWith(DELETED) : stat.links === 0,
    orphaned: false,
    access: namelessAccess(object, 'It has no name any more'),
    namespace,
    ...(kind === 'posix' ? { backing: 'tmpfs' as const } : {}),
  };
  return makeSegment(parts, object, machine.pageSize);
}

const MEMFD = '/memfd:';
/** What the kernel gives memory without a name (mm/shmem.c, __shmem_file_setup()). */
const MEMORY_MODE = 0o777;

/** A memfd, or memory that related processes share. */
export function memorySegment(machine: Machine, kind: 'memfd' | 'anonymous', object: Shown, namespace: string): Segment {
  const key = objectKey(object.device, object.inode);
  const stat = object.seen === SEEN_NOT ? (machine.seenBefore.get(key) ?? statFromReach(object, MEMORY_MODE)) : object.stat;
  machine.seen.set(key, stat);
  const name = kind === 'memfd' ? withoutDeleted(object.name).slice(MEMFD.length) : '';
  const parts = {
    id: `${kind}:${key}`,
    kind,
    name: displayName(name),
    ...statMembers(stat),
    unlinked: false,
    orphaned: false,
    access: namelessAccess(object, 'It has no name'),
    namespace,
    backing: object.huge ? ('hugetlbfs' as const) : ('tmpfs' as const),
  };
  return makeSegment(parts, object, machine.pageSize);
}

/** It is read and written through a descriptor that a process has of it, or through a shared mapping. */
function namelessAccess(object: Shown, nameless: string): Segment['access'] {
  const read = object.seen !== SEEN_NOT || object.readable;
  const refused = (reason: string) => ({ read, write: false, reason: `${nameless}, and ${reason}` });
  if (!read && (object.hasShared || object.hasHolders)) return refused(RIGHTS);
  if (!read) return refused('no process maps it shared: there is no way to its bytes.');
  if (object.sealed) return { read, write: false, reason: SEALED };
  if (object.writable || object.hasWriter) return { read, write: true };
  return refused('no process maps it for writing.');
}

const SEALED = 'A program sealed it against writing (F_SEAL_WRITE): nobody can write to it through a new mapping any more.';
const RIGHTS =
  'looking into a process that has it needs the rights of root (or CAP_SYS_PTRACE), or kernel.yama.ptrace_scope 0 for your own.';
