/** Long work in slices. */

/** Half of the 5 ms that the event loop may be held: a check comes after some work, not in the middle of it. */
const SLICE_MS = 2.5;

/** Work asks `due` now and then; when a slice is over, `pause` gives the event loop its turn. */
export class Pace {
  #since = performance.now();

  due(): boolean {
    return performance.now() - this.#since >= SLICE_MS;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}

/** Items that are worked on before the clock is looked at. */
const STEP = 16;

/** Calls `each` for all items, in slices. */
export async function forEachPaced<T>(items: Iterable<T>, pace: Pace, each: (item: T) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    each(item);
    if (++done % STEP === 0 && pace.due()) await pace.pause();
  }
}

/** What `each` makes of all items, in slices. */
export async function mapPaced<T, R>(items: readonly T[], pace: Pace, each: (item: T, at: number) => R): Promise<R[]> {
  const made: R[] = [];
  await forEachPaced(items, pace, (item) => made.push(each(item, made.length)));
  return made;
}

/** Runs what yields whenever it could rest, in slices, and gives what it returns. */
export async function runPaced<R>(steps: Iterator<void, R>, pace: Pace): Promise<R> {
  for (let done = 1; ; done++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (done % STEP === 0 && pace.due()) await pace.pause();
  }
}

export function* range(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}
