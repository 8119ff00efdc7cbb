/** Looks at the locks of segments: reads them, asks who sleeps, and names the threads. What it remembers makes the next look cheaper and says more. */
import { isDeepStrictEqual } from 'node:util';
import type { Segment } from '../../api.d.ts';
import { toShmError } from '../native/errors.ts';
import type { ProgramCalls } from '../native/programs.ts';
import type { RawWaiting, ThreadCalls } from '../native/threads.ts';
import { Pace } from '../segments/pace.ts';
import type { CodeLine, Owner, SegmentLocks } from './face.ts';
import { Libcs } from './libcs.ts';
import { locksOf, placesOf, readLocks, readNothing, type Raw, type RawSegment } from './look.ts';
import { Owners } from './owners.ts';
import type { Read } from './reading.ts';
import { pidsOf } from './scope.ts';
import { JITTER_MS, Sleeps } from './sleeps.ts';
import type { TypeAt } from './typed.ts';
import { sleepersOf, type Sleeper, type SleeperAt, type Sleepers } from './waiting.ts';

export interface LookerParts {
  readonly calls: ThreadCalls & ProgramCalls;
  readonly read: Read;
  /** A process that may not be looked into could map the segment. */
  readonly mayHide: (segment: Segment) => boolean;
  readonly where: Whereabouts;
}

/** Where in the program's own code threads sleep. */
export interface Whereabouts {
  /** As far as it is known now. */
  of(sleeper: Sleeper): CodeLine | undefined;
  /** Finds it out for these. Never rejects. */
  learn(sleepers: readonly Sleeper[]): Promise<void>;
}

export interface Asleep extends Sleepers {
  /** Processes whose threads may not be looked at. */
  readonly unseen: number;
  /** Why, where it is not a matter of rights. */
  readonly reason?: string;
}

export interface Looked {
  readonly locks: SegmentLocks;
  readonly raw: RawSegment;
  readonly mixed: string | undefined;
}

/** Since when a thread has been seen to hold a lock, which tells it from a later thread of its number. */
type HeldSince = (id: string, offset: number, tid: number) => number | undefined;

/** How a look is made. */
interface Ways {
  /** From before: so a thread that is said to wait for a lock, which is read as held after it, did. */
  readonly asleep?: Asleep;
  readonly heldSince?: HeldSince;
  readonly sleeps?: Sleeps;
  /** All is asked anew. */
  readonly fresh: boolean;
}

/** Who sleeps in a segment, and what is told of the sleep. */
interface Told {
  readonly one: SleeperAt;
  readonly since: number;
  readonly exact: boolean;
  readonly where: CodeLine | undefined;
}

/** What the last look saw of a segment, and what it was made of. */
interface Kept extends Looked {
  readonly owners: ReadonlyMap<Raw, Owner>;
  readonly told: readonly Told[];
}

const NOTHING: ReadonlyMap<string, Kept> = new Map();
const NO_SLEEPERS: readonly SleeperAt[] = [];
const NOBODY: Asleep = { bySegment: new Map(), sets: new Map(), unseen: 0 };

export class Looker {
  readonly #parts: LookerParts;
  readonly #libcs: Libcs;
  readonly #owners: Owners;
  readonly sleeps = new Sleeps();
  /** By segment id. */
  #kept: ReadonlyMap<string, Kept> = NOTHING;

  constructor(parts: LookerParts) {
    this.#parts = parts;
    this.#libcs = new Libcs(parts.calls);
    this.#owners = new Owners(parts.calls);
  }

  /** Who sleeps in these segments, of the processes `pids` or of all; `quickly` for who waits for it (ThreadCalls). Where the kernel does not tell, all are unseen. */
  async asleep(segments: readonly Segment[], pids?: ReadonlySet<number>, quickly = true): Promise<Asleep> {
    if (pids?.size === 0) return NOBODY;
    let waiting: RawWaiting;
    try {
      waiting = await this.#parts.calls.waitingThreads(Int32Array.from(pids ?? []), false, quickly);
    } catch (error) {
      const { code, message } = toShmError(error);
      if (code !== 'ENOTSUP') throw error;
      return { ...NOBODY, unseen: pidsOf(segments).size, reason: message };
    }
    const { bySegment, sets } = await sleepersOf(waiting, segments);
    return { bySegment, sets, unseen: waiting.unseen.length };
  }

