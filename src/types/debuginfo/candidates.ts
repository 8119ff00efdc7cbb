/** From what points into a segment, and from what has its size, to types at offsets: best first. */
import type { Segment, TypeLayout } from '../../../api.d.ts';
import { sameLayout } from './compare.ts';
import type { DebugIndex, TypeEntry } from './face.ts';
import type { Hit } from './process/hits.ts';
import type { Layouts } from './layouts.ts';
import { entryOf } from './lookup.ts';
import { isSystemLibrary, type Mapper, type RunFile } from './process/programs.ts';
import { BY_SIZE, isAggregate, rankOf, whyOf } from './rank.ts';

/** A file that mappers run, and its debug info. */
export interface SeenFile {
  readonly run: RunFile;
  readonly index: DebugIndex;
  readonly mappers: readonly Mapper[];
}

/** A type at an offset, as one file has it. */
export interface Candidate {
  readonly run: RunFile;
  readonly ref: string;
  readonly entry: TypeEntry;
  readonly offset: number;
  /** Empty for one that only has the segment's size. */
  readonly hits: readonly Hit[];
  readonly rank: number;
}

/** More suggestions than this help nobody to choose, and each costs a reading of debug info. */
const MOST = 24;
/** A table of pointers to equal things says it once, and where the first ones are. */
const MOST_OF_ONE_TYPE = 3;
/** What has the segment's size by chance is as good as what does not; where there are many, it is chance. */
const MOST_BY_SIZE = 4;
const LEAST_BY_SIZE = 8;

export function candidatesOf(hits: readonly Hit[], files: readonly SeenFile[], segment: Segment): Candidate[] {
  const pointed = bestOf(byTarget(hits, segment));
  const known = pointed.some(({ entry, offset }) => offset === 0 && isAggregate(entry));
  return known ? pointed : [...pointed, ...bySize(files, segment)];
}

function byTarget(hits: readonly Hit[], segment: Segment): Candidate[] {
  const groups = new Map<string, Hit[]>();
  for (const hit of hits) {
    const key = `${hit.run.key}\0${hit.variable.target.ref}\0${hit.offset}`;
    const known = groups.get(key);
    if (known) known.push(hit);
    else groups.set(key, [hit]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { run, index, variable, offset } = first;
    const entry = entryOf(index, variable.target);
    return [{ run, ref: entry.ref, entry, offset, hits: group, rank: rankOf(entry, offset, segment) }];
  });
}

function bestOf(all: Candidate[]): Candidate[] {
  const ofType = new Map<string, number>();
  const few = all.sort(inOrder).filter(({ run, ref }) => {
    const key = `${run.key}\0${ref}`;
    const count = (ofType.get(key) ?? 0) + 1;
    ofType.set(key, count);
    return count <= MOST_OF_ONE_TYPE;
  });
  return few.slice(0, MOST);
}

function bySize(files: readonly SeenFile[], segment: Segment): Candidate[] {
  if (segment.size < LEAST_BY_SIZE) return [];
  const own = files.filter(({ run }) => !isSystemLibrary(run));
  const found = own.flatMap(({ run, index }) => {
    const fitting = index.entries.ofSize(segment.size).filter(isAggregate);
    return fitting.map((entry) => ({ run, ref: entry.ref, entry, offset: 0, hits: [], rank: BY_SIZE }));
  });
  return new Set(found.map(({ entry }) => entry.name)).size <= MOST_BY_SIZE ? found : [];
}

/** Candidates of one layout at one offset, whatever it is called: what several files have, or a struct and its typedef. */
export interface Group {
  readonly type: TypeLayout;
  readonly offset: number;
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly rank: number;
}

/** Of candidates whose layouts have been read; the others are left out. */
export function groupsOf(candidates: readonly Candidate[], layouts: Layouts): Group[] {
  const groups: { type: TypeLayout; offset: number; candidates: [Candidate, ...Candidate[]]; rank: number }[] = [];
  for (const candidate of candidates) {
    const type = layouts.get(candidate);
    if (!type) continue;
    const same = groups.find((group) => group.offset === candidate.offset && sameLayout(group.type, type));
    if (same) same.candidates.push(candidate);
    else groups.push({ type, offset: candidate.offset, candidates: [candidate], rank: candidate.rank });
  }
  return groups.sort(
    (a, b) => a.rank - b.rank || pids(b.candidates) - pids(a.candidates) || b.type.size - a.type.size || a.offset - b.offset,
  );
}

export function reasonOf({ candidates, type, offset }: Group, segment: Segment, files: readonly SeenFile[]): string {
  const hits = candidates.flatMap((one) => one.hits);
  if (hits.length > 0) return whyOf(hits, type, offset, segment);
  const [{ run }] = candidates;
  const mapper = files.find((file) => file.run.key === run.key)?.mappers[0];
  return `Its size is the segment's, though no variable points here; it is of ${mapper?.process ?? run.file.name}.`;
}

/** Whether what `inner` shows at the start is a part of what `outer` shows there: the header of a segment and the segment. */
export function beginsWith(outer: TypeLayout, inner: TypeLayout): boolean {
  for (let type: TypeLayout | undefined = outer; type;) {
    const part: TypeLayout | undefined =
      type.kind === 'array' ? type.element : type.fields?.find(({ offset }) => offset === 0)?.type;
    if (part && sameLayout(part, inner)) return true;
    type = part;
  }
  return false;
}

const pids = (candidates: readonly Candidate[]): number =>
  new Set(candidates.flatMap(({ hits }) => hits.map(({ mapper }) => mapper.pid))).size;

function inOrder(a: Candidate, b: Candidate): number {
  return a.rank - b.rank || b.hits.length - a.hits.length || b.entry.size - a.entry.size || a.offset - b.offset;
}
