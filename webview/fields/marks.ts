/** Whether a field is marked as changed. */
import type { Store } from '../state/store.ts';
import { rawIn, rawOf, type Place } from './value.ts';

/** As Changes.step; of a bit-field, which shares its bytes with others, against a baseline only its own bits count. */
export function markOf(row: Place, store: Store, now: number): number {
  const { changes, byteOrder } = store;
  const step = changes.step(row.offset, row.size, now);
  if (step === 0 || row.bitWidth === undefined || changes.mode === 'frame') return step;
  const then = changes.baseline(row.offset, row.size);
  return then && rawIn(row, then, byteOrder) === rawOf(row, store) ? 0 : step;
}
