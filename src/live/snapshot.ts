/** One moment of some ranges of a segment. */
import type { ByteSource } from '../native/addon.ts';
import { putInto, readGuards, type Guard } from './guards.ts';
import { commonRanges, mergeRanges, rangesOf, sameBytes, type Range } from './ranges.ts';

export interface Snapshot {
  /** ms since the epoch. */
  readonly time: number;
  /** Size of the object, as far as this reading saw it. */
  readonly size: number;
  /** The object has no name any more. Always false for System V, whose segments never have a link. */
  readonly unlinked: boolean;
  readonly how: ByteSource['how'];
  /** What was had. Parts that were asked for and are missing lie past the end, or are mapped by no process that may be read. */
  readonly ranges: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** [start, end) of what holds no memory. By process_vm_readv: of what no process has touched that it was read through. */
  readonly unheld: readonly (readonly [number, number])[];
  /** The ranges of the guards whose bytes could not be had consistently. */
  readonly torn: readonly Range[];
}

const SYNC_BYTES = 256 * 1024;
/** Enough for what a screen shows; a window of thousands of holes is drawn as held. */
export const EXTENTS_MAX = 128;

/** Reads the ranges, merged, from one source. Where the object shrank meanwhile, what was not had is not in the snapshot. */
export async function takeSnapshot(
  source: ByteSource,
  wanted: readonly Range[],
  guards: readonly Guard[] = [],
): Promise<Snapshot> {
  const stat = source.stat();
  let size = stat.size;
  const ranges: { offset: number; bytes: Uint8Array }[] = [];
  const merged = mergeRanges(wanted, size);
  const readable = source.how === 'process_vm_readv' ? commonRanges(merged, rangesOf(source.shown())) : merged;
  for (const { offset, length } of readable) {
    const target = new Uint8Array(length);
    const had = length > SYNC_BYTES ? await source.readAsync(target, offset) : source.read(target, offset);
    if (had < length) size = Math.min(size, offset + had);
    ranges.push({ offset, bytes: target.subarray(0, had) });
  }
  const torn: Range[] = [];
  for (const { guard, bytes } of readGuards(source, guards, size)) {
    if (bytes) putInto(ranges, guard, bytes);
    else torn.push({ offset: guard.offset, length: guard.length });
  }
  const shown = ranges.filter((range) => range.offset < size && range.bytes.length > 0);
  return {
    time: Date.now(),
    size,
    how: source.how,
    unlinked: source.how === 'pread' && stat.links === 0,
    ranges: shown,
    torn,
    unheld: shown.flatMap((range) => holes(source, range.offset, range.bytes.length)),
  };
}

/** The gaps between the extents that hold memory. */
function holes(source: ByteSource, offset: number, length: number): [number, number][] {
  const result: [number, number][] = [];
  let at = offset;
  for (const held of rangesOf(source.extents(offset, length, EXTENTS_MAX))) {
    if (held.offset > at) result.push([at, held.offset]);
    at = held.offset + held.length;
  }
  if (at < offset + length) result.push([at, offset + length]);
  return result;
}

/** Whether two snapshots show the same: bytes, size and memory held; not the time. */
export function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
  return (
    a.size === b.size &&
    a.unlinked === b.unlinked &&
    a.ranges.length === b.ranges.length &&
    a.unheld.length === b.unheld.length &&
    a.torn.length === b.torn.length &&
    a.torn.every(({ offset, length }, i) => offset === b.torn[i]?.offset && length === b.torn[i].length) &&
    a.ranges.every((range, i) => range.offset === b.ranges[i]?.offset && sameBytes(range.bytes, b.ranges[i].bytes)) &&
    a.unheld.every((hole, i) => hole[0] === b.unheld[i]?.[0] && hole[1] === b.unheld[i][1])
  );
}
