/** A whole type out of the bytes of a window, as the tree of values that the public API gives. */
import type { DecodedValue, FieldLayout, TypeLayout } from '../../api.d.ts';
import { decodeLeaf, isCharArray, PAST_END, plural, type LeafOptions } from './leaf.ts';

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
  return new Decoder(window, view, options, limit).value(type, offset, '');
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

/** A member, with all that is the same wherever its struct stands. */
interface MemberPlan {
  readonly field: FieldLayout;
  readonly leaf: LeafPlan | undefined;
}

interface LeafPlan {
  readonly type: TypeLayout;
  /** Bytes that must be there; of a char array, whose part is shown, at least one. */
  readonly size: number;
  readonly text: boolean;
  readonly flexible: boolean;
  readonly options: LeafOptions;
}

class Decoder {
  readonly #window: ByteWindow;
  readonly #view: DataView;
  /** For what is no bit-field. */
  readonly #whole: LeafOptions;
  readonly #limit: number;
  readonly #members = new Map<TypeLayout, readonly MemberPlan[]>();
  readonly #leaves = new Map<TypeLayout, LeafPlan>();
  #nodes = 0;

  constructor(window: ByteWindow, view: DataView, options: ValueOptions, limit: number) {
    this.#window = window;
    this.#view = view;
    this.#whole = { littleEndian: options.byteOrder === 'little' };
    this.#limit = limit;
  }

  value(type: TypeLayout, offset: number, path: string): DecodedValue {
    if (type.kind === 'array' && !isCharArray(type)) return this.#array(type, offset, path);
    if (hasMembers(type)) return this.#structure(type, offset, path);
    let plan = this.#leaves.get(type);
    if (plan === undefined) this.#leaves.set(type, (plan = leafPlan(type, undefined, this.#whole)));
    return this.#leaf(plan, offset, path);
  }

  #count(more: number): void {
    this.#nodes += more;
    if (this.#nodes > this.#limit) throw tooMany(this.#limit);
  }

  #leaf(plan: LeafPlan, offset: number, path: string): DecodedValue {
    this.#count(1);
    const { type, text: isText, flexible, size } = plan;
    const name = type.name;
    const end = this.#window.size;
    if (isText ? offset >= end && !(flexible || size === 0) : offset + size > end)
      return { path, offset, type: name, text: PAST_END };
    const { value, text } = decodeLeaf(this.#view, offset - this.#window.offset, type, plan.options);
    // Written out: a million of them are made, and a spread makes each twice.
    if (value !== undefined) return { path, offset, type: name, value, text };
    if (text !== PAST_END) return { path, offset, type: name, text };
    return { path, offset, type: name, text: flexible && offset >= end ? '""' : 'not read' };
  }

  #array(type: TypeLayout, offset: number, path: string): DecodedValue {
    this.#count(1);
    const { element } = type;
    const count = elementCount(type, offset, this.#window.size);
    if (element === undefined) return { path, offset, type: type.name, text: plural(count, 'element'), children: [] };
    if (this.#nodes + count > this.#limit) throw tooMany(this.#limit);
    const children: DecodedValue[] = [];
    const before = `${path}[`;
    for (let i = 0; i < count; i++) children.push(this.value(element, offset + i * element.size, `${before}${i}]`));
    return { path, offset, type: type.name, text: plural(count, 'element'), children };
  }

  #structure(type: TypeLayout, offset: number, path: string): DecodedValue {
    this.#count(1);
    const plans = this.#plans(type);
    // Made once for all members: the texts of their paths share it.
    const before = path === '' ? '' : `${path}.`;
    // Not by push, which leaves room for more behind each.
    const children = plans.map(({ field, leaf }) => {
      const at = offset + field.offset;
      const own = field.name === '' ? path : before + field.name;
      return leaf === undefined ? this.value(field.type, at, own) : this.#leaf(leaf, at, own);
    });
    const past = type.size > 0 && offset >= this.#window.size;
    return { path, offset, type: type.name, text: past ? PAST_END : summary(plans, children), children };
  }

  #plans(type: TypeLayout): readonly MemberPlan[] {
    const known = this.#members.get(type);
    if (known !== undefined) return known;
    const plans = (type.fields ?? []).map((field) => {
      const whole = (field.type.kind === 'array' && !isCharArray(field.type)) || hasMembers(field.type);
      return { field, leaf: whole ? undefined : leafPlan(field.type, field, this.#whole) };
    });
    this.#members.set(type, plans);
    return plans;
  }
}

function hasMembers(type: TypeLayout): boolean {
  return type.fields !== undefined && (type.kind === 'struct' || type.kind === 'union');
}

function leafPlan(type: TypeLayout, field: FieldLayout | undefined, whole: LeafOptions): LeafPlan {
  const text = isCharArray(type);
  const flexible = text && type.count === undefined;
  if (field?.bitWidth === undefined) return { type, size: type.size, text, flexible, options: whole };
  const bitOffset = (field.bitOffset ?? 0) % 8;
  const size = Math.ceil((bitOffset + field.bitWidth) / 8);
  return { type, size, text, flexible, options: { ...whole, bitOffset, bitWidth: field.bitWidth } };
}

/** '{id 5, price 101.375}': the first members, as far as they fit. */
function summary(plans: readonly MemberPlan[], children: readonly DecodedValue[]): string {
  const parts: string[] = [];
  let length = 0;
  for (let i = 0; i < children.length; i++) {
    const text = children[i]?.text ?? '';
    const name = plans[i]?.field.name ?? '';
    const part = name === '' ? text : `${name} ${text}`;
    if (parts.length === SUMMARY_PARTS || (parts.length > 0 && length + part.length > SUMMARY_LENGTH)) {
      parts.push('…');
      break;
    }
    parts.push(part.length > SUMMARY_LENGTH ? `${part.slice(0, SUMMARY_LENGTH)}…` : part);
    length += part.length;
  }
  return `{${parts.join(', ')}}`;
}
