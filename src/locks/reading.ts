/** The bytes of a segment's locks, as few reads as that takes. */
import type { Segment } from '../../api.d.ts';
import type { LockPlace } from './places.ts';

/** Reads up to `length` bytes; short only where the segment ends. */
export type Read = (segment: Segment, offset: number, length: number) => Promise<Uint8Array>;

/** Locks nearer to each other than this are read together: a call costs as much as some hundred bytes. */
const GAP = 512;
/** Bytes of one read. */
const MOST = 64 * 1024;

/** Of each place its bytes, of one moment; undefined where the segment ends before. In the order of `places`, which are by offset. */
export async function bytesOf(segment: Segment, places: readonly LockPlace[], read: Read): Promise<(Uint8Array | undefined)[]> {
  const order = places.map((_, at) => at).sort((a, b) => (places[a]?.offset ?? 0) - (places[b]?.offset ?? 0));
  const found: (Uint8Array | undefined)[] = places.map(() => undefined);
  for (const { from, to, group } of groupsOf(places, order)) {
    if (from >= segment.size) continue;
    const bytes = await read(segment, from, to - from);
    for (const at of group) {
      const place = places[at];
      if (!place) continue;
      const start = place.offset - from;
      if (start + place.size <= bytes.length) found[at] = bytes.subarray(start, start + place.size);
    }
  }
  return found;
}

interface Group {
  readonly from: number;
  to: number;
  readonly group: number[];
}

function groupsOf(places: readonly LockPlace[], order: readonly number[]): Group[] {
  const groups: Group[] = [];
  for (const at of order) {
    const place = places[at];
    if (!place) continue;
    const end = place.offset + place.size;
    const last = groups.at(-1);
    if (last && place.offset <= last.to + GAP && end - last.from <= MOST) {
      last.to = Math.max(last.to, end);
      last.group.push(at);
    } else groups.push({ from: place.offset, to: end, group: [at] });
  }
  return groups;
}
