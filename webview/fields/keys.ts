import type { FieldRow } from '../../src/decode/tree.ts';

/** The row that a key goes to from row `index` of `count`; undefined for a key that goes nowhere. */
export function targetOf(
  key: string,
  index: number,
  count: number,
  page: number,
  row: FieldRow | undefined,
  indexOf: (path: string) => number,
): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  };
  const by = moves[key];
  if (by !== undefined) return Math.min(count - 1, Math.max(0, index + by));
  if (key === 'ArrowRight' && row?.expanded) return index + 1;
  const parent = key === 'ArrowLeft' && row?.parent !== undefined ? indexOf(row.parent) : -1;
  return parent < 0 ? undefined : parent;
}