  /** The locks of some segments. Of a segment of which nothing differs since the last look, `locks` are the same object. */
  async look(typed: readonly (readonly [Segment, TypeAt | undefined])[], ways: Ways): Promise<Looked[]> {
    const { asleep = NOBODY, heldSince = () => undefined, sleeps = this.sleeps, fresh } = ways;
    const pace = new Pace();
    const last = fresh ? NOTHING : this.#kept;
    const raws = await this.#read(typed, last, pace);
    const owners = await this.#ownersOf(
      raws.map(({ raw }) => raw),
      heldSince,
      fresh,
    );
    const people = { since: (one: Sleeper) => sleeps.since(one), where: (one: Sleeper) => this.#parts.where.of(one) };
    const kept = new Map<string, Kept>();
    for (const [at, { raw, mixed }] of raws.entries()) {
      const { id } = raw.segment;
      const sleepers = asleep.bySegment.get(id) ?? NO_SLEEPERS;
      // Before the locks are made: what becomes known while they are, the next look sees.
      const told = sleepers.map((one) => ({ one, ...people.since(one.sleeper), where: people.where(one.sleeper) }));
      const ofOwners = owners[at] ?? new Map<Raw, Owner>();
      const before = last.get(id);
      const same = before?.raw === raw && sameOwners(before.owners, ofOwners) && sameTold(before.told, told);
      if (same) {
        // With what its locks were made of: little by little, a time may get far from what is shown.
        kept.set(id, { ...before, mixed });
        continue;
      }
      const locks = await locksOf(raw, { ...people, owners: ofOwners, sleepers }, pace);
      kept.set(id, { owners: ofOwners, told, locks, raw, mixed });
    }
    // Who looks at one segment with sleepers of its own leaves no trace.
    if (sleeps === this.sleeps) this.#kept = kept;
    return [...kept.values()];
  }

  /** Keeps nothing for a next look: there may be none. */
  forget(): void {
    this.#kept = NOTHING;
    this.#owners.forget();
  }

  async #read(
    typed: readonly (readonly [Segment, TypeAt | undefined])[],
    last: ReadonlyMap<string, Kept>,
    pace: Pace,
  ): Promise<{ readonly raw: RawSegment; readonly mixed: string | undefined }[]> {
    const raws: { readonly raw: RawSegment; readonly mixed: string | undefined }[] = [];
    for (const [segment, at] of typed) {
      if (pace.due()) await pace.pause();
      const before = last.get(segment.id)?.raw;
      if (placesOf(segment, at).places.length === 0) {
        raws.push({ raw: readNothing(segment, at, before), mixed: undefined });
        continue;
      }
      const { libc, mixed } = await this.#libcs.of(segment);
      raws.push({ raw: await readLocks(segment, at, libc, this.#parts.read, before), mixed });
    }
    return raws;
  }

  /** One look at one segment, with where its waiters wait. */
  async lookAt(segment: Segment, at: TypeAt | undefined): Promise<Looked> {
    const asleep = await this.asleep([segment], pidsOf([segment]));
    const sleepers = (asleep.bySegment.get(segment.id) ?? []).map(({ sleeper }) => sleeper);
    // Who sleeps elsewhere was not asked, and must not be forgotten for it.
    const sleeps = new Sleeps();
    sleeps.take(sleepers, Date.now());
    await this.#parts.where.learn(sleepers);
    const [looked] = await this.look([[segment, at]], { asleep, sleeps, fresh: true });
    if (!looked) throw new Error('One segment gives one look.');
    return looked;
  }

  async #ownersOf(raws: readonly RawSegment[], heldSince: HeldSince, fresh: boolean): Promise<Map<Raw, Owner>[]> {
    const asked = raws.flatMap(({ segment, raws: locks }, index) =>
      locks.flatMap((raw) => {
        const { ownerTid: tid, state } = raw.words;
        if (tid === undefined || tid === 0 || state === 'free') return [];
        return [{ index, raw, segment, tid, since: heldSince(segment.id, raw.place.offset, tid) }];
      }),
    );
    const owners = await this.#owners.resolve(asked, this.#parts.mayHide, fresh);
    // Not by tid: of two locks with the same one, the first may have been held by a thread that has ended.
    const byLock = raws.map(() => new Map<Raw, Owner>());
    asked.forEach(({ index, raw }, at) => {
      const owner = owners[at];
      if (owner) byLock[index]?.set(raw, owner);
    });
    return byLock;
  }
}

function sameOwners(before: ReadonlyMap<Raw, Owner>, now: ReadonlyMap<Raw, Owner>): boolean {
  return before.size === now.size && [...now].every(([raw, owner]) => isDeepStrictEqual(before.get(raw), owner));
}

/** Whether the same threads sleep the same sleep, and no more is known of it. */
function sameTold(before: readonly Told[], now: readonly Told[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ one, since, exact, where }, at) => {
      const old = before[at];
      if (old?.one.offset !== one.offset || old.one.sleeper.key !== one.sleeper.key) return false;
      const same = exact === old.exact && where === old.where && one.sleeper.stopped === old.one.sleeper.stopped;
      return same && old.since - since < JITTER_MS;
    })
  );
}
