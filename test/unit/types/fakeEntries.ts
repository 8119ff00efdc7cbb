import type { TypeEntries, TypeEntry } from '../../../src/types/debuginfo/face.ts';

/** A list as the types of an index. */
export function entriesOf(list: readonly TypeEntry[]): TypeEntries {
  const sorted = list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    length: sorted.length,
    [Symbol.iterator]: () => sorted[Symbol.iterator](),
    named: (name) => sorted.filter((one) => one.name === name),
    ofSize: (size) => sorted.filter((one) => one.size === size),
  };
}
