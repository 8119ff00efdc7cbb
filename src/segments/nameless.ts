/** Objects that were unlinked and that some process still has: they are looked at through that process. */
import type { Segment } from '../../api.d.ts';
import { displayName } from '../native/names.ts';
import { onlyHolders, withEnds, type Shown } from './attribution.ts';
import { objectId, objectKey } from './identity.ts';
import type { Machine } from './machine.ts';
import { isRegular, statFromMappings, statMembers } from './stat.ts';

const DELETED = ' (deleted)';

export function isNameless(name: string): boolean {
  return name.endsWith(DELETED);
}

/** The kernel adds the mark once to the name of an unlinked object, even when the name itself ends with it. */
export function withoutDeleted(name: string): string {
  return isNameless(name) ? name.slice(0, -DELETED.length) : name;
}

/** Undefined for what is no regular file. */
export function namelessSegment(machine: Machine, kind: 'posix' | 'file', object: Shown, name: string): Segment | undefined {
  const stat = [...object.mappings.map(mapFilesPath), ...object.holders.map((holder) => `/proc/${holder.pid}/fd/${holder.fd}`)]
    .map((path) => machine.tryStat(path, true))
    .find((found) => found?.inode === object.inode);
  if (stat && !isRegular(stat)) return undefined;
  const key = objectKey(object.device, object.inode);
  const known = stat ?? machine.seenBefore.get(key) ?? statFromMappings(object);
  machine.seen.set(key, known);
  return {
    id: objectId(kind, known),
    kind,
    name: displayName(name),
    ...statMembers(known),
    unlinked: true,
    orphaned: false,
    mappings: withEnds(object.mappings, known.size, machine.pageSize),
    holders: onlyHolders(object),
    access: namelessAccess(object, stat !== undefined || mayReadThrough(machine, object)),
  };
}

/** /proc/PID/map_files/<start>-<end>, proc(5). */
function mapFilesPath(mapping: { pid: number; address: bigint; length: number }): string {
  const end = mapping.address + BigInt(mapping.length);
  return `/proc/${mapping.pid}/map_files/${mapping.address.toString(16)}-${end.toString(16)}`;
}

/** Whether process_vm_readv is allowed on a mapper: own processes, where kernel.yama.ptrace_scope is 0. */
function mayReadThrough({ addon }: Machine, object: Shown): boolean {
  return object.mappings.some(({ pid, address, length, offset, shared }) => {
    if (!shared) return false;
    try {
      const source = addon.openProcess(pid, address, length, offset);
      try {
        source.read(new Uint8Array(1), offset);
        return true;
      } finally {
        source.close();
      }
    } catch {
      return false;
    }
  });
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
