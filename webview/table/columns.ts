/** The fields of an array's element as columns: nested structs are flattened, arrays in them stand as one column. */
import type { TypeLayout } from '../../api.d.ts';
import { isStructure, membersOf } from '../../src/decode/members.ts';
import { memberPath } from '../../src/decode/value.ts';
import type { FormatName } from '../../src/decode/format.ts';
import { isCharArray } from '../../src/decode/leaf.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { Formats } from '../../src/protocol/viewing.ts';
import { formatOf, tokenOf } from '../fields/value.ts';

export interface Column {
  /** Within the element: 'price', 'from.port'; '' where the element is no struct. */
  readonly path: string;
  /** Bytes from the start of the element. */
  readonly offset: number;
  readonly size: number;
  readonly type: TypeLayout;
  readonly bitOffset?: number;
  readonly bitWidth?: number;
}

/** Columns that are offered, and those that are shown before the user chooses. */
const MOST = 500;
const FIRST = 12;
const DEPTH = 20;

export function columnsOf(element: TypeLayout): readonly Column[] {
  if (!isStructure(element)) return [{ path: '', offset: 0, size: element.size, type: element }];
  const columns: Column[] = [];
  collect(element, '', 0, columns, 0);
  return columns;
}

function collect(type: TypeLayout, path: string, base: number, into: Column[], depth: number): void {
  for (const { name, offset, type: part, bitOffset, bitWidth } of membersOf(type).list) {
    if (into.length >= MOST) return;
    const inner = memberPath(path, name);
    if (isStructure(part) && depth < DEPTH) collect(part, inner, base + offset, into, depth + 1);
    else if (bitWidth === undefined) into.push({ path: inner, offset: base + offset, size: part.size, type: part });
    else {
      const size = Math.ceil(((bitOffset ?? 0) + bitWidth) / 8);
      into.push({ path: inner, offset: base + offset, size, type: part, bitOffset: bitOffset ?? 0, bitWidth });
    }
  }
}

/** The columns that are shown: those of the chosen paths, in the order of the struct, or the first ones. */
export function shownColumns(all: readonly Column[], chosen: readonly string[] | undefined): readonly Column[] {
  const wanted = chosen && all.filter(({ path }) => chosen.includes(path));
  return wanted && wanted.length > 0 ? wanted : all.slice(0, FIRST);
}

/** Characters that a column has room for. */
export function widthOf({ path, type, bitWidth }: Column, format: FormatName): number {
  const value = /^(?:time|local)-/.test(format)
    ? 31
    : format === 'uuid'
      ? 37
      : format === 'ipv6'
        ? 26
        : valueWidth(type, bitWidth);
  return Math.min(40, Math.max(value, path.length + 3, 7));
}

function valueWidth(type: TypeLayout, bitWidth: number | undefined): number {
  if (isCharArray(type)) return Math.min(28, (type.count ?? 20) + 3);
  if (type.kind === 'array') return 26;
  if (type.kind === 'enum') return Math.min(28, Math.max(0, ...(type.enumerators ?? []).map(({ name }) => name.length)) + 5);
  if (type.kind === 'float') return type.size > 4 ? 19 : 13;
  if (type.kind === 'bool') return 7;
  return Math.ceil((bitWidth ?? type.size * 8) * 0.302) + 2;
}

/** A column's field in element `index` of the array, as the tree has it. */
export function fieldOf(array: FieldRow | undefined, index: number, column: Column): FieldRow {
  const path = memberPath(`${array?.path ?? ''}[${index}]`, column.path);
  const { type, size, bitOffset, bitWidth } = column;
  return {
    path,
    key: path,
    name: column.path || `[${index}]`,
    depth: 0,
    offset: (array?.offset ?? 0) + index * (array?.type.element?.size ?? 0) + column.offset,
    size,
    type,
    ...(bitWidth === undefined ? {} : { bitOffset: bitOffset ?? 0, bitWidth }),
    expandable: false,
    expanded: false,
    childCount: type.count ?? 0,
    position: 0,
    siblings: 1,
  };
}

/** Numbers stand right, so that they can be compared. */
export function isNumeric(field: FieldRow, formats: Formats): boolean {
  const format = formatOf(field, formats);
  return ['default', 'decimal', 'float'].includes(format) && tokenOf(field, format) === 'number';
}
