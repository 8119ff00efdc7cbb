/** Parameter packs: what 'pattern...' stands for (C++17 17.5.3). */
import { DeclarationError } from '../../errors.ts';
import { Cursor } from '../text/cursor.ts';
import { passArgument } from './parameters.ts';
import type { Reader } from '../reader.ts';
import { Scope, type Entity } from '../names/scope.ts';

/** The list up to the end of the cursor, or to a '>' that ends arguments. */
export function expand<T>(r: Reader, read: (reader: Reader) => T): T[] {
  const made: T[] = [];
  while (!r.cursor.atEnd) {
    made.push(...readPart(r, read));
    if (!r.cursor.take(',') && !r.cursor.atEnd) throw r.odd();
  }
  return made;
}

/** One part of a list: what `read` makes of it, or of each of its expansions. */
export function readPart<T>(r: Reader, read: (reader: Reader) => T): T[] {
  const range = expansionAt(r);
  if (range === undefined) return [read(r)];
  const [from, to] = range;
  r.cursor.next = to + 1;
  return expansions(r, from, to).map((scope) => read(r.at(new Cursor(r.cursor.run, from, to), scope)));
}

/** Where the pattern of an expansion stands that begins at the cursor; the cursor stays. */
export function expansionAt(r: Reader): readonly [from: number, to: number] | undefined {
  if (!r.world.packs) return undefined;
  const { cursor } = r;
  const back = cursor.mark();
  const from = cursor.next;
  passArgument(r);
  const to = cursor.isHalf ? 0 : cursor.next - 1;
  back();
  return to > from && cursor.run.tokens[to]?.text === '...' ? [from, to] : undefined;
}

/** For each element of the packs that the pattern names, a scope in which each name stands for that element. */
export function expansions(r: Reader, from: number, to: number): Scope[] {
  const packs = new Map<string, readonly Entity[]>();
  const { tokens } = r.cursor.run;
  for (let i = from; i < to; i++) {
    const { text = '', kind } = tokens[i] ?? {};
    const entity = kind === 'name' ? r.scope.find(text) : undefined;
    // 'sizeof...(T)' is a number.
    if (entity?.kind === 'pack' && tokens[i - 2]?.text !== '...') packs.set(text, entity.elements);
  }
  const [length, ...others] = new Set([...packs.values()].map((elements) => elements.length));
  if (length === undefined || others.length > 0)
    throw new DeclarationError(
      tokens[from]?.at ?? 0,
      'The parameter packs of this expansion are of different lengths, or there is none.',
    );
  return Array.from({ length }, (_, i) => {
    const scope = new Scope('parameters', r.scope, r.scope.prefix);
    for (const [name, elements] of packs) {
      const element = elements[i];
      if (element) scope.entities.set(name, element);
    }
    return scope;
  });
}
