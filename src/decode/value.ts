/** A whole type out of the bytes of a window, as the tree of values that the public API gives. */
import type { DecodedValue, FieldLayout, TypeLayout } from '../../api.d.ts';
import { decodeLeaf, isCharArray, PAST_END, plural, type Leaf, type LeafOptions } from './leaf.ts';

/** Bytes of a segment: `bytes` begin at `offset`; `size` is where the segment ends. */
export interface ByteWindow {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly size: number;
}

export interface ValueOptions {
  readonly byteOrder: 'little' | 'big';
  /** Most values in one tree; default 1,000,000. */
  readonly limit?: number;
}

export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const NODE_LIMIT = 1_000_000;
/** Types nest no deeper than this; see also the limit in src/types. */
const DEPTH_LIMIT = 1000;
const SUMMARY_PARTS = 4;
const SUMMARY_LENGTH = 80;

/**
 * Decodes `type` at `offset` (bytes from the start of the segment). The tree has the shape of the type: an anonymous member is a value with
 * its parent's path, and its members' paths go on from there, as C writes them. A char array is a leaf. What lies past `size` has no value
 * and the text 'past the end'; what lies inside the segment and outside the window has none and the text 'not read'.
 * Throws a DecodeError with code 'EOVERFLOW' where the tree would have more than `limit` values.
 */
export function decodeValue(window: ByteWindow, type: TypeLayout, offset: number, options: ValueOptions): DecodedValue {
  const view = new DataView(window.bytes.buffer, window.bytes.byteOffset, window.bytes.byteLength);
  const limit = options.limit ?? NODE_LIMIT;
  if (countValues(type, new Map(), 0) > limit) throw tooMany(limit);
  return new Decoder(window, view, options, limit).value(type, offset, '', undefined, 0);
}

/** Values in the tree of a type, flexible array members left out: known before anything is decoded. */
function countValues(type: TypeLayout, known: Map<TypeLayout, number>, depth: number): number {
  if (depth > DEPTH_LIMIT) throw new DecodeError('EOVERFLOW', `The type nests deeper than ${DEPTH_LIMIT} levels.`);
  const before = known.get(type);
  if (before !== undefined) return before;
  let count = 1;
  if (type.kind === 'array' && type.element !== undefined && !isCharArray(type)) {
    count += (type.count ?? 0) * countValues(type.element, known, depth + 1);
  } else if (type.kind === 'struct' || type.kind === 'union') {
    for (const field of type.fields ?? []) count += countValues(field.type, known, depth + 1);
  }
  known.set(type, count);
  return count;
}

function tooMany(limit: number): DecodeError {
  return new DecodeError('EOVERFLOW', `This type has more than ${limit.toLocaleString('en-US')} values: decode a part of it.`);
}

/** Elements of an array at `offset`: its own count, or for a flexible array member, as many as fit before `size`. */
export function elementCount(type: TypeLayout, offset: number, size: number): number {
  if (type.count !== undefined) return type.count;
  const element = type.element?.size ?? 0;
  return element > 0 && size > offset ? Math.floor((size - offset) / element) : 0;
}

/** 'orders' in 'book' is 'book.orders'; an anonymous member has its parent's path. */
export function memberPath(parent: string, name: string): string {
  return name === '' ? parent : parent === '' ? name : `${parent}.${name}`;
}

class Decoder {
  readonly #window: ByteWindow;
  readonly #view: DataView;
  /** For what is no bit-field. */
  readonly #whole: LeafOptions;
  readonly #limit: number;
  #nodes = 0;

  constructor(window: ByteWindow, view: DataView, options: ValueOptions, limit: number) {
    this.#window = window;
    this.#view = view;
    this.#whole = { littleEndian: options.byteOrder === 'little' };
    this.#limit = limit;
  }

  value(type: TypeLayout, offset: number, path: string, field: FieldLayout | undefined, depth: number): DecodedValue {
    this.#count(1);
    if (type.kind === 'array' && !isCharArray(type)) return this.#array(type, offset, path, depth);
    if (type.fields !== undefined && (type.kind === 'struct' || type.kind === 'union'))
      return this.#members(type, offset, path, depth);
    // Written out: a million of them are made, and a spread makes each twice.
    const { value, text } = this.#leaf(type, offset, field);
    return value === undefined ? { path, offset, type: type.name, text } : { path, offset, type: type.name, value, text };
  }

  #count(more: number): void {
    this.#nodes += more;
    if (this.#nodes > this.#limit) throw tooMany(this.#limit);
  }

  #leaf(type: TypeLayout, offset: number, field: FieldLayout | undefined): Omit<Leaf, 'elided'> {
    const size = field?.bitWidth === undefined ? type.size : Math.ceil((((field.bitOffset ?? 0) % 8) + field.bitWidth) / 8);
    const flexible = isCharArray(type) && type.count === undefined;
    if (isCharArray(type) ? offset >= this.#window.size && !(flexible || size === 0) : offset + size > this.#window.size)
      return { text: PAST_END };
    const leaf = decodeLeaf(this.#view, offset - this.#window.offset, type, this.#optionsOf(field));
    return leaf.text === PAST_END ? { text: flexible && offset >= this.#window.size ? '""' : 'not read' } : leaf;
  }

  #optionsOf(field: FieldLayout | undefined): LeafOptions {
    if (field?.bitWidth === undefined) return this.#whole;
    return { ...this.#whole, bitOffset: (field.bitOffset ?? 0) % 8, bitWidth: field.bitWidth };
  }

  #array(type: TypeLayout, offset: number, path: string, depth: number): DecodedValue {
    const { element } = type;
    const count = elementCount(type, offset, this.#window.size);
    const children: DecodedValue[] = [];
    if (element !== undefined) {
      if (this.#nodes + count > this.#limit) throw tooMany(this.#limit);
      for (let i = 0; i < count; i++)
        children.push(this.value(element, offset + i * element.size, `${path}[${i}]`, undefined, depth + 1));
    }
    return { path, offset, type: type.name, text: plural(count, 'element'), children };
  }

  #members(type: TypeLayout, offset: number, path: string, depth: number): DecodedValue {
    const children = (type.fields ?? []).map((field) =>
      this.value(field.type, offset + field.offset, memberPath(path, field.name), field, depth + 1),
    );
    const past = type.size > 0 && offset >= this.#window.size;
    return { path, offset, type: type.name, text: past ? PAST_END : summary(type, children), children };
  }
}

/** '{id 5, price 101.375}': the first members, as far as they fit. */
function summary(type: TypeLayout, children: readonly DecodedValue[]): string {
  const parts: string[] = [];
  let length = 0;
  for (const [i, child] of children.entries()) {
    const name = type.fields?.[i]?.name ?? '';
    const part = name === '' ? child.text : `${name} ${child.text}`;
    if (parts.length === SUMMARY_PARTS || (parts.length > 0 && length + part.length > SUMMARY_LENGTH)) {
      parts.push('…');
      break;
    }
    parts.push(part.length > SUMMARY_LENGTH ? `${part.slice(0, SUMMARY_LENGTH)}…` : part);
    length += part.length;
  }
  return `{${parts.join(', ')}}`;
}
