/** What the host told of the whole segment: where it holds memory, and when each cell was last seen to change. */
import type { Strip } from '../../src/protocol/messages.ts';

/** How long a cell stays hot, ms. */
export const COOLING = 5000;

export class StripHeat {
  /** Bytes of the segment that the cells are parts of. */
  size = 0;
  /** How much of each cell holds memory, 0 to 255; empty while nothing is known. */
  held: Uint8Array = new Uint8Array(0);
  roundMs: number | undefined;
  /** Differs with each change of what is here. */
  version = 0;
  /** performance.now() when each cell was last seen to change; -Infinity for never. */
  #times: Float64Array = new Float64Array(0);
  #last = -Infinity;

  take({ size, held, changed, roundMs }: Strip, now: number): void {
    if (size !== this.size || held.length !== this.#times.length) this.#times = this.#moved(size, held.length);
    this.size = size;
    this.held = held;
    this.roundMs = roundMs;
    this.version += 1;
    changed.forEach((did, cell) => {
      if (did === 0) return;
      this.#times[cell] = now;
      this.#last = now;
    });
  }

  /** Nothing is looked at any more: what was hot is not. */
  cool(): void {
    if (this.#last === -Infinity) return;
    this.#times.fill(-Infinity);
    this.#last = -Infinity;
    this.version += 1;
  }

  /** ms since a cell was seen to change; Infinity where it never was. */
  age(cell: number, now: number): number {
    return Math.max(0, now - (this.#times[cell] ?? -Infinity));
  }

  /** 1 for a cell that has just changed, down to 0. */
  warmth(cell: number, now: number): number {
    return Math.max(0, 1 - this.age(cell, now) / COOLING);
  }

  isCooling(now: number): boolean {
    return now - this.#last < COOLING;
  }

  /** How many runs of neighbouring cells are hot. */
  hotParts(now: number): number {
    if (!this.isCooling(now)) return 0;
    let parts = 0;
    let hot = false;
    for (let cell = 0; cell < this.#times.length; cell++) {
      const is = this.warmth(cell, now) > 0;
      if (is && !hot) parts += 1;
      hot = is;
    }
    return parts;
  }

  /** The times for cells of another size: each takes the latest of those that it overlaps. */
  #moved(size: number, count: number): Float64Array {
    const times = new Float64Array(count).fill(-Infinity);
    const from = this.size / this.#times.length;
    const to = size / count;
    if (!(to > 0)) return times;
    this.#times.forEach((time, cell) => {
      if (time === -Infinity) return;
      const last = Math.min(count, Math.ceil(((cell + 1) * from) / to));
      for (let i = Math.floor((cell * from) / to); i < last; i++) times[i] = Math.max(times[i] ?? time, time);
    });
    return times;
  }
}
