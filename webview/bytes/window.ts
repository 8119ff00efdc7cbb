/** The bytes around one row, as numbers: what a snapshot does not hold and what lies past the end are told apart from values. */
import { MISSING, type Snapshot } from '../state/snapshot.ts';

/** Bytes before and after a row that a character may reach into. */
export const CONTEXT = 3;
/** Stands for an offset that the object does not have. */
export const PAST = -2;

/** Bytes [start - CONTEXT, start + columns + CONTEXT), each 0 to 255, MISSING or PAST. */
export type ByteWindow = Int16Array;

export function newWindow(columns: number): ByteWindow {
  return new Int16Array(columns + 2 * CONTEXT);
}

/** Fills `window` for the row that begins at `start`, of an object of `size` bytes. */
export function fillWindow(window: ByteWindow, snapshot: Snapshot | undefined, start: number, size: number): void {
  const first = start - CONTEXT;
  window.fill(MISSING);
  for (const { offset, bytes } of snapshot?.pieces ?? []) {
    const from = Math.max(first, offset);
    const to = Math.min(first + window.length, offset + bytes.length);
    for (let at = from; at < to; at++) window[at - first] = bytes[at - offset] ?? MISSING;
  }
  if (first < 0) window.fill(PAST, 0, -first);
  if (size < first + window.length) window.fill(PAST, Math.max(0, size - first));
}
