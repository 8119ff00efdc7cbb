/** The ways to a segment's bytes, in the order that disturbs least (and says why when none is left). */
import type { Mapping, Segment } from '../../api.d.ts';
import type { Addon, ByteSource } from '../native/addon.ts';
import { shmError, toShmError, type ShmError } from '../native/errors.ts';
import { mergeRanges, type Range } from './ranges.ts';
import { allRefused, deviceMemory, isSealed } from './refused.ts';

/** What the user has agreed to. */
export interface OpenOptions {
  readonly write: boolean;
  /** shmat moves the attach count, times and last pid, and keeps a removed segment alive. */
  readonly attach: boolean;
}

/** Processes that are asked for one way; what the first few refuse, the others mostly do too. */
const FEW = 8;
/** Mappers whose descriptors are looked through: each can take more than a millisecond. */
const SEARCHED = 3;
/** Mappings that are combined for process_vm_readv: as many as it takes to show all, and some more, which may have other pages present. */
const PARTS = 16;
const PARTS_MAX = 64;

/**
 * Opens the bytes of a segment: by name; through /proc/PID/fd of a process that holds it open; through /proc/PID/map_files of a mapper
 * (root), or a descriptor that a mapper has; by process_vm_readv on mappers; by shmat where that was agreed to. ESTALE when the name leads
 * to another object now; ENOTSUP with a remedy when only shmat is left, or for memory of a device; else what was refused last.
 */
export function openSegment(addon: Addon, segment: Segment, options: OpenOptions): ByteSource {
  if ('backing' in segment && segment.backing === 'device') throw deviceMemory();
  const failures: ShmError[] = [];
  for (const attempt of attempts(addon, segment, options)) {
    try {
      const source = attempt();
      if (source) return checked(source, segment);
    } catch (error) {
      const failure = toShmError(error);
      failures.push(failure);
      // Through a mapping of before F_SEAL_FUTURE_WRITE it could still be written to: that is for the program that has it.
      if (isSealed(failure)) break;
    }
  }
  throw allRefused(segment, options, failures);
}

/** One after the other, so that a way is looked for only when those before it failed; undefined where a way is not there. */
function* attempts(addon: Addon, segment: Segment, { write, attach }: OpenOptions): Generator<() => ByteSource | undefined> {
  const { path, device, inode, kind, sysv } = segment;
  if (path !== undefined && !segment.unlinked) yield () => addon.openPath(path, write);
  for (const { pid, fd } of segment.holders.slice(0, FEW)) yield () => addon.openDescriptor(pid, fd, device, inode, write);

  const shared = segment.mappings.filter((mapping) => mapping.shared);
  const mappings = largestFirst(write ? shared.filter(isWritable) : shared);
  for (const { pid, address, length } of mappings.slice(0, FEW)) yield () => addon.openMapFiles(pid, address, length, write);
  // These two kinds have no descriptor that a process could have.
  if (kind !== 'sysv' && kind !== 'anonymous') {
    const pids = [...new Set(largestFirst(shared).map((mapping) => mapping.pid))];
    for (const pid of pids.slice(0, SEARCHED)) yield () => openFoundDescriptor(addon, pid, segment, write);
  }
  if (mappings.length > 0) {
    // overlayfs and btrfs show in maps another device than stat(2) does. A System V segment never changes its size.
    const size = sysv ? segment.size : 0;
    yield () => addon.openProcesses(parts(shared), kind === 'file' ? null : device, inode, size);
  }
  // In another IPC namespace the id means another segment, or none.
  if (sysv && attach && segment.namespace === 'host') yield () => addon.openSysv(sysv.shmid, write);
}

/** A mapper may still have the descriptor that it mapped; the scan tells the descriptors of those only that do not map the object. */
function openFoundDescriptor(addon: Addon, pid: number, { device, inode }: Segment, write: boolean): ByteSource | undefined {
  const [fd] = addon.findDescriptors(pid, device, inode);
  return fd === undefined ? undefined : addon.openDescriptor(pid, fd, device, inode, write);
}

function isWritable(mapping: Mapping): boolean {
  return mapping.protection.includes('w');
}

function largestFirst(mappings: readonly Mapping[]): Mapping[] {
  return [...mappings].sort((a, b) => b.length - a.length);
}

/** Those that together show most of the segment, then others of the same parts. */
function parts(shared: readonly Mapping[]): Mapping[] {
  const needed: Mapping[] = [];
  const others: Mapping[] = [];
  let covered: Range[] = [];
  for (const mapping of largestFirst(shared.filter((one) => one.protection.includes('r')))) {
    const together = mergeRanges([...covered, mapping]);
    (bytesOf(together) > bytesOf(covered) ? needed : others).push(mapping);
    covered = together;
  }
  return [...needed, ...others].slice(0, Math.min(PARTS_MAX, Math.max(PARTS, needed.length)));
}

function bytesOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, range) => sum + range.length, 0);
}

/** A name can lead to another object since the scan, and a pid or an address to another mapping. */
function checked(source: ByteSource, segment: Segment): ByteSource {
  // A process' memory was compared when it was opened; an attached segment has no device.
  if (source.how === 'shmat' || source.how === 'process_vm_readv') return source;
  try {
    const stat = source.stat();
    // ext4 gives the inode of a removed file to the next one at once; the time of birth tells them apart.
    const sameBirth = segment.createdAt === undefined || stat.createdAt === undefined || stat.createdAt === segment.createdAt;
    // For a file the scan may know the device of maps only, which overlayfs and btrfs make another than stat(2)'s.
    const sameDevice = segment.kind === 'file' || stat.device === segment.device;
    if (stat.inode === segment.inode && sameDevice && sameBirth) return source;
    throw shmError('ESTALE', 'Another object has taken the place of this one.');
  } catch (error) {
    source.close();
    throw error;
  }
}
