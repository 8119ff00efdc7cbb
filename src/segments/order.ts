/** In which order people look for segments. Thousands are sorted in slices, so that the event loop goes on between them. */
import type { Segment } from '../../api.d.ts';
import { forEachPaced, type Pace } from './pace.ts';
import { bornAt, segmentLabel } from './texts.ts';
import { mapperCount } from './views.ts';

export const SORTS = ['name', 'size', 'memory', 'mappers', 'age'] as const;
export type SortBy = (typeof SORTS)[number];

export function isSortBy(value: unknown): value is SortBy {
  return SORTS.some((sort) => sort === value);
}

/** Smaller comes first: the largest, most used and oldest ones lead; what is not known is last. */
const RANKS: Readonly<Record<SortBy, (segment: Segment) => number>> = {
  name: () => 0,
  size: (segment) => -segment.size,
  memory: (segment) => -(segment.residentBytes ?? -1),
  mappers: (segment) => -mapperCount(segment),
  age: (segment) => bornAt(segment) ?? Infinity,
};

/** Runs of this many take half a millisecond to sort. */
const RUN = 512;

interface Ranked {
  readonly segment: Segment;
  readonly rank: number;
  readonly key: string;
}

/** A sorted copy; equal ones are in the order of their names, and numbers in names count as numbers. */
export async function sortSegments(segments: readonly Segment[], by: SortBy, pace: Pace): Promise<Segment[]> {
  const rankOf = RANKS[by];
  const ranked: Ranked[] = [];
  await forEachPaced(segments, pace, (segment) => {
    ranked.push({ segment, rank: rankOf(segment), key: nameKey(segment) });
  });
  const runs: Ranked[] = [];
  for (let at = 0; at < ranked.length; at += RUN) {
    runs.push(...ranked.slice(at, at + RUN).sort(compare));
    if (pace.due()) await pace.pause();
  }
  // TimSort finds the runs that are sorted already, and only merges them.
  return runs.sort(compare).map(({ segment }) => segment);
}

function compare(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.segment.inode - b.segment.inode;
}

const keys = new WeakMap<Segment, string>();

/**
 * A text that compares by code units as names compare for people: without case and accents, digits by their number. Intl.Collator does
 * it better and takes 40 ms for 5,000 names, over and over.
 */
export function nameKey(segment: Segment): string {
  const known = keys.get(segment);
  if (known !== undefined) return known;
  const key = collationKey(segmentLabel(segment));
  keys.set(segment, key);
  return key;
}

/** Each number gets its count of digits before it, so that 9 comes before 10. */
export function collationKey(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.toLowerCase().replace(/\d+/g, (digits) => {
    const bare = digits.replace(/^0+(?=\d)/, '');
    return `0${bare.length.toString(36).padStart(2, '0')}${bare}`;
  });
}
