/** In which order the places stand. Pure. */
import type { WriterInfo } from '../../src/protocol/writing.ts';
import { userLine, viaText } from './userLine.ts';
import { lineText } from './words.ts';

export type SortKey = 'process' | 'function' | 'place' | 'rate' | 'count' | 'last';
export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}
/** As the host has them: by rate, then count. */
export const BY_RATE: Sorting = { key: 'rate', descending: true };

const collator = new Intl.Collator('en', { numeric: true });
const compare: Readonly<Record<SortKey, (a: WriterInfo, b: WriterInfo) => number>> = {
  process: (a, b) => collator.compare(a.process, b.process) || a.pid - b.pid || a.tid - b.tid,
  function: (a, b) =>
    collator.compare(userLine(a).function ?? '', userLine(b).function ?? '') || collator.compare(viaText(a), viaText(b)),
  place: (a, b) =>
    collator.compare(lineText(userLine(a)), lineText(userLine(b))) ||
    collator.compare(lineText(a), lineText(b)) ||
    collator.compare(a.instruction, b.instruction),
  rate: (a, b) => a.rate - b.rate || a.count - b.count,
  count: (a, b) => a.count - b.count,
  last: (a, b) => a.last - b.last,
};

/** `held`: ids in an order that is to stay, as under a pointer that is about to press; others follow them. */
export function ordered(
  places: readonly WriterInfo[],
  { key, descending }: Sorting,
  held?: readonly number[],
): readonly WriterInfo[] {
  const sign = descending ? -1 : 1;
  const sorted = places.toSorted((a, b) => sign * compare[key](a, b));
  if (!held) return sorted;
  const rank = new Map(held.map((id, index) => [id, index]));
  const rankOf = ({ id }: WriterInfo): number => rank.get(id) ?? held.length;
  return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** A press on a column's head: numbers begin with the largest, names with the first; a second press turns it round. */
export function turned(now: Sorting, key: SortKey): Sorting {
  if (now.key === key) return { key, descending: !now.descending };
  return { key, descending: key === 'rate' || key === 'count' || key === 'last' };
}
