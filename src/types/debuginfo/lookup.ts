/** Types of a file by their names. */
import type { DebugIndex, PointerVariable, TypeEntry } from './face.ts';

/** 'struct sample' in C and 'sample' in C++ are one name. */
export const plainName = (name: string): string => name.replace(/^(?:struct|union|enum|class) /, '');

const SPELLINGS = ['', 'struct ', 'union ', 'enum '] as const;

/** The types of a name, in whichever of the languages' spellings. */
export function entriesNamed({ entries }: DebugIndex, name: string): TypeEntry[] {
  const plain = plainName(name);
  return SPELLINGS.flatMap((spelling) => entries.named(spelling + plain));
}

/** What a variable points to as an entry; a scalar has none in the index. */
export function entryOf({ entries }: DebugIndex, target: PointerVariable['target']): TypeEntry {
  return entries.named(target.name).find(({ ref }) => ref === target.ref) ?? { ...target, language: 'other' };
}
