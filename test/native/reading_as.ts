/**
 * Run as root and as another user by nameless.test.ts: reads every kind of object without a name that processes of the same user have,
 * and prints as JSON which way led to the bytes, and whether anything changed by it. Arguments: the addon, a name that is free, and the
 * number of huge pages that may be taken.
 */
import { readFileSync } from 'node:fs';
import type { Segment, SegmentKind } from '../../api.d.ts';
import { openSegment } from '../../src/live/open.ts';
import { takeSnapshot } from '../../src/live/snapshot.ts';
import { loadAddon } from '../../src/native/load.ts';
import { toShmError } from '../../src/native/errors.ts';
import { start } from '../programs/build.ts';
import { listSysv } from './sysvipc.ts';
import { familyOf, namelessSegments } from './nameless.ts';

const [addonPath = '', name = '', hugePages = '0'] = process.argv.slice(2);
const addon = loadAddon(addonPath);
const PAGE = 4096;

/** What reading must not change: memory of the objects, as far as a descriptor tells, pages of the processes, shmid_ds. */
function traces(pids: readonly number[], segments: readonly Segment[]): string {
  const resident = pids.map((pid) => /RssShmem:.*/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[0]);
  const fds = pids.flatMap((pid) =>
    segments.flatMap(({ device, inode }) =>
      addon.findDescriptors(pid, device, inode).map((fd) => addon.statPath(`/proc/${pid}/fd/${fd}`, true).residentBytes),
    ),
  );
  const attached = listSysv().filter(({ shmid }) => segments.some(({ kind, inode }) => kind === 'sysv' && inode === shmid));
  return JSON.stringify([resident, fds, attached]);
}

async function readAll(segment: Segment): Promise<{ how: string; parts: number[][]; first: string; unheld: number }> {
  const source = openSegment(addon, segment, { write: false, attach: false });
  try {
    const snapshot = await takeSnapshot(source, [{ offset: 0, length: segment.size }]);
    const bytes = new Uint8Array(segment.size);
    for (const range of snapshot.ranges) bytes.set(range.bytes, range.offset);
    return {
      how: source.how,
      parts: snapshot.ranges.map((range) => [range.offset / PAGE, range.bytes.length / PAGE]),
      first:
        segment.size > 16 * PAGE ? '' : Array.from({ length: segment.size / PAGE }, (_, page) => bytes[page * PAGE]).join(' '),
      unheld: snapshot.unheld.reduce((sum, [begin, end]) => sum + (end - begin) / PAGE, 0),
    };
  } finally {
    source.close();
  }
}

/** What a store gives, in every object; and that it was read again where it worked. */
function writeTo(segment: Segment): string {
  try {
    const source = openSegment(addon, segment, { write: true, attach: false });
    try {
      source.write(Uint8Array.of(0x77), segment.size - 1);
      const target = new Uint8Array(1);
      source.read(target, segment.size - 1);
      return target[0] === 0x77 ? source.how : 'not stored';
    } finally {
      source.close();
    }
  } catch (error) {
    return toShmError(error).code;
  }
}

async function inspect(program: string, kind: string, of: SegmentKind, has: string, count = 1): Promise<object> {
  await using running = await start(program, [
    kind,
    has === 'dev/zero' || has === 'SYSV' ? 'none' : `${has}-${kind}`,
    String(count),
  ]);
  const pids = familyOf(running.pid);
  const segments = namelessSegments(addon, pids, of, has);
  const before = traces(pids, segments);
  const read = [];
  const numbers = [];
  for (const segment of segments) {
    read.push(await readAll(segment));
    const source = openSegment(addon, segment, { write: false, attach: false });
    const target = new Uint8Array(10);
    source.read(target, 0);
    if (program === 'nameless' && Buffer.from(target.subarray(0, 8)).toString() === 'nameless') numbers.push(target[8]);
    source.close();
  }
  const undisturbed = traces(pids, segments) === before;
  const distinct = [...new Set(read.map((one) => JSON.stringify(one)))].map((one): unknown => JSON.parse(one));
  return {
    objects: segments.length,
    read: distinct.length === 1 ? distinct[0] : distinct,
    numbers: numbers.sort((a = 0, b = 0) => a - b).join(' '),
    undisturbed,
    write: [...new Set(segments.map(writeTo))].join(' '),
  };
}

const found: Record<string, object> = {
  held: await inspect('nameless', 'held', 'memfd', name, 75),
  mapped: await inspect('nameless', 'mapped', 'memfd', name),
  closed: await inspect('nameless', 'closed', 'memfd', name),
  sealed: await inspect('nameless', 'sealed', 'memfd', name),
  future: await inspect('nameless', 'future', 'memfd', name),
  unlinked: await inspect('nameless', 'unlinked', 'posix', name),
  anonymous: await inspect('family', 'anonymous', 'anonymous', 'dev/zero'),
  halves: await inspect('family', 'halves', 'posix', name),
};
if (Number(hugePages) >= 2) {
  found['huge'] = await inspect('nameless', 'huge', 'memfd', name);
  if (process.geteuid?.() === 0) found['hugeSysv'] = await inspect('nameless', 'huge-sysv', 'sysv', 'SYSV');
}
console.log(JSON.stringify(found));
