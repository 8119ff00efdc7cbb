/** The header's view of a segment. */
import { readFileSync } from 'node:fs';
import type { Segment } from '../../api.d.ts';
import type { SegmentInfo } from '../protocol/messages.ts';
import { permissionText } from '../segments/access.ts';
import { mappersText } from '../segments/texts.ts';

/** `mayHide`: a process that may not be looked into could map it as well. */
export function segmentInfo(segment: Segment, mayHide: boolean): SegmentInfo {
  return {
    kind: segment.kind,
    name: segment.name,
    size: segment.size,
    ...(segment.residentBytes === undefined ? {} : { residentBytes: segment.residentBytes }),
    permissions: permissionText(segment.mode),
    owner: userName(segment.uid),
    identity: segment.sysv ? `shmid ${segment.sysv.shmid}` : `inode ${segment.inode}`,
    unlinked: segment.unlinked,
    orphaned: segment.orphaned,
    mapped: mappersText(segment, mayHide),
    mappers: segment.mappings.map(({ pid, process, address, length, offset, protection, shared }) => ({
      pid,
      process,
      address: `0x${address.toString(16)}`,
      length,
      offset,
      protection,
      shared,
    })),
  };
}

let users: Map<number, string> | undefined;

/** From /etc/passwd (passwd(5)), read once; the number where it does not tell. */
function userName(uid: number): string {
  users ??= readUsers();
  return users.get(uid) ?? `uid ${uid}`;
}

function readUsers(): Map<number, string> {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return new Map(lines.map((line) => line.split(':')).flatMap(([name, , uid]) => (name && uid ? [[Number(uid), name]] : [])));
  } catch {
    return new Map();
  }
}

/** A file's whole path is in the page. */
export function tabTitle({ kind, name }: Segment): string {
  return kind === 'file' ? name.slice(name.lastIndexOf('/') + 1) : name;
}
