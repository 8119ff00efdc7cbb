/** Types of a file by their names. */
import type { DebugIndex, PointerVariable, TypeEntry } from './face.ts';

/** 'struct sample' in C and 'sample' in C++ are one name. */
export const plainName = (name: string): string => name.replace(/^(?:struct|union|enum|class) /, '');

const SPELLINGS = ['', 'struct ', 'union ', 'enum '] as const;

/** The types of a name, in whichever of the languages' spellings. */
export function entriesNamed({ entries }: DebugIndex, name: string): TypeEntry[] {
  const plain = plainName(name);
  return SPELLINGS.flatMap((spelling) => equalTo(entries, spelling + plain));
}

/** What a variable points to as an entry; a scalar has none in the index. */
export function entryOf({ entries }: DebugIndex, target: PointerVariable['target']): TypeEntry {
  return equalTo(entries, target.name).find(({ ref }) => ref === target.ref) ?? { ...target, language: 'other' };
}

/** Those of exactly this name; the entries are sorted by name. */
function equalTo(entries: readonly TypeEntry[], name: string): TypeEntry[] {
  const first = lowerBound(entries, name);
  let end = first;
  while (entries[end]?.name === name) end++;
  return entries.slice(first, end);
}

function lowerBound(entries: readonly TypeEntry[], name: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
