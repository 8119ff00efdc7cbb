/**
 * The types of an index. A hundred thousand objects would be made for the few that are asked for, and be the collector's work as long as
 * they are kept: the lines stay texts, and numbers say where in them an entry is.
 */
import type { TypeLayout } from '../../../../api.d.ts';
import { shmError, type ShmError } from '../../../native/errors.ts';
import type { TypeEntries, TypeEntry } from '../face.ts';

/** By the code of a letter. */
function byLetter<T>(pairs: readonly (readonly [string, T])[]): readonly (T | undefined)[] {
  const list = Array.from({ length: 128 }, (): T | undefined => undefined);
  for (const [letter, value] of pairs) list[letter.charCodeAt(0)] = value;
  return list;
}

const KINDS = byLetter<TypeLayout['kind']>([
  ['s', 'struct'],
  ['u', 'union'],
  ['a', 'array'],
  ['e', 'enum'],
  ['i', 'integer'],
  ['f', 'float'],
  ['b', 'bool'],
  ['c', 'char'],
  ['p', 'pointer'],
  ['y', 'sync'],
  ['o', 'opaque'],
]);
const LANGUAGES = byLetter<TypeEntry['language']>([
  ['c', 'c'],
  ['+', 'c++'],
  ['r', 'rust'],
  ['o', 'other'],
]);

/** Entries that there is room for at first. */
const FIRST = 1 << 14;
const TAB = 9;
const ZERO = 48;
/** Digits of 2^53; what is more is no safe integer. */
const MOST_DIGITS = 16;

export function notUnderstood(): ShmError {
  return shmError('EIO', 'The answer of the reader of debug info was not understood.');
}

/** The lines of an index that are entries, checked as they come: kind and language, size, reference, name. */
export class EntryLines implements TypeEntries {
  readonly #blocks: string[] = [];
  /** Of each entry its block, and in that where the line begins and ends, and where the name begins. */
  #places = new Uint32Array(4 * FIRST);
  #sizes = new Float64Array(FIRST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The line of `block` from `from` to `to`. EIO where it is no entry. */
  add(block: string, from: number, to: number): void {
    const start = from + 3;
    let at = start;
    let size = 0;
    for (let digit = digitAt(block, at); digit >= 0; digit = digitAt(block, ++at)) size = size * 10 + digit;
    const name = block.indexOf('\t', at + 1) + 1;
    const tabs = block.charCodeAt(from + 2) === TAB && block.charCodeAt(at) === TAB && name > at + 1 && name <= to;
    if (!tabs || at === start || at - start > MOST_DIGITS || !Number.isSafeInteger(size)) throw notUnderstood();
    if (!KINDS[block.charCodeAt(from)] || !LANGUAGES[block.charCodeAt(from + 1)]) throw notUnderstood();
    if (this.#blocks.at(-1) !== block) this.#blocks.push(block);
    if (this.#length === this.#sizes.length) this.#grow();
    const i = this.#length++;
    this.#places[4 * i] = this.#blocks.length - 1;
    this.#places[4 * i + 1] = from;
    this.#places[4 * i + 2] = to;
    this.#places[4 * i + 3] = name;
    this.#sizes[i] = size;
  }

  #grow(): void {
    const [places, sizes] = [this.#places, this.#sizes];
    this.#places = new Uint32Array(2 * places.length);
    this.#places.set(places);
    this.#sizes = new Float64Array(2 * sizes.length);
    this.#sizes.set(sizes);
  }

  at(index: number): TypeEntry {
    const block = this.#blockOf(index);
    const [from = 0, name = 0, size = 0] = [this.#places[4 * index + 1], this.#places[4 * index + 3], this.#sizes[index]];
    const ref = block.indexOf('\t', from + 3) + 1;
    return entry(block.charCodeAt(from), block.charCodeAt(from + 1), size, block.slice(ref, name - 1), this.#nameOf(index));
  }

  *[Symbol.iterator](): Iterator<TypeEntry> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }

  named(name: string): TypeEntry[] {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#nameOf(middle) < name) low = middle + 1;
      else high = middle;
    }
    const found: TypeEntry[] = [];
    for (let i = low; i < this.#length && this.#nameOf(i) === name; i++) found.push(this.at(i));
    return found;
  }

  ofSize(size: number): TypeEntry[] {
    const found: TypeEntry[] = [];
    for (let i = this.#sizes.indexOf(size); i >= 0 && i < this.#length; i = this.#sizes.indexOf(size, i + 1))
      found.push(this.at(i));
    return found;
  }

  #blockOf(index: number): string {
    return this.#blocks[this.#places[4 * index] ?? 0] ?? '';
  }

  #nameOf(index: number): string {
    return this.#blockOf(index).slice(this.#places[4 * index + 3], this.#places[4 * index + 2]);
  }
}

/** -1 for what is no digit. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** EIO for letters that stand for nothing, and a size that is none. */
export function entry(kindLetter: number, languageLetter: number, size: number, ref: string, name: string): TypeEntry {
  const kind = KINDS[kindLetter];
  const language = LANGUAGES[languageLetter];
  if (kind === undefined || language === undefined || !Number.isSafeInteger(size) || size < 0) throw notUnderstood();
  return { name, kind, size, ref, language };
}
