/** Which type says where a segment's locks are: the one that it is shown as, else the one certain suggestion; remembered, so that a look asks nobody. */
import type { Segment, TypeLayout } from '../../api.d.ts';
import { toShmError } from '../native/errors.ts';
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
}

/** Headers may have changed, and a program may have stored its pointer: so long an answer holds, ms. */
const GOOD_MS = 10_000;
/** Of segments that are gone some stay known. */
const KEPT = 2000;

interface Known {
  readonly mappers: string;
  readonly choice: string;
  readonly until: number;
  readonly found: TypeAt | undefined;
  readonly problem: string | undefined;
}

export class TypedSegments {
  readonly #ways: TypeWays;
  readonly #known = new Map<string, Known>();

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

  /** Learns what is not known of these, one after the other; true where something else is known now. Rejects when it is aborted. */
  async learn(segments: readonly Segment[], signal?: AbortSignal): Promise<boolean> {
    let other = false;
    for (const segment of segments) {
      signal?.throwIfAborted();
      other = (await this.#learn(segment, signal)) || other;
    }
    return other;
  }

  async #learn(segment: Segment, signal: AbortSignal | undefined): Promise<boolean> {
    const choice = this.#ways.chosen(segment);
    const key = JSON.stringify(choice) ?? '';
    const before = this.#known.get(segment.id);
    // Of a segment that nobody maps nothing can be suggested.
    const mappers = choice || mapperCount(segment) === 0 ? '' : mappersOf(segment);
    if (before?.mappers === mappers && before.choice === key && performance.now() < before.until) return false;
    const { found, problem } = await this.#ask(segment, choice, signal);
    // A layout that is the same again stays the same object: what was made of it stays good.
    const same = before !== undefined && sameType(before.found, found);
    this.#known.delete(segment.id);
    this.#known.set(segment.id, {
      mappers,
      choice: key,
      until: performance.now() + GOOD_MS,
      found: same ? before.found : found,
      problem,
    });
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > KEPT) this.#known.delete(oldest);
    return !same || before.problem !== problem;
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

function sameType(a: TypeAt | undefined, b: TypeAt | undefined): boolean {
  if (!a || !b) return a === b;
  return a.type === b.type && a.offset === b.offset;
}
