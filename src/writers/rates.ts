/** How often things happen per second: from counts that only grow, over the last second. */

/** ms. */
const WINDOW = 1000;

interface Moment {
  readonly at: number;
  readonly counts: Float64Array;
}

export class Rates {
  readonly #moments: Moment[] = [];

  /** Takes the counts of now (ms, by a clock that only grows). What is counted keeps its index; what comes later is behind it. */
  take(now: number, counts: Float64Array): void {
    this.#moments.push({ at: now, counts });
    // The oldest one is the last that is at least a window old.
    while (this.#moments.length > 2 && now - (this.#moments[1]?.at ?? now) >= WINDOW) this.#moments.shift();
  }

  /** Per second; what came since the first moment, where that is less than a second ago. */
  of(index: number): number {
    const [first, last] = [this.#moments[0], this.#moments.at(-1)];
    if (!first || !last || last.at <= first.at) return 0;
    const grown = (last.counts[index] ?? 0) - (first.counts[index] ?? 0);
    return (grown * 1000) / (last.at - first.at);
  }
}
