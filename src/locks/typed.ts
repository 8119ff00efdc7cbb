/** Which type says where a segment's locks are: the one that it is shown as, else the one certain suggestion; remembered, so that a look asks nobody. */
import type { Segment, TypeLayout } from '../../api.d.ts';
import { toShmError } from '../native/errors.ts';
import { Pace } from '../segments/pace.ts';
import { mapperCount } from '../segments/views.ts';
import type { TypeChoice } from '../types/choice.ts';
import { mappersOf } from '../types/conflicts.ts';
import type { Suggestion } from '../types/debuginfo/finder.ts';

/** A type, and where it stands in the segment. */
export interface TypeAt {
  readonly type: TypeLayout;
  readonly offset: number;
}

/** Where types come from. */
export interface TypeWays {
  /** What the user or the workspace says; null where no type is to be shown. */
  readonly chosen: (segment: Segment) => TypeChoice | undefined | null;
  readonly resolve: (segment: Segment, choice: TypeChoice, signal?: AbortSignal) => Promise<TypeAt | undefined>;
  /** Absent where debug info cannot be read. */
  readonly suggest?: ((segment: Segment, signal?: AbortSignal) => Promise<readonly Suggestion[]>) | undefined;
  /** All segments were asked about. */
  readonly learned?: () => void;
}

/** A header may have changed: so long what was chosen holds, ms. */
const GOOD_MS = 10_000;
/** A program maps first, and stores its pointer then: so long it holds that nothing is suggested, longer each time, ms. */
const PATIENCE = [1500, 5000, 20_000, 60_000];
/** Of the time, for asking again where nothing was suggested, and where mappers come and go: debug info takes 1 to 2 ms for each. */
const SAME_SHARE = 0.002;
const OTHER_SHARE = 0.02;
const OTHER_MOST_MS = 60_000;
/** Of segments that are gone some stay known. */
const KEPT = 10_000;
const NAMELESS: ReadonlySet<Segment['kind']> = new Set(['memfd', 'anonymous', 'file']);

interface Known {
  readonly mappers: string;
  readonly choice: string;
  /** performance.now(). */
  readonly until: number;
  /** How often nothing was suggested. */
  readonly tries: number;
  readonly found: TypeAt | undefined;
  readonly problem: string | undefined;
}

export class TypedSegments {
  readonly #ways: TypeWays;
  readonly #known = new Map<string, Known>();
  /** To sort 600 mappers takes 0.3 ms; a segment is the same object while its mappers are the same. */
  readonly #mappers = new WeakMap<Segment, string>();
  /** Mappers of a segment whose type is known are not asked before, where they are others now; performance.now(). */
  #otherAt = 0;

  constructor(ways: TypeWays) {
    this.#ways = ways;
  }

  /** As it was learned last, by whatever mappers. */
  of(segment: Segment): TypeAt | undefined {
    return this.#known.get(segment.id)?.found;
  }

  /** Why a type that was chosen is not to be had. */
  problemOf(segment: Segment): string | undefined {
    return this.#known.get(segment.id)?.problem;
  }

  /**
   * Learns what is not known of these, one after the other, for about `ms`; false where more is left to be learned. What was never looked at
   * comes first, of it what has a name. Rejects when it is aborted.
   */
  async learn(segments: readonly Segment[], ms: number, signal?: AbortSignal): Promise<boolean> {
    const end = performance.now() + ms;
    const pace = new Pace();
    const order = (segment: Segment): number => (this.#known.has(segment.id) ? 2 : NAMELESS.has(segment.kind) ? 1 : 0);
    const sorted = [0, 1, 2].flatMap((rank) => segments.filter((segment) => order(segment) === rank));
    for (const segment of sorted) {
      if (performance.now() >= end) return false;
      if (pace.due()) await pace.pause();
      signal?.throwIfAborted();
      await this.#learn(segment, signal);
    }
    this.#ways.learned?.();
    return true;
  }

  async #learn(segment: Segment, signal: AbortSignal | undefined): Promise<void> {
    const choice = this.#ways.chosen(segment);
    const key = JSON.stringify(choice) ?? '';
    const before = this.#known.get(segment.id);
    // Of a segment that nobody maps nothing can be suggested.
    const mappers = choice || mapperCount(segment) === 0 ? '' : this.#mappersOf(segment);
    const begun = performance.now();
    const same = before?.mappers === mappers && before.choice === key;
    if (same && begun < before.until) return;
    // What was found of some mappers is seldom another thing with one more or less.
    if (!choice && before?.choice === key && before.found && begun < this.#otherAt) return;
    const { found, problem } = await this.#ask(segment, choice, signal);
    const took = performance.now() - begun;
    if (!choice) this.#otherAt = performance.now() + Math.min(took / OTHER_SHARE, OTHER_MOST_MS);
    const tries = same && !found ? before.tries + 1 : 0;
    const patience = Math.max(PATIENCE[tries] ?? PATIENCE.at(-1) ?? 0, took / SAME_SHARE);
    const holds = choice ? GOOD_MS : found ? Infinity : patience;
    this.#known.delete(segment.id);
    this.#known.set(segment.id, { mappers, choice: key, until: performance.now() + holds, tries, found, problem });
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > KEPT) this.#known.delete(oldest);
  }

  #mappersOf(segment: Segment): string {
    let mappers = this.#mappers.get(segment);
    if (mappers === undefined) this.#mappers.set(segment, (mappers = mappersOf(segment)));
    return mappers;
  }

  async #ask(
    segment: Segment,
    choice: TypeChoice | undefined | null,
    signal: AbortSignal | undefined,
  ): Promise<Pick<Known, 'found' | 'problem'>> {
    const nothing = { found: undefined, problem: undefined };
    if (choice === null) return nothing;
    try {
      if (choice) return { ...nothing, found: await this.#ways.resolve(segment, choice, signal) };
      if (mapperCount(segment) === 0) return nothing;
      const certain = (await this.#ways.suggest?.(segment, signal))?.find((one) => one.certain);
      return { ...nothing, found: certain && { type: certain.type, offset: certain.offset } };
    } catch (error) {
      signal?.throwIfAborted();
      // That nothing can be suggested is no problem of the segment's.
      return { ...nothing, problem: choice ? toShmError(error).message : undefined };
    }
  }
}
