/** What is known of an object beside who maps it. */
import type { Segment } from '../../api.d.ts';
import { statSync } from 'node:fs';
import type { ObjectStat as FullStat, RawStats } from '../native/addon.ts';
import type { Shown } from './maps.ts';

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;

/** What a scan keeps of statx(2). */
export type ObjectStat = Omit<FullStat, 'changedAt'>;

/** A row of a table. */
export function statAt(stats: RawStats, i: number, device: string, inode: number): ObjectStat {
  const createdAt = stats.createdAt[i] ?? NaN;
  return {
    device,
    inode,
    size: stats.size[i] ?? 0,
    residentBytes: stats.residentBytes[i] ?? 0,
    mode: stats.mode[i] ?? 0,
    uid: stats.uid[i] ?? 0,
    gid: stats.gid[i] ?? 0,
    links: stats.links[i] ?? 0,
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
    modifiedAt: stats.modifiedAt[i] ?? 0,
  };
}

export function isRegular(stat: { readonly mode: number }): boolean {
  return (stat.mode & S_IFMT) === S_IFREG;
}

export function isDevice(stat: { readonly mode: number }): boolean {
  return (stat.mode & S_IFMT) === S_IFCHR || (stat.mode & S_IFMT) === S_IFBLK;
}

type StatMember = 'device' | 'inode' | 'size' | 'residentBytes' | 'uid' | 'gid' | 'mode' | 'createdAt' | 'modifiedAt';

export function statMembers(stat: ObjectStat): Pick<Segment, StatMember> {
  return {
    device: stat.device,
    inode: stat.inode,
    size: stat.size,
    ...(Number.isNaN(stat.residentBytes) ? {} : { residentBytes: stat.residentBytes }),
    uid: stat.uid,
    gid: stat.gid,
    mode: stat.mode & 0o7777,
    ...(stat.createdAt === undefined ? {} : { createdAt: stat.createdAt }),
    ...(Number.isNaN(stat.modifiedAt) ? {} : { modifiedAt: stat.modifiedAt }),
  };
}

/**
 * What the mappings alone tell of an object that may not be looked at: the size that they reach, and as its owner that of a process which has
 * it. NaN for what is not known.
 */
export function statFromReach(object: Pick<Shown, 'device' | 'inode' | 'reach' | 'process'>, mode: number): ObjectStat {
  const { device, inode, reach } = object;
  const owner = statSync(`/proc/${object.process.pid}`, { throwIfNoEntry: false });
  const { uid, gid } = owner ?? { uid: 0, gid: 0 };
  return { device, inode, size: reach, residentBytes: NaN, mode: S_IFREG | mode, uid, gid, links: 0, modifiedAt: NaN };
}
