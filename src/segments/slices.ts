/** Long work on the event loop, a few milliseconds at a time. */

const SLICE_MS = 3;
/** How many items pass between two looks at the clock. */
const ITEMS = 32;

/** Calls `each` for every item, and lets others run in between. */
export async function inSlices<T>(items: Iterable<T>, each: (item: T) => void): Promise<void> {
  let began = performance.now();
  let count = 0;
  for (const item of items) {
    each(item);
    if (++count % ITEMS !== 0 || performance.now() - began < SLICE_MS) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    began = performance.now();
  }
}

export function* range(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}
