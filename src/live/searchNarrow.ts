/** A narrowing search, as memory scanners have it: all places of a number, then those of them that became what is asked for. */
import type { Segment } from '../../api.d.ts';
import type { Addon } from '../native/addon.ts';
import { shmError, ShmError } from '../native/errors.ts';
import type { RawNarrowing, RawPlaces } from '../native/searches.ts';
import type { Narrowing, NumberSpec } from '../protocol/searching.ts';
import { around, between, parseNumber, parseTolerance, rawNumber } from './searchNumbers.ts';
import { controlled, type Running } from './control.ts';
import type { Access } from './sources.ts';

export interface NarrowAsk {
  /** Begin a new one over the whole segment. */
  readonly first: boolean;
  readonly how: Narrowing;
  readonly number: NumberSpec;
  readonly value?: string | undefined;
  readonly upper?: string | undefined;
  readonly tolerance?: string | undefined;
}

/** Places that are kept: at 8 bytes a number they take some 38 MiB (docs/searching.md). */
const MOST_PLACES = 4 * 1024 ** 2;
/** The places are memory of the extension host: they are let go of when nobody has come back for so long. */
const IDLE_MS = 15 * 60_000;

export class NarrowingSearch {
  readonly #addon: Addon;
  readonly #access: (segment: Segment) => Access;
  readonly #most: number;
  readonly #idleMs: number;
  #places: RawPlaces | undefined;
  #segment: string | undefined;
  #idle: NodeJS.Timeout | undefined;
  #why = 'There is no narrowing search yet.';

  constructor(addon: Addon, access: (segment: Segment) => Access, { most = MOST_PLACES, idleMs = IDLE_MS } = {}) {
    this.#addon = addon;
    this.#access = access;
    this.#most = most;
    this.#idleMs = idleMs;
  }

  /**
   * One step; gives how many places are left and the first `shown` of their offsets. Rejects with EINVAL or ERANGE for a number that is none;
   * EOVERFLOW when the first step has too many; ECANCELED when it was cancelled, and EBUSY while another step is under way, which both leave
   * the places as they were; ESTALE where there was no first step of this segment.
   */
  async step(
    segment: Segment,
    ask: NarrowAsk,
    shown: number,
    running: Running = {},
  ): Promise<{ readonly count: number; readonly offsets: Float64Array }> {
    const step = this.#stepOf(ask);
    const places = ask.first ? this.#begin(segment) : this.#had(segment);
    this.#rest();
    try {
      const count = await controlled(running, (control) =>
        this.#access(segment)((source) => source.narrow(places, step, ask.first, control)),
      );
      if (this.#places !== places) throw shmError('ECANCELED', 'The narrowing search was ended.');
      return { count, offsets: this.#addon.firstPlaces(places, Math.min(shown, count)) };
    } catch (error) {
      if (ask.first && this.#places === places) this.#end('The first step did not come to its end.');
      throw error instanceof ShmError && error.code === 'EOVERFLOW' ? this.#tooMany() : error;
    }
  }

  /** Forgets the places; the next step is a first one. */
  dispose(): void {
    this.#end('The narrowing search was ended.');
  }

  #stepOf({ first, how, number, value, upper, tolerance }: NarrowAsk): RawNarrowing {
    const parsed = (text: string | undefined) => {
      if (text === undefined) throw shmError('EINVAL', 'A number is needed to compare with.');
      return parseNumber(text, number.type);
    };
    const reach = parseTolerance(tolerance);
    const common = { ...rawNumber(number), tolerance: reach, most: this.#most };
    if (how === 'equals') {
      const wanted = parsed(value);
      // Without a tolerance a float is rounded to the type.
      const same = typeof wanted === 'number' && number.type === 'f32' && reach === 0 ? Math.fround(wanted) : wanted;
      return { ...common, ...around(same, reach, number), how: 'between' };
    }
    if (how === 'between') return { ...common, ...between(parsed(value), parsed(upper), number), how };
    if (first && how !== 'any')
      throw shmError('EINVAL', 'The first step has nothing to compare with: take all, one value or a range.');
    return { ...common, how };
  }

  #begin(segment: Segment): RawPlaces {
    this.#end('');
    this.#segment = segment.id;
    return (this.#places = this.#addon.openPlaces());
  }

  #had(segment: Segment): RawPlaces {
    if (this.#places && this.#segment !== segment.id) this.#end('The places were those of another segment.');
    if (this.#places) return this.#places;
    throw shmError('ESTALE', this.#why, { remedy: 'Begin with a first step.' });
  }

  #rest(): void {
    clearTimeout(this.#idle);
    const end = (): void => this.#end('The places were let go of, since nobody came back to them for long.');
    this.#idle = setTimeout(end, this.#idleMs).unref();
  }

  #end(why: string): void {
    clearTimeout(this.#idle);
    if (this.#places) this.#addon.closePlaces(this.#places);
    this.#places = undefined;
    this.#why = why;
  }

  #tooMany(): ShmError {
    return shmError('EOVERFLOW', `More than ${this.#most.toLocaleString('en')} places hold such a number.`, {
      remedy: 'Begin with one value or a narrower range, or with aligned places only.',
    });
  }
}
