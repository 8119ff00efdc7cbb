/** What stands at a place of the segment by its type, without opening a tree. Pure. */
import type { TypeLayout } from '../../api.d.ts';
import { decodeLeaf, isCharArray } from '../../src/decode/leaf.ts';
import { isStructure, membersOf, partAt, partCount, partHolding, partSize, type Member } from '../../src/decode/members.ts';
import { memberPath } from '../../src/decode/value.ts';
import { hexText } from '../format.ts';

/** A type, and where it stands in the segment. */
export interface TypeAt {
  readonly type: TypeLayout;
  readonly offset: number;
}

/** A value of the type that has no parts, or a char array; without a path, bytes that belong to none. */
export interface Leaf {
  readonly path: string;
  /** Bytes from the start of the segment. */
  readonly offset: number;
  readonly size: number;
  readonly type?: TypeLayout;
  readonly bitOffset?: number;
  readonly bitWidth?: number;
}

/** Bytes of a row that belongs to no field, at most. */
const RAW_BYTES = 16;
/** Bytes of a char array that is one value. */
const LONG_TEXT = 256;
/** Rows of one char array. */
const MOST_CHUNKS = 100_000;

/** The path of the field that holds the byte at `offset`; undefined where none does. `size`: bytes of the segment. */
export function fieldAt(typed: TypeAt | undefined, offset: number, size: number): string | undefined {
  let type = typed?.type;
  let base = typed?.offset ?? 0;
  let path = '';
  while (type && !isCharArray(type) && partCount(type, base, size) > 0) {
    const index = partHolding(type, offset - base, base, size);
    const part = index === undefined ? undefined : partAt(type, index);
    if (!part) break;
    path = pathOf(type, path, part);
    base += part.offset;
    type = part.type;
  }
  return path === '' ? undefined : path;
}

function pathOf(type: TypeLayout, path: string, part: Member): string {
  return type.kind === 'array' ? path + part.name : memberPath(path, part.name);
}

/**
 * The values that [start, end) lies in, ascending; what belongs to none in rows of at most 16 bytes. Of a union's members the first.
 * At most `limit` of them.
 */
export function leavesIn(typed: TypeAt | undefined, start: number, end: number, size: number, limit = Infinity): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let at = start;
  const raw = (until: number): void => {
    while (at < until && leaves.length < limit) {
      const length = Math.min(RAW_BYTES - (at % RAW_BYTES), until - at);
      leaves.push({ path: '', offset: at, size: length });
      at += length;
    }
  };
  if (typed) {
    visit(typed.type, typed.offset, '', { start, end, size }, (leaf) => {
      if (leaf.offset > at) raw(Math.min(end, leaf.offset));
      if (leaves.length < limit) leaves.push(leaf);
      at = Math.max(at, leaf.offset + leaf.size);
      return leaves.length < limit;
    });
  }
  raw(end);
  return leaves;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/** False ends it: `take` has enough. Types nest less deep than the call stack (src/types bounds that). */
function visit(type: TypeLayout, base: number, path: string, span: Span, take: (leaf: Leaf) => boolean): boolean {
  for (const part of partsIn(type, base, span)) {
    const offset = base + part.offset;
    const size = partSize(part, offset, span.size);
    if (offset >= span.end || offset + size <= span.start || size === 0) continue;
    const name = pathOf(type, path, part);
    const inner = !isCharArray(part.type) && (isStructure(part.type) || part.type.kind === 'array');
    const bits = part.bitWidth === undefined ? {} : { bitOffset: part.bitOffset ?? 0, bitWidth: part.bitWidth };
    const more =
      isCharArray(part.type) && size > LONG_TEXT
        ? chunks(name, offset, size, span).every(take)
        : inner
          ? visit(part.type, offset, name, span, take)
          : take({ path: name, offset, size, type: part.type, ...bits });
    if (!more) return false;
  }
  return true;
}

/** A text that is too long for one row: rows of its bytes. */
function chunks(path: string, offset: number, size: number, { start, end }: Span): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const last = Math.min(end, offset + size);
  for (let at = Math.max(start, offset); at < last && leaves.length < MOST_CHUNKS; at += RAW_BYTES)
    leaves.push({ path: `${path}[${at - offset}]`, offset: at, size: Math.min(RAW_BYTES, last - at) });
  return leaves;
}

function partsIn(type: TypeLayout, base: number, span: Span): Iterable<Member> {
  if (!isStructure(type)) return elementsIn(type, base, span);
  if (type.kind !== 'union') return membersOf(type).list.toSorted((a, b) => a.offset - b.offset);
  const first = partHolding(type, Math.max(span.start, base) - base, base, span.size);
  const part = first === undefined ? undefined : partAt(type, first);
  return part ? [part] : [];
}

function* elementsIn(type: TypeLayout, base: number, span: Span): Iterable<Member> {
  const width = type.element?.size ?? 0;
  if (width === 0) return;
  const last = Math.min(partCount(type, base, span.size), Math.ceil((span.end - base) / width));
  for (let index = Math.max(0, Math.floor((span.start - base) / width)); index < last; index++) {
    const part = partAt(type, index);
    if (part) yield part;
  }
}

/** What `bytes`, which begin where the leaf does, say: its value, or the bytes as hexadecimal. '' where there are none. */
export function leafText(leaf: Leaf, bytes: Uint8Array | undefined, littleEndian: boolean): string {
  if (!bytes || bytes.length === 0) return '';
  if (!leaf.type || bytes.length < leaf.size) return hexText(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return decodeLeaf(view, 0, leaf.type, { littleEndian, bitOffset: leaf.bitOffset, bitWidth: leaf.bitWidth }).text;
}
