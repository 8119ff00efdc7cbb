/** Long work in slices. */

/** Half of the 5 ms that the event loop may be held: a check comes after some work, not in the middle of it. */
const SLICE_MS = 2.5;

/** Work calls `breathe` now and then; when a slice is over, the event loop has its turn. */
export class Pace {
  #since = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}

/** Calls `each` for all items, in slices; `step` items take far less than a slice. */
export async function forEachPaced<T>(items: Iterable<T>, pace: Pace, each: (item: T) => void, step = 64): Promise<void> {
  let done = 0;
  for (const item of items) {
    each(item);
    if (++done % step === 0) await pace.breathe();
  }
}
