/** Searches through a segment of any size, in slices, so that those of other panels get their turn on the addon's threads. */
import type { Segment } from '../../api.d.ts';
import type { Addon } from '../native/addon.ts';
import type { Hit, SearchSpec } from '../protocol/searching.ts';
import { NarrowingSearch } from './searchNarrow.ts';
import { planOf, type Plan } from './searchPlan.ts';
import { findAllText, findText } from './searchRegex.ts';
import { controlled, paced, type Running } from './control.ts';
import type { Access, Sources } from './sources.ts';

export type { Running } from './control.ts';

export interface Hits {
  /** [offset, length, offset, length, …] ascending. */
  readonly hits: Float64Array;
  /** These are all of them: neither the limit nor a cancel ended the search. */
  readonly complete: boolean;
}

/** Bytes that one call of the addon searches. */
const SLICE = 1024 ** 3;

interface Sliced {
  readonly plan: Plan;
  readonly low: number;
  readonly high: number;
  readonly backward: boolean;
  /** Hits that are still wanted. */
  readonly wanted: () => number;
}

export class Searches {
  readonly #addon: Addon;
  readonly #sources: Sources;
  readonly #worker: string | URL;

  /** `worker`: regexWorker.ts, or what it is bundled to. */
  constructor(addon: Addon, sources: Sources, worker: string | URL) {
    this.#addon = addon;
    this.#sources = sources;
    this.#worker = worker;
  }

  /**
   * The hit that begins nearest to `from`: at it or after it, or before it when `backward`. Null where there is none to that end, and when
   * it was cancelled. Rejects with EINVAL or ERANGE, in a sentence for the user, for what cannot be looked for, and with ETIMEDOUT for a
   * regular expression that takes too long.
   */
  async find(segment: Segment, spec: SearchSpec, from: number, backward: boolean, running: Running = {}): Promise<Hit | null> {
    const access = this.#sources.access(segment);
    if (spec.kind === 'regex') return findText(access, this.#worker, spec, from, backward, paced(running));
    const plan = planOf(spec);
    const size = await sizeOf(access);
    const [low, high] = backward ? [0, Math.min(from, size)] : [from, size];
    for await (const [offset] of slices(access, { plan, low, high, backward, wanted: () => 1 }, running))
      if (offset !== undefined) return { offset, length: plan.length };
    return null;
  }

  /** All hits, `limit` at most. What the segment lost meanwhile is not among them. Rejects as `find`. */
  async findAll(segment: Segment, spec: SearchSpec, limit: number, running: Running = {}): Promise<Hits> {
    const access = this.#sources.access(segment);
    if (spec.kind === 'regex') return findAllText(access, this.#worker, spec, limit, paced(running));
    const plan = planOf(spec);
    const offsets: number[] = [];
    // One more than the limit tells whether these are all.
    const wanted = (): number => limit + 1 - offsets.length;
    const range = { low: 0, high: await sizeOf(access), backward: false };
    for await (const found of slices(access, { plan, ...range, wanted }, running)) {
      for (const offset of found) offsets.push(offset);
      if (wanted() === 0) break;
    }
    const complete = offsets.length <= limit && running.signal?.aborted !== true;
    return { hits: pairs(offsets.slice(0, limit), plan.length), complete };
  }

  /** A narrowing search of its own; end it by dispose(). */
  narrowing(): NarrowingSearch {
    return new NarrowingSearch(this.#addon, (segment) => this.#sources.access(segment));
  }
}

function sizeOf(access: Access): Promise<number> {
  return access((source) => source.stat().size);
}

async function* slices(
  access: Access,
  { plan, low, high, backward, wanted }: Sliced,
  { signal, onProgress }: Running,
): AsyncGenerator<Float64Array> {
  const count = Math.max(0, Math.ceil((high - low) / SLICE));
  const first = wanted();
  for (let i = 0; i < count; i++) {
    if (signal?.aborted === true) return;
    const at = low + (backward ? count - 1 - i : i) * SLICE;
    const end = Math.min(high, at + SLICE);
    const part = (done: number, found: number): void => onProgress?.((i + done) / count, first - wanted() + found);
    yield await controlled({ signal, onProgress: part }, (control) =>
      access((source) => source.search(plan.needle, at, end, wanted(), backward, control)),
    );
  }
}

function pairs(offsets: readonly number[], length: number): Float64Array {
  const hits = new Float64Array(2 * offsets.length);
  offsets.forEach((offset, i) => hits.set([offset, length], 2 * i));
  return hits;
}
