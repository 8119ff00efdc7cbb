/** How long threads have slept, as far as the kernel and looking tell. */
import type { Sleeper } from './waiting.ts';

interface Sleep {
  /** ms since the epoch: when it was seen first. */
  readonly seen: number;
  /** What the kernel says, the least of all looks (native/threads.ts: it is never too early); NaN where it does not. */
  started: number;
  /** The look at which it was seen last. */
  look: number;
}

export class Sleeps {
  readonly #known = new Map<string, Sleep>();
  #look = 0;

  /** Takes all sleepers of one look; others are forgotten after the next one. */
  take(sleepers: Iterable<Sleeper>, now: number): void {
    this.#look++;
    for (const sleeper of sleepers) {
      const key = sleepKey(sleeper);
      const known = this.#known.get(key);
      if (known) {
        known.started = least(known.started, sleeper.started);
        known.look = this.#look;
      } else this.#known.set(key, { seen: now, started: sleeper.started, look: this.#look });
    }
    for (const [key, { look }] of this.#known) if (look < this.#look - 1) this.#known.delete(key);
  }

  since(sleeper: Sleeper): { readonly since: number; readonly exact: boolean } {
    const { started = NaN, seen = Date.now() } = this.#known.get(sleepKey(sleeper)) ?? {};
    const exact = Number.isFinite(started);
    return { since: exact ? started : seen, exact };
  }
}

/** The same as long as it is the same sleep of the same thread. */
export const sleepKey = ({ tid, switches, sp }: Sleeper): string => `${tid} ${switches} ${sp}`;

const least = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));
