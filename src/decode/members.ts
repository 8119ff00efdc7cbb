/** The parts of a type as rows show them: anonymous members stand for their own members, as in C. */
import type { FieldLayout, TypeLayout } from '../../api.d.ts';
import { withGaps } from './gaps.ts';
import { isCharArray } from './leaf.ts';
import { elementCount } from './value.ts';

export interface Member {
  readonly name: string;
  /** Bytes from the start of the type; of a bit-field, the byte that holds its first bit. */
  readonly offset: number;
  readonly type: TypeLayout;
  /** Bit-field: its first bit, counted from `offset` (0 to 7), and its width. */
  readonly bitOffset?: number;
  readonly bitWidth?: number;
  /** No member, but bytes or bits that none takes: between two, or at the end. */
  readonly gap?: 'hole' | 'padding';
}

interface MemberTable {
  readonly list: readonly Member[];
  readonly byName: ReadonlyMap<string, number>;
}

const tables = new WeakMap<TypeLayout, MemberTable>();
const gapTables = new WeakMap<TypeLayout, MemberTable>();

/**
 * Members of a struct or union in declaration order, those of anonymous members among them, with `gaps` the holes and the padding too.
 * Computed once for each type.
 */
export function membersOf(type: TypeLayout, gaps = false): MemberTable {
  const known = (gaps ? gapTables : tables).get(type);
  if (known !== undefined) return known;
  const found: Member[] = [];
  collect(type, 0, found, 0);
  const list = gaps ? withGaps(type, found) : found;
  const byName = new Map<string, number>();
  list.forEach((member, i) => byName.has(member.name) || byName.set(member.name, i));
  const table = { list, byName };
  (gaps ? gapTables : tables).set(type, table);
  return table;
}

const ANONYMOUS_DEPTH = 1000;

function collect(type: TypeLayout, base: number, into: Member[], depth: number): void {
  for (const field of type.fields ?? []) {
    if (isEmptyBase(field)) continue;
    if (field.name === '' && isStructure(field.type) && depth < ANONYMOUS_DEPTH) {
      collect(field.type, base + field.offset, into, depth + 1);
    } else if (field.bitWidth === undefined) {
      into.push({ name: field.name, offset: base + field.offset, type: field.type });
    } else {
      const bit = field.bitOffset ?? field.offset * 8;
      into.push({
        name: field.name,
        offset: base + Math.floor(bit / 8),
        type: field.type,
        bitOffset: bit % 8,
        bitWidth: field.bitWidth,
      });
    }
  }
}

/** A base class without data says that its size is 1, and has no byte of its own: the first member may stand there (Itanium C++ ABI, 2.4). */
function isEmptyBase({ name, type }: FieldLayout): boolean {
  return name.startsWith('<') && isStructure(type) && membersOf(type).list.length === 0;
}

export function isStructure(type: TypeLayout): boolean {
  return (type.kind === 'struct' || type.kind === 'union') && type.fields !== undefined;
}

/** How many parts the type has at `offset` in a segment of `size` bytes. */
export function partCount(type: TypeLayout, offset: number, size: number, gaps = false): number {
  if (isStructure(type)) return membersOf(type, gaps).list.length;
  return type.kind === 'array' && type.element !== undefined ? elementCount(type, offset, size) : 0;
}

/** Part `index` of a type that has one. */
export function partAt(type: TypeLayout, index: number, gaps = false): Member | undefined {
  if (isStructure(type)) return membersOf(type, gaps).list[index];
  if (type.element === undefined) return undefined;
  return { name: `[${index}]`, offset: index * type.element.size, type: type.element };
}

/** Bytes that a part takes at `offset` in a segment of `size` bytes: of a flexible array member, all that remain. */
export function partSize(part: Member, offset: number, size: number): number {
  if (part.bitWidth !== undefined) return Math.ceil(((part.bitOffset ?? 0) + part.bitWidth) / 8);
  if (part.type.kind === 'array' && part.type.count === undefined)
    return elementCount(part.type, offset, size) * (part.type.element?.size ?? 0);
  return part.type.size;
}

/** The first part that holds the byte at `at`, counted from the start of the type; `offset` is where the type stands in the segment. */
export function partHolding(type: TypeLayout, at: number, offset: number, size: number, gaps = false): number | undefined {
  if (type.kind === 'array') {
    const width = type.element?.size ?? 0;
    const index = width > 0 ? Math.floor(at / width) : -1;
    return index >= 0 && index < elementCount(type, offset, size) ? index : undefined;
  }
  const found = membersOf(type, gaps).list.findIndex(
    (part) => at >= part.offset && at < part.offset + partSize(part, offset + part.offset, size),
  );
  return found < 0 ? undefined : found;
}

/** Where the next step of a path ends: 'a.b[3]' from 0 is 1, from 2 is 3, from 3 is 6. */
export function stepEnds(type: TypeLayout, path: string, from: number, gaps = false): { index: number; end: number } | undefined {
  if (type.kind === 'array') {
    const close = path.indexOf(']', from);
    const digits = path.slice(from + 1, close);
    return path[from] === '[' && close > 0 && /^\d{1,16}$/.test(digits) ? { index: Number(digits), end: close + 1 } : undefined;
  }
  const start = path[from] === '.' ? from + 1 : from;
  const { byName } = membersOf(type, gaps);
  for (let end = start + 1; end <= path.length; end++) {
    if (end < path.length && path[end] !== '.' && path[end] !== '[') continue;
    const index = byName.get(path.slice(start, end));
    if (index !== undefined) return { index, end };
  }
  return undefined;
}

/** Whether the type can be opened: it has parts. A char array can, though it is shown as text. */
export function isExpandable(type: TypeLayout, offset: number, size: number): boolean {
  return (isStructure(type) || type.kind === 'array' || isCharArray(type)) && partCount(type, offset, size) > 0;
}
