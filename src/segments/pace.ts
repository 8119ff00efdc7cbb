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

/** Items that are sorted in one go. */
const RUN = 512;

/** The items in order, in slices; equal ones keep theirs. */
export async function sortPaced<T extends object>(
  items: readonly T[],
  pace: Pace,
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    if (pace.due()) await pace.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await mergePaced(runs[at] ?? [], runs[at + 1] ?? [], pace, compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergePaced<T extends object>(
  one: readonly T[],
  two: readonly T[],
  pace: Pace,
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  const merged: T[] = [];
  let [at, other] = [0, 0];
  for (;;) {
    const [a, b] = [one[at], two[other]];
    if (b !== undefined && (a === undefined || compare(b, a) < 0)) {
      merged.push(b);
      other++;
    } else if (a !== undefined) {
      merged.push(a);
      at++;
    } else return merged;
    if (merged.length % RUN === 0 && pace.due()) await pace.pause();
  }
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
