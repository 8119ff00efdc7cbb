/** A store with its operations and sources, as extension.ts puts them together. */
import { Sources } from '../../../src/live/sources.ts';
import { Operations } from '../../../src/segments/operations.ts';
import { SegmentStore } from '../../../src/segments/store.ts';
import { addon } from '../support.ts';

export function makeModel() {
  const store = new SegmentStore(addon);
  const operations = new Operations(addon, store);
  const sources = new Sources(addon);
  const dispose = () => {
    sources.dispose();
    store.dispose();
  };
  return { store, operations, sources, dispose };
}

/** Resolves once `test` holds; rejects after `ms`. */
export async function until(test: () => boolean, what: string, ms = 5000): Promise<void> {
  const last = Date.now() + ms;
  while (!test()) {
    if (Date.now() > last) throw new Error(`${what}: not seen within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
