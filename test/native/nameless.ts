/** Segments without a name, put together by hand from what /proc says of the processes that have them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Holder, Mapping, Segment, SegmentKind } from '../../api.d.ts';
import type { Addon } from '../../src/native/addon.ts';

interface Found {
  device: string;
  inode: number;
  mappings: Mapping[];
  holders: Holder[];
}

/** A process and its children. */
export function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children];
}

/** Every object whose name in /proc contains `name`, as the model lists them: holders are those that do not map it. */
export function namelessSegments(addon: Addon, pids: readonly number[], kind: SegmentKind, name: string): Segment[] {
  const objects = new Map<string, Found>();
  for (const pid of pids) {
    for (const area of sharedAreas(pid)) {
      if (area.name.includes(name)) foundAt(objects, area.device, area.inode).mappings.push(area.mapping);
    }
    for (const fd of readdirSync(`/proc/${pid}/fd`).map(Number)) {
      const link = `/proc/${pid}/fd/${fd}`;
      if (!readlinkSync(link).includes(name)) continue;
      const { device, inode } = addon.statPath(link, true);
      foundAt(objects, device, inode).holders.push({ pid, process: '', fd, access: 'read-write' });
    }
  }
  return [...objects.values()].map((found) => segmentOf(addon, kind, found));
}

function segmentOf(addon: Addon, kind: SegmentKind, { device, inode, mappings, holders }: Found): Segment {
  const holder = holders[0];
  const size = holder
    ? addon.statPath(`/proc/${holder.pid}/fd/${holder.fd}`, true).size
    : Math.max(...mappings.map((mapping) => mapping.offset + mapping.length));
  const mappers = new Set(mappings.map((mapping) => mapping.pid));
  return {
    id: `${kind}:${device}:${inode}`,
    kind,
    name: '',
    device,
    inode,
    size,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    mode: 0o600,
    unlinked: true,
    orphaned: false,
    mappings,
    holders: holders.filter(({ pid }) => !mappers.has(pid)),
    access: { read: true, write: true },
    namespace: 'host',
  };
}

function foundAt(objects: Map<string, Found>, device: string, inode: number): Found {
  const key = `${device}:${inode}`;
  const found = objects.get(key) ?? { device, inode, mappings: [], holders: [] };
  objects.set(key, found);
  return found;
}

/** 'start-end rwxs offset major:minor inode   name' of proc(5), hexadecimal but for the inode. */
function sharedAreas(pid: number) {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => /^(\w+)-(\w+) (\S{3})s (\w+) (\w+):(\w+) (\d+) +(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, start = '', end = '', protection = '', offset = '', major = '', minor = '', inode = '', name = '']) => ({
      device: `${parseInt(major, 16)}:${parseInt(minor, 16)}`,
      inode: Number(inode),
      name,
      mapping: {
        pid,
        process: '',
        address: BigInt(`0x${start}`),
        length: Number(BigInt(`0x${end}`) - BigInt(`0x${start}`)),
        offset: parseInt(offset, 16),
        protection,
        shared: true,
        startedAt: 0,
        pastEnd: false,
      },
    }));
}
