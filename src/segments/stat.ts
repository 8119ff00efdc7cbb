/** Members of a Segment that come from stat(2). */
import type { Segment } from '../../api.d.ts';
import type { ObjectStat } from '../native/addon.ts';

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

export function isRegular(stat: ObjectStat): boolean {
  return (stat.mode & S_IFMT) === S_IFREG;
}

type StatMember =
  'device' | 'inode' | 'size' | 'residentBytes' | 'uid' | 'gid' | 'mode' | 'createdAt' | 'modifiedAt' | 'namespace';

export function statMembers(stat: ObjectStat): Pick<Segment, StatMember> {
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
export function statFromMappings(object: { device: string; inode: number; mappings: Segment['mappings'] }): ObjectStat {
  const size = Math.max(0, ...object.mappings.map((mapping) => mapping.offset + mapping.length));
  return {
    device: object.device,
    inode: object.inode,
    size,
    residentBytes: 0,
    mode: S_IFREG,
    uid: 0,
    gid: 0,
    links: 0,
    modifiedAt: 0,
    changedAt: 0,
  };
}
