/** The structs that the user wants to be read whole: at one moment, or else with a word that they are not. */
import { membersOf, isStructure } from '../../src/decode/members.ts';
import type { FieldRow, FieldTree } from '../../src/decode/tree.ts';
import { memberPath } from '../../src/decode/value.ts';
import { MAX_GUARDS } from '../../src/protocol/limits.ts';
import type { Guard } from '../../src/protocol/messages.ts';
import type { GuardChoice } from '../state/persisted.ts';
import type { ByteOrder } from '../state/store.ts';

/** Bytes of one struct that is read whole, and of all of them: they are read with every frame. */
const MOST_BYTES = 64 * 1024;
const MOST_TOGETHER = 256 * 1024;
/** Integers that are offered as the counter. */
const MOST_COUNTERS = 60;

/** The guards of all choices that the type has, in the same order; what does not fit is left out. */
export function guardsOf(
  tree: FieldTree | undefined,
  choices: readonly GuardChoice[],
  byteOrder: ByteOrder,
): readonly { readonly choice: GuardChoice; readonly guard: Guard }[] {
  let together = 0;
  return choices.slice(0, MAX_GUARDS).flatMap((choice) => {
    const row = tree?.find(choice.path);
    const counter = choice.counter === undefined ? undefined : tree?.find(choice.counter);
    if (!row || (choice.counter !== undefined && !isCounter(counter)) || refusal(row, 0) !== undefined) return [];
    together += row.size;
    if (together > MOST_TOGETHER) return [];
    const sequence = counter && {
      offset: counter.offset,
      length: counter.type.size,
      byteOrder: counter.type.byteOrder ?? byteOrder,
    };
    return [{ choice, guard: { offset: row.offset, length: row.size, ...(sequence ? { sequence } : {}) } }];
  });
}

/** Why a row cannot be read whole, while `count` others are. */
export function refusal(row: FieldRow, count: number): string | undefined {
  const name = row.path || row.name;
  if (count >= MAX_GUARDS) return `At most ${MAX_GUARDS} structs are read whole: let one of them go first.`;
  if (row.size > MOST_BYTES) return `${name} is too large to be read whole: at most 64 KiB.`;
  return row.size === 0 ? `${name} has no bytes.` : undefined;
}

/** An integer of 1, 2, 4 or 8 aligned bytes. */
function isCounter(row: FieldRow | undefined): row is FieldRow {
  if (!row || row.bitWidth !== undefined || !['integer', 'char'].includes(row.type.kind)) return false;
  return [1, 2, 4, 8].includes(row.type.size) && row.offset % row.type.size === 0;
}

/** Paths of the integers in a row and beside it that can be its sequence counter; those named like one come first. */
export function countersOf(tree: FieldTree, row: FieldRow): readonly string[] {
  const parent = row.parent === undefined ? undefined : tree.find(row.parent);
  const paths: string[] = [];
  const visit = (path: string, type: FieldRow['type'], depth: number): void => {
    if (!isStructure(type)) return;
    for (const member of membersOf(type).list.slice(0, MOST_COUNTERS)) {
      const inner = memberPath(path, member.name);
      if (paths.length < MOST_COUNTERS && isCounter(tree.find(inner))) paths.push(inner);
      if (depth > 0) visit(inner, member.type, depth - 1);
    }
  };
  visit(row.path, row.type, 2);
  if (parent) visit(parent.path, parent.type, 0);
  else visit('', tree.type, 0);
  const looksLikeOne = (path: string): number =>
    /seq|version|gen|counter|lock/i.test(path.slice(path.lastIndexOf('.') + 1)) ? 0 : 1;
  return [...new Set(paths)].sort((a, b) => looksLikeOne(a) - looksLikeOne(b));
}

/** What stands on the row's mark. */
export function guardText({ counter }: GuardChoice): string {
  return counter === undefined ? 'Read whole: twice, and equal' : `Read whole: by the sequence counter ${counter}`;
}
