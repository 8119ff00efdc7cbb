/** What the elements of an array are sorted by: one column's values in a form that compares fast and exactly. */
import { floatText } from '../../src/decode/float.ts';
import type { FormatName } from '../../src/decode/format.ts';
import { decodeLeaf, isCharArray } from '../../src/decode/leaf.ts';
import { isLittle } from '../../src/decode/order.ts';
import type { Column } from './columns.ts';

/** Negative where element `a` comes before `b`. */
export type Compare = (a: number, b: number) => number;

export interface Keys {
  /** Takes the key of element `index`, whose bytes begin at `position` of `view`. */
  readonly take: (view: DataView, position: number, index: number) => void;
  /** Ascending; what has no order (NaN) comes last in either direction. */
  readonly ascending: Compare;
  readonly descending: Compare;
}

/** Keys of `count` elements by `column`, as it is shown. */
export function keysOf(column: Column, format: FormatName, count: number, littleEndian: boolean): Keys {
  const { type, bitWidth } = column;
  // Addresses in network order are sorted as they read.
  const little = isLittle(type, littleEndian) && format !== 'ipv4-network';
  const isInteger = !['float', 'array', 'struct', 'union', 'sync', 'opaque'].includes(type.kind);
  if (format === 'float' || (type.kind === 'float' && type.size <= 8)) return numberKeys(column, count, little, floatOf(column));
  if (isInteger && bitWidth === undefined && type.size === 8) return wideKeys(column, count, little);
  if (isInteger && type.size <= 8 && (bitWidth ?? 0) <= 53) return numberKeys(column, count, little, integerOf(column));
  return otherKeys(column, format, count, little);
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

function floatOf({ type, offset }: Column): Read {
  if (type.size === 8) return (view, at, little) => view.getFloat64(at + offset, little);
  if (type.size === 4) return (view, at, little) => view.getFloat32(at + offset, little);
  const half = { ...type, kind: 'float' as const };
  return (view, at, littleEndian) => Number(decodeLeaf(view, at + offset, half, { littleEndian }).value ?? NaN);
}

function integerOf({ type, offset, bitOffset, bitWidth }: Column): Read {
  const signed = type.signed === true;
  if (bitWidth === undefined && type.size === 4)
    return (view, at, little) => (signed ? view.getInt32(at + offset, little) : view.getUint32(at + offset, little));
  if (bitWidth === undefined && type.size === 2)
    return (view, at, little) => (signed ? view.getInt16(at + offset, little) : view.getUint16(at + offset, little));
  if (bitWidth === undefined && type.size === 1)
    return (view, at) => (signed ? view.getInt8(at + offset) : view.getUint8(at + offset));
  return (view, at, littleEndian) =>
    Number(decodeLeaf(view, at + offset, type, { littleEndian, bitOffset, bitWidth }).value ?? NaN);
}

function numberKeys({ offset, size }: Column, count: number, little: boolean, read: Read): Keys {
  const keys = new Float64Array(count).fill(NaN);
  const order =
    (direction: 1 | -1): Compare =>
    (a, b) => {
      const [left = NaN, right = NaN] = [keys[a], keys[b]];
      if (left < right) return -direction;
      if (left > right) return direction;
      if (left === right) return 0;
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    };
  const take: Keys['take'] = (view, at, index) => {
    if (at + offset + size <= view.byteLength) keys[index] = read(view, at, little);
  };
  return { take, ascending: order(1), descending: order(-1) };
}

/** 64 bits as two halves: no double holds them exactly, and bigints would take ten times as long. */
function wideKeys({ type, offset }: Column, count: number, little: boolean): Keys {
  const high = type.signed === true ? new Int32Array(count) : new Uint32Array(count);
  const low = new Uint32Array(count);
  const ascending: Compare = (a, b) => (high[a] ?? 0) - (high[b] ?? 0) || (low[a] ?? 0) - (low[b] ?? 0);
  const take: Keys['take'] = (view, at, index) => {
    if (at + offset + 8 > view.byteLength) return;
    high[index] = view.getUint32(at + offset + (little ? 4 : 0), little);
    low[index] = view.getUint32(at + offset + (little ? 0 : 4), little);
  };
  return { take, ascending, descending: (a, b) => ascending(b, a) };
}

/** Text as text, long integers as such, all else by its bytes. */
function otherKeys(
  { type, offset, size, bitOffset, bitWidth }: Column,
  format: FormatName,
  count: number,
  littleEndian: boolean,
): Keys {
  const keys = Array.from<string | bigint>({ length: count }).fill('');
  const isText = isCharArray(type) || format === 'text';
  const text = type.element ? { ...type, element: { ...type.element, kind: 'char' as const } } : type;
  const ascending: Compare = (a, b) => {
    const [left = '', right = ''] = [keys[a], keys[b]];
    return left < right ? -1 : left > right ? 1 : 0;
  };
  const take: Keys['take'] = (view, at, index) => {
    if (at + offset + size > view.byteLength) return;
    const { value } = decodeLeaf(view, at + offset, isText ? text : type, { littleEndian, bitOffset, bitWidth });
    if (isText || typeof value === 'bigint') keys[index] = typeof value === 'bigint' ? value : String(value ?? '');
    else if (typeof value === 'number') keys[index] = orderedFloat(value);
    else keys[index] = hexOf(view, at + offset, size);
  };
  return { take, ascending, descending: (a, b) => ascending(b, a) };
}

/** A long double that was rounded to a double, as text that sorts as the number does. */
function orderedFloat(value: number): string {
  if (Number.isNaN(value)) return `~${floatText(value)}`;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const ordered = bits >> 63n ? ~bits & 0xffff_ffff_ffff_ffffn : bits | (1n << 63n);
  return ordered.toString(16).padStart(16, '0');
}

function hexOf(view: DataView, at: number, size: number): string {
  return Array.from({ length: size }, (_, index) =>
    view
      .getUint8(at + index)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
}
