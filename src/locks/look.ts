/** One look at the locks of a segment: their words, who holds them, who waits. */
import type { Segment, TypeLayout } from '../../api.d.ts';
import { toShmError } from '../native/errors.ts';
import { mapPaced, Pace } from '../segments/pace.ts';
import type { CodeLine, Lock, Owner, SegmentLocks, Waiter } from './face.ts';
import { decodeLock, type Libc, type LockWords } from './formats/index.ts';
import { lockPlaces, namedSemaphore, type LockPlace, type LockPlaces } from './places.ts';
import { bytesOf, type Read } from './reading.ts';
import type { TypeAt } from './typed.ts';
import type { Sleeper, SleeperAt } from './waiting.ts';
import { stateText } from './words.ts';

/** Locks of one segment that are looked at. */
const MOST = 10_000;

/** A lock as its words are, before anybody is named. */
export interface Raw {
  readonly place: LockPlace;
  readonly words: LockWords;
}

/** What is read of a segment. */
export interface RawSegment {
  readonly segment: Segment;
  readonly type: string | undefined;
  readonly raws: readonly Raw[];
  readonly more: boolean;
  readonly problem: string | undefined;
  /** What `raws` were made of. */
  readonly of: {
    readonly places: readonly LockPlace[];
    readonly libc: Libc | undefined;
    readonly bytes: readonly (Uint8Array | undefined)[];
  };
}

/** Each look asks for them again, and a layout that is the same stays the same object. */
const known = new WeakMap<TypeLayout, { readonly offset: number; readonly size: number; readonly found: LockPlaces }>();

export function placesOf(segment: Pick<Segment, 'kind' | 'name' | 'size'>, at: TypeAt | undefined): LockPlaces {
  const { size } = segment;
  if (at) {
    const before = known.get(at.type);
    if (before?.offset === at.offset && before.size === size) return before.found;
    const found = lockPlaces(at.type, at.offset, size, MOST);
    known.set(at.type, { offset: at.offset, size, found });
    return found;
  }
  const semaphore = namedSemaphore(segment);
  return { places: semaphore ? [semaphore] : [], more: false };
}

/** `before`: what was read of the segment before; the same object again where nothing of it differs. Never rejects: why a segment cannot be read is its problem. */
export async function readLocks(
  segment: Segment,
  at: TypeAt | undefined,
  libc: Libc,
  read: Read,
  before?: RawSegment,
): Promise<RawSegment> {
  const { places, more } = placesOf(segment, at);
  const type = at?.type.name;
  try {
    const bytes = await bytesOf(segment, places, read);
    const sameOf = before?.segment === segment && before.of.places === places && before.of.libc === libc;
    if (sameOf && before.problem === undefined && sameBytes(before.of.bytes, bytes)) return before;
    const raws = await mapPaced(places, new Pace(), (place, i) => ({ place, words: wordsOf(place, bytes[i], libc) }));
    return { segment, type, raws, more, problem: undefined, of: { places, libc, bytes } };
  } catch (error) {
    return { segment, type, raws: [], more, problem: toShmError(error).message, of: { places, libc, bytes: [] } };
  }
}

/** A segment without locks, on whose words threads sleep all the same. */
export function readNothing(segment: Segment, at: TypeAt | undefined, before?: RawSegment): RawSegment {
  if (before?.segment === segment && before.of.libc === undefined && before.type === at?.type.name) return before;
  const of = { places: [], libc: undefined, bytes: [] };
  return { segment, type: at?.type.name, raws: [], more: false, problem: undefined, of };
}

/** Each lock's, in the same order. */
function sameBytes(before: readonly (Uint8Array | undefined)[], now: readonly (Uint8Array | undefined)[]): boolean {
  return now.every((bytes, i) => {
    const old = before[i];
    return bytes === undefined || old === undefined ? bytes === old : Buffer.compare(bytes, old) === 0;
  });
}

const KINDS = {
  mutex: 'mutex',
  rwlock: 'rwlock',
  cond: 'cond',
  barrier: 'barrier',
  spinlock: 'spinlock',
  semaphore: 'semaphore',
  flag: 'spinlock',
  counter: 'semaphore',
} as const;

/** What cannot be decoded is said, and nothing is made of its bytes. */
function wordsOf({ format }: LockPlace, bytes: Uint8Array | undefined, libc: Libc): LockWords {
  const decoded = bytes && decodeLock(bytes, format, libc);
  if (decoded && decoded.corrupt === undefined) return decoded;
  const of = `${libc.kind}${libc.version ? ` ${libc.version.join('.')}` : ''} for ${libc.abi}`;
  if (decoded) return { kind: decoded.kind, state: 'free', notes: [], corrupt: decoded.corrupt, words: decoded.words };
  const corrupt = bytes
    ? `It has ${bytes.length} bytes, and what ${of} makes of such a lock is not known.`
    : 'It lies past the end of the segment.';
  return { kind: KINDS[format], state: 'free', notes: [], corrupt, words: [] };
}

