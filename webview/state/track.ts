/** What is known of the changes of one run of bytes in view. */
import { stampDifferences } from './words.ts';

export interface Track {
  readonly offset: number;
  /** As the newest frame has them. */
  readonly bytes: Uint8Array;
  /** Of each byte the number of the frame that changed it last; while none did, minus the number of the first frame that held it. */
  readonly stamps: Int32Array;
  /** What each byte was before its last change. */
  readonly before: Uint8Array;
}

/** The track of bytes that frame `frame` holds at `offset`, with what `known` (the frame before) tells of them. */
export function follow(
  known: readonly Track[],
  offset: number,
  bytes: Uint8Array,
  frame: number,
): { readonly track: Track; readonly changed: boolean } {
  const same = known.find((track) => track.offset === offset && track.bytes.length === bytes.length);
  const track: Track = same ? { ...same, bytes } : carried(known, offset, bytes, frame);
  const { stamps, before } = track;
  let changed = false;
  for (const old of known) {
    const start = Math.max(offset, old.offset);
    const length = Math.min(offset + bytes.length, old.offset + old.bytes.length) - start;
    if (length <= 0) continue;
    const from = start - offset;
    const differs = stampDifferences({ bytes, from }, { bytes: old.bytes, from: start - old.offset }, length, frame, {
      stamps,
      before,
      from,
    });
    changed ||= differs;
  }
  return { track, changed };
}

/** The view has moved: what stayed in it keeps its stamps, and the rest is seen for the first time. */
function carried(known: readonly Track[], offset: number, bytes: Uint8Array, frame: number): Track {
  const stamps = new Int32Array(bytes.length).fill(-frame);
  const before = new Uint8Array(bytes.length);
  for (const old of known) {
    const start = Math.max(offset, old.offset);
    const end = Math.min(offset + bytes.length, old.offset + old.bytes.length);
    if (start >= end) continue;
    stamps.set(old.stamps.subarray(start - old.offset, end - old.offset), start - offset);
    before.set(old.before.subarray(start - old.offset, end - old.offset), start - offset);
  }
  return { offset, bytes, stamps, before };
}
