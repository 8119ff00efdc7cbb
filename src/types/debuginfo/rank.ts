/** How well a type goes with a segment, and the words for it. */
import type { Segment, TypeLayout } from '../../../api.d.ts';
import type { Hit } from './process/hits.ts';
import { nameOf, someOf } from './process/programs.ts';

/** What is known of a type before its layout is read. */
export type Outline = Pick<TypeLayout, 'name' | 'kind' | 'size'>;

/** What POSIX objects and files are often rounded up to. */
const PAGE = 4096;

type Fit = 'exact' | 'pages' | 'divides' | 'within' | 'larger';

/** The size of System V memory is exact to the byte, as its owner asked for it. */
function fitOf(size: number, segment: Segment): Fit {
  if (size === segment.size) return 'exact';
  if (size > segment.size) return 'larger';
  if (segment.kind !== 'sysv' && Math.ceil(size / PAGE) * PAGE === segment.size) return 'pages';
  return segment.size % size === 0 ? 'divides' : 'within';
}

/** A type that a whole segment may be: other kinds are only a part of something. */
export const isAggregate = ({ kind }: Outline): boolean => kind === 'struct' || kind === 'union' || kind === 'array';

const RANKS: Readonly<Record<Fit, number>> = { exact: 0, pages: 1, divides: 2, within: 3, larger: 7 };
const ELSEWHERE = 4;
const SCALAR = 5;
/** Nothing points to it. */
export const BY_SIZE = 6;

/** Lower is better. */
export function rankOf(type: Outline, offset: number, segment: Segment): number {
  if (offset + type.size > segment.size) return RANKS.larger;
  const fit = fitOf(type.size, segment);
  if (!isAggregate(type) && fit !== 'exact') return SCALAR;
  return offset === 0 ? RANKS[fit] : ELSEWHERE;
}

/** "'book' in strategy (4711) points here; its size is the segment's." */
export function whyOf(hits: readonly Hit[], { size }: Outline, offset: number, segment: Segment): string {
  const byPid = new Map<number, string>();
  for (const hit of hits) if (!byPid.has(hit.mapper.pid)) byPid.set(hit.mapper.pid, placeOf(hit));
  const point = byPid.size === 1 ? 'points' : 'point';
  return `${someOf([...byPid.values()])} ${point} here${offset === 0 ? sizeWords(size, segment) : endWords(size, offset, segment)}.`;
}

function placeOf({ variable, mapper, onStack }: Hit): string {
  const ended = onStack === 'left' ? ', perhaps of a call that has ended,' : '';
  return `'${variable.name}'${ended} ${onStack ? 'on the stack of' : 'in'} ${nameOf(mapper)}`;
}

function sizeWords(size: number, segment: Segment): string {
  const words: Readonly<Record<Fit, string>> = {
    exact: "; its size is the segment's",
    pages: "; its size in whole pages is the segment's",
    divides: `; ${segment.size / size} of them fill the segment`,
    within: '',
    larger: '; it is larger than the segment',
  };
  return words[fitOf(size, segment)];
}

const endWords = (size: number, offset: number, segment: Segment): string =>
  offset + size > segment.size ? '; it reaches past the end of the segment' : '';
