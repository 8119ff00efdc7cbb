/** The sentence about memory that is not held. */
import { formatHex } from '../format.ts';
import type { Snapshot } from '../state/snapshot.ts';

/**
 * Said once in the visible part of a run: in its first whole row, or at the top when that is scrolled away; '' in all other rows.
 * `top` is the first visible row, `start` the offset of the row asked about.
 */
export function holeText(snapshot: Snapshot | undefined, start: number, columns: number, top: number, size: number): string {
  const run = snapshot?.unheldAt(start);
  if (!snapshot || !run || run[1] < Math.min(start + columns, size)) return '';
  const firstRow = Math.max(Math.ceil(run[0] / columns), top);
  if (start !== firstRow * columns) return '';
  const what = snapshot.throughProcesses ? 'not touched by the processes that it is read through' : 'no memory held';
  return `${what}: ${formatHex(run[0])} – ${formatHex(run[1] - 1)}`;
}
