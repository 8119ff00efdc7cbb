/** How long threads have slept, as far as the kernel and looking tell. */
import type { Sleeper } from './waiting.ts';

interface Sleep {
  /** ms since the epoch: when it was seen first. */
  readonly seen: number;
  /** What the kernel says, the least of all looks (native/threads.ts: it is never too early); NaN where it does not. */
  started: number;
  /** The look at which it was seen last, and at how many it was. */
  look: number;
  looks: number;
}

/** ms by which what is told of one sleep may differ from look to look: it only gets less. */
export const JITTER_MS = 200;

export class Sleeps {
  readonly #known = new Map<string, Sleep>();
  #look = 0;

  /** Takes the sleepers of one look; where all were asked for, others are forgotten after the next such one. */
  take(sleepers: Iterable<Sleeper>, now: number, all = true): void {
    this.#look++;
    for (const sleeper of sleepers) {
      const { key } = sleeper;
      const known = this.#known.get(key);
      if (known) {
        known.started = least(known.started, sleeper.started);
        // One thread may sleep on several words: once a look.
        if (known.look !== this.#look) known.looks++;
        known.look = this.#look;
      } else this.#known.set(key, { seen: now, started: sleeper.started, look: this.#look, looks: 1 });
    }
    if (!all) return;
    for (const [key, { look }] of this.#known) if (look < this.#look - 1) this.#known.delete(key);
  }

  since(sleeper: Sleeper): { readonly since: number; readonly exact: boolean } {
    const { started = NaN, seen = Date.now() } = this.#known.get(sleeper.key) ?? {};
    const exact = Number.isFinite(started);
    return { since: exact ? started : seen, exact };
  }

  /** It was asleep at the look before the last one already, and has not woken between the two. */
  lasts(sleeper: Sleeper): boolean {
    return (this.#known.get(sleeper.key)?.looks ?? 0) > 1;
  }
}

const least = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));
