/** The ways to a segment's bytes, in the order that disturbs least (and says why when none is left). */
import type { Mapping, Segment } from '../../api.d.ts';
import type { Addon, ByteSource } from '../native/addon.ts';
import { shmError, toShmError, type ShmError } from '../native/errors.ts';

/** What the user has agreed to. */
export interface OpenOptions {
  readonly write: boolean;
  /** shmat moves the attach count, times and last pid, and keeps a removed segment alive. */
  readonly attach: boolean;
}

/**
 * Opens the bytes of a segment: by name; through /proc/PID/map_files of a mapper (root); by process_vm_readv on a mapper; by shmat
 * where that was agreed to. ESTALE when the name leads to another object now; ENOTSUP with a remedy when only shmat is left.
 */
export function openSegment(addon: Addon, segment: Segment, options: OpenOptions): ByteSource {
  let refused: ShmError | undefined;
  let last: ShmError | undefined;
  for (const attempt of attempts(addon, segment, options)) {
    try {
      return checked(attempt(), segment);
    } catch (error) {
      last = toShmError(error);
      refused ??= last;
    }
  }
  if (refused && refused.code !== 'ESTALE' && segment.mappings.length > 0) throw refused;
  // To ask for shmat again, when it was agreed to and failed, would only go round in a circle.
  if (segment.kind === 'sysv' && options.attach && last) throw last;
  if (segment.kind === 'sysv') {
    throw shmError(
      'ENOTSUP',
      'No process that could be read through has this segment attached, so reading it means to attach it.',
      {
        remedy: 'Open it in the panel and agree to attach: its attach count, attach time and last pid will change.',
      },
    );
  }
  throw refused ?? shmError('ENOTSUP', segment.access.reason ?? 'No process maps it in a way that leads to its bytes.');
}

function attempts(addon: Addon, segment: Segment, options: OpenOptions): (() => ByteSource)[] {
  const { path } = segment;
  const byName = path === undefined || segment.unlinked ? [] : [() => addon.openPath(path, options.write)];
  const mappings = candidates(segment, options.write);
  const throughFiles = mappings.map((m) => () => addon.openMapFiles(m.pid, m.address, m.length, options.write));
  const throughProcess = mappings.map((m) => () => addon.openProcess(m.pid, m.address, m.length, m.offset));
  const { sysv } = segment;
  const attached = sysv && options.attach ? [() => addon.openSysv(sysv.shmid, options.write)] : [];
  return [...byName, ...throughFiles, ...throughProcess, ...attached];
}

/** Shared mappings, the one that shows most of the segment first; a few are enough. */
function candidates(segment: Segment, write: boolean): Mapping[] {
  return segment.mappings
    .filter((mapping) => mapping.shared && (!write || mapping.protection.includes('w')))
    .sort((a, b) => b.length - a.length)
    .slice(0, 4);
}

/** A name can lead to another object since the scan, and a pid or an address to another mapping. */
function checked(source: ByteSource, segment: Segment): ByteSource {
  if (source.how === 'shmat') return source;
  const stat = source.stat();
  // A process' memory has no device; and overlayfs and btrfs show in maps another device than stat(2) does.
  if (source.how === 'process_vm_readv') return source;
  // ext4 gives the inode of a removed file to the next one at once; the time of birth tells them apart.
  const sameBirth = segment.createdAt === undefined || stat.createdAt === undefined || stat.createdAt === segment.createdAt;
  if (stat.inode === segment.inode && sameBirth) return source;
  source.close();
  throw shmError('ESTALE', 'Another object has taken the place of this one.');
}