/** Who is who, as far as it was found out. */
export interface People {
  /** Of the locks whose words name one. */
  readonly owners: ReadonlyMap<Raw, Owner>;
  readonly sleepers: readonly SleeperAt[];
  /** Since when a thread sleeps, ms since the epoch. */
  readonly since: (sleeper: Sleeper) => { readonly since: number; readonly exact: boolean };
  readonly where: (sleeper: Sleeper) => CodeLine | undefined;
}

/** In slices: a segment may have thousands. */
export async function locksOf(
  { segment, type, raws, more, problem }: RawSegment,
  people: People,
  pace: Pace,
): Promise<SegmentLocks> {
  const taken = new Set<SleeperAt>();
  const byPlace = sleepersByPlace(raws, people.sleepers, taken);
  const locks = await mapPaced(raws, pace, (raw) => lockOf(raw, people, byPlace.get(raw) ?? []));
  return {
    segment,
    locks,
    more,
    elsewhere: elsewhere(people, taken),
    ...(type === undefined ? {} : { type }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Members of a union are several places for one sleeper. */
function sleepersByPlace(
  raws: readonly Raw[],
  sleepers: readonly SleeperAt[],
  taken: Set<SleeperAt>,
): ReadonlyMap<Raw, readonly SleeperAt[]> {
  const found = new Map<Raw, SleeperAt[]>();
  if (sleepers.length === 0) return found;
  const sorted = [...sleepers].sort((a, b) => a.offset - b.offset);
  for (const raw of raws) {
    const { offset, size } = raw.place;
    for (let at = firstFrom(sorted, offset); (sorted[at]?.offset ?? Infinity) < offset + size; at++) {
      const one = sorted[at];
      if (!one) break;
      taken.add(one);
      const known = found.get(raw);
      if (known) known.push(one);
      else found.set(raw, [one]);
    }
  }
  return found;
}

/** Index of the first one at or behind an offset. */
function firstFrom(sorted: readonly SleeperAt[], offset: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lockOf(raw: Raw, people: People, sleeping: readonly SleeperAt[]): Lock {
  const { place, words } = raw;
  const { offset, size, path, type } = place;
  const owner = people.owners.get(raw);
  const { kind, state, value, recursion, robust, processShared, waiterCount, corrupt } = words;
  return {
    offset,
    size,
    path,
    type,
    kind,
    state,
    text: stateText(words, owner),
    waiters: sleeping.map(({ sleeper }) => waiterOf(sleeper, people)),
    notes: notesOf(words, sleeping),
    ...(owner ? { owner } : {}),
    ...(value === undefined ? {} : { value }),
    ...(recursion === undefined ? {} : { depth: recursion }),
    ...(robust === undefined ? {} : { robust }),
    ...(processShared === undefined ? {} : { processShared }),
    ...(waiterCount === undefined ? {} : { counted: waiterCount }),
    ...(corrupt === undefined ? {} : { corrupt }),
  };
}

function notesOf({ notes, type, protocol, inconsistent, waiterCount }: LockWords, sleeping: readonly SleeperAt[]): string[] {
  const lost = waiterCount !== undefined && waiterCount > sleeping.length && sleeping.length > 0;
  return [
    ...notes,
    ...(type === undefined || type === 'normal' ? [] : [`It is ${type === 'errorcheck' ? 'error-checking' : type}.`]),
    ...(protocol === undefined
      ? []
      : [
          protocol === 'inherit'
            ? 'It passes on the priority of who waits (PTHREAD_PRIO_INHERIT).'
            : 'It raises the priority of its owner (PTHREAD_PRIO_PROTECT).',
        ]),
    ...(inconsistent ? ['Its last owner died, and pthread_mutex_consistent was not called yet.'] : []),
    ...(sleeping.some(({ sleeper }) => sleeper.isPrivate)
      ? ['Threads wait with FUTEX_PRIVATE_FLAG: no other process can wake them.']
      : []),
    ...(lost
      ? [`It counts ${waiterCount} that wait, and ${sleeping.length} were seen: others were killed, or may not be looked into.`]
      : []),
  ];
}

export function waiterOf(sleeper: Sleeper, { since, where }: Pick<People, 'since' | 'where'>): Waiter {
  const { tid, pid, process, timed, stopped } = sleeper;
  const line = where(sleeper);
  return { tid, pid, process, timed, stopped, ...since(sleeper), ...(line ? { where: line } : {}) };
}

/** By offset. What restart_syscall began anew may not have been a futex at all: only a lock's word says that it was. */
function elsewhere(people: People, taken: ReadonlySet<SleeperAt>): SegmentLocks['elsewhere'] {
  const byOffset = new Map<number, Waiter[]>();
  for (const one of people.sleepers) {
    if (taken.has(one) || one.sleeper.restarted) continue;
    const waiter = waiterOf(one.sleeper, people);
    const known = byOffset.get(one.offset);
    if (known) known.push(waiter);
    else byOffset.set(one.offset, [waiter]);
  }
  return [...byOffset].sort(([a], [b]) => a - b).map(([offset, waiters]) => ({ offset, waiters }));
}
