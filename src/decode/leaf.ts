/** One value out of bytes: what has no parts of its own, and char arrays. */
import type { TypeLayout } from '../../api.d.ts';
import { bitFieldBytes, bitFieldShift, readUnsigned } from './bits.ts';
import { decodeFloat } from './float.ts';
import { inOrder, isLittle } from './order.ts';
import { isControl, sequenceAt, sequenceLength } from './utf8.ts';

export const PAST_END = 'past the end';

export interface LeafOptions {
  readonly littleEndian: boolean;
  /** Bit-field: its first bit, counted from the byte at `position`, and its width in bits. */
  readonly bitOffset?: number | undefined;
  readonly bitWidth?: number | undefined;
  /** How integers are written; default 10. */
  readonly radix?: 2 | 8 | 10 | 16 | undefined;
}

export interface Leaf {
  /** Absent where the bytes are not there, or the type has no value that can be told. */
  readonly value?: bigint | number | boolean | string;
  readonly text: string;
  /** `text` shows only the beginning. */
  readonly elided?: true;
}

/** Characters of a char array that `text` shows. */
const TEXT_LIMIT = 1000;

/** An array of 1-byte characters, which is shown as text. */
export function isCharArray(type: TypeLayout): boolean {
  return type.kind === 'array' && type.element?.kind === 'char' && type.element.size === 1;
}

/**
 * Decodes the value at `position` (bytes, from the start of `view`). Bytes that `view` does not hold give the text 'past the end' and no
 * value; of a char array the part that is there is shown. Integers and pointers of 64 bits and more are bigints, smaller ones numbers.
 */
export function decodeLeaf(view: DataView, position: number, type: TypeLayout, options: LeafOptions): Leaf {
  if (isCharArray(type)) return decodeText(view, position, type.count);
  if (type.kind === 'float') {
    if (!holds(view, position, type.size)) return { text: PAST_END };
    return decodeFloat(view, position, type.size, isLittle(type, options.littleEndian)) ?? { text: plural(type.size, 'byte') };
  }
  if (!isInteger(type)) {
    if (type.size > 0 && !holds(view, position, type.size)) return { text: PAST_END };
    return { text: type.kind === 'array' ? plural(type.count ?? 0, 'element') : plural(type.size, 'byte') };
  }
  if (type.kind === 'integer' && type.size <= 4 && options.bitWidth === undefined && (options.radix ?? 10) === 10) {
    const value = readSmall(view, position, type, isLittle(type, options.littleEndian));
    return value === undefined ? { text: PAST_END } : { value, text: String(value) };
  }
  if (type.kind === 'integer' && (options.radix ?? 10) === 10) {
    const little = isLittle(type, options.littleEndian);
    if (options.bitWidth !== undefined && type.size <= 4 && options.bitWidth <= 32)
      return smallBitField(view, position, type.signed === true, options.bitOffset ?? 0, options.bitWidth, little);
    if (options.bitWidth === undefined && type.size === 8) {
      if (!holds(view, position, 8)) return { text: PAST_END };
      const value = type.signed === true ? view.getBigInt64(position, little) : view.getBigUint64(position, little);
      return { value, text: value.toString() };
    }
  }
  if (type.kind === 'char' && type.size === 1 && options.bitWidth === undefined && (options.radix ?? 10) === 10)
    return holds(view, position, 1) ? charLeaf(view.getUint8(position), type.signed === true) : { text: PAST_END };
  const raw = readRaw(view, position, type.size, inOrder(type, options));
  return raw === undefined ? { text: PAST_END } : integerLeaf(raw, type, options);
}

function isInteger(type: TypeLayout): boolean {
  return (
    type.kind === 'integer' || type.kind === 'char' || type.kind === 'bool' || type.kind === 'enum' || type.kind === 'pointer'
  );
}

function holds(view: DataView, position: number, size: number): boolean {
  return position >= 0 && position + size <= view.byteLength;
}

/** An integer of up to 4 bytes without a bigint: most fields are one. undefined where `view` does not hold it. */
function readSmall(view: DataView, position: number, { size, signed }: TypeLayout, littleEndian: boolean): number | undefined {
  if (!holds(view, position, size)) return undefined;
  if (size === 4) return signed ? view.getInt32(position, littleEndian) : view.getUint32(position, littleEndian);
  if (size === 2) return signed ? view.getInt16(position, littleEndian) : view.getUint16(position, littleEndian);
  if (size === 1) return signed ? view.getInt8(position) : view.getUint8(position);
  const raw = readUnsigned(view, position, size, littleEndian);
  return Number(signed ? BigInt.asIntN(size * 8, raw) : raw);
}

/** A bit-field of up to 32 bits without a bigint: it lies in 5 bytes, which a double holds. */
function smallBitField(
  view: DataView,
  position: number,
  signed: boolean,
  bitOffset: number,
  bitWidth: number,
  littleEndian: boolean,
): Leaf {
  const first = position + Math.floor(bitOffset / 8);
  const within = bitOffset % 8;
  const touched = bitFieldBytes(within, bitWidth);
  if (!holds(view, first, touched)) return { text: PAST_END };
  let raw = 0;
  for (let i = 0; i < touched; i++) raw = raw * 256 + view.getUint8(littleEndian ? first + touched - 1 - i : first + i);
  const above = littleEndian ? within : touched * 8 - within - bitWidth;
  const range = 2 ** bitWidth;
  const bits = Math.floor(raw / 2 ** above) % range;
  const value = signed && bits >= range / 2 ? bits - range : bits;
  return { value, text: String(value) };
}

/** The `size` bytes at `position`, or the bit-field there, as an unsigned integer; undefined where `view` does not hold them. */
export function readRaw(view: DataView, position: number, size: number, options: LeafOptions): bigint | undefined {
  const { bitWidth, bitOffset = 0, littleEndian } = options;
  if (bitWidth === undefined) return holds(view, position, size) ? readUnsigned(view, position, size, littleEndian) : undefined;
  const first = position + Math.floor(bitOffset / 8);
  const within = bitOffset % 8;
  const touched = bitFieldBytes(within, bitWidth);
  if (!holds(view, first, touched)) return undefined;
  const shift = bitFieldShift(within, bitWidth, touched, littleEndian);
  return BigInt.asUintN(bitWidth, readUnsigned(view, first, touched, littleEndian) >> shift);
}

function integerLeaf(raw: bigint, type: TypeLayout, options: LeafOptions): Leaf {
  const width = options.bitWidth ?? type.size * 8;
  if (type.kind === 'pointer') return { value: raw, text: raw === 0n ? 'NULL' : `0x${raw.toString(16)}` };
  if (type.kind === 'bool')
    return { value: raw !== 0n, text: raw === 0n ? 'false' : raw === 1n ? 'true' : `true (0x${raw.toString(16)})` };
  const integer = type.signed === true ? BigInt.asIntN(width, raw) : raw;
  const value = type.size <= 4 ? Number(integer) : integer;
  const digits = integerText(raw, integer, options.radix ?? 10);
  if (type.kind === 'enum') {
    const name = enumeratorOf(type, integer);
    return { value, text: name === undefined ? digits : `${name} (${digits})` };
  }
  return { value, text: type.kind === 'char' && options.bitWidth === undefined ? charText(Number(raw), digits) : digits };
}

const names = new WeakMap<TypeLayout, ReadonlyMap<bigint, string>>();

/** The first of the names that an enum has for a value. */
function enumeratorOf(type: TypeLayout, value: bigint): string | undefined {
  let known = names.get(type);
  if (known === undefined) {
    // Of two entries with one key a Map keeps the last.
    known = new Map((type.enumerators ?? []).toReversed().map((one) => [one.value, one.name]));
    names.set(type, known);
  }
  return known.get(value);
}

const PREFIX = { 2: '0b', 8: '0', 16: '0x' } as const;

function integerText(raw: bigint, integer: bigint, radix: 2 | 8 | 10 | 16): string {
  return radix === 10 ? integer.toString() : raw === 0n ? '0' : PREFIX[radix] + raw.toString(radix);
}

const characters: (string | undefined)[] = [];

/** Text of a whole 1-byte character, made once for each of the few there are. */
function charLeaf(raw: number, signed: boolean): Leaf {
  const value = signed && raw > 0x7f ? raw - 0x100 : raw;
  const at = value + 0x80;
  return { value, text: (characters[at] ??= charText(raw, String(value))) };
}

function charText(code: number, digits: string): string {
  if (code > 0x7f) return digits;
  const glyph = code === 0x27 ? "\\'" : code === 0x22 ? '"' : escapeCharacter(code);
  return `'${glyph}' (${digits})`;
}

const ESCAPES = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/** A character as it stands in a C string: escaped where it is none that can be seen. */
function escapeCharacter(codePoint: number): string {
  const known = ESCAPES.get(codePoint);
  if (known !== undefined) return known;
  if (!isControl(codePoint)) return String.fromCodePoint(codePoint);
  return codePoint < 0x80 ? escapeByte(codePoint) : `\\u${codePoint.toString(16).padStart(4, '0')}`;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Up to the first NUL. In the value, as in the text, a byte that is not UTF-8 stands as \xNN. */
function decodeText(view: DataView, position: number, count: number | undefined): Leaf {
  if (count !== 0 && !holds(view, position, 1)) return { text: PAST_END };
  const there = position < 0 ? 0 : Math.max(0, Math.min(count ?? Infinity, view.byteLength - position));
  const bytes = new Uint8Array(view.buffer, view.byteOffset + Math.min(position, view.byteLength), there);
  const nul = bytes.indexOf(0);
  const end = nul < 0 ? there : nul;
  let text = '';
  let at = 0;
  for (let shown = 0; at < end && shown < TEXT_LIMIT; shown++) {
    const sequence = sequenceAt(bytes, at, end);
    text += sequence === undefined ? escapeByte(bytes[at] ?? 0) : escapeCharacter(sequence.codePoint);
    at += sequence?.length ?? 1;
  }
  const value = readable(bytes.subarray(0, end));
  const cut = nul < 0 && count !== undefined && there < count;
  return at < end || cut ? { value, text: `"${text}"…`, elided: true } : { value, text: `"${text}"` };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const HEX_DIGITS = new TextEncoder().encode('0123456789abcdef');

/** UTF-8 as text, with \xNN in place of each byte that is none: a megabyte takes 4 ms, and 20 where most of it is no text. */
function readable(bytes: Uint8Array): string {
  let wrong = 0;
  for (let at = 0, length; at < bytes.length; at += length || 1) {
    length = (bytes[at] ?? 0) < 0x80 ? 1 : sequenceLength(bytes, at);
    if (length === 0) wrong += 1;
  }
  return decoder.decode(wrong === 0 ? bytes : escaped(bytes, wrong));
}

/** The bytes with the four characters \xNN in place of each of the `wrong` ones that are no UTF-8. */
function escaped(bytes: Uint8Array, wrong: number): Uint8Array {
  const all = new Uint8Array(bytes.length + 3 * wrong);
  let to = 0;
  for (let at = 0, length; at < bytes.length; at += length || 1) {
    length = sequenceLength(bytes, at);
    const byte = bytes[at] ?? 0;
    if (length === 0) {
      all[to++] = 0x5c;
      all[to++] = 0x78;
      all[to++] = HEX_DIGITS[byte >> 4] ?? 0;
      all[to++] = HEX_DIGITS[byte & 15] ?? 0;
    }
    for (let i = 0; i < length; i++) all[to++] = bytes[at + i] ?? 0;
  }
  return all;
}

/** '1 byte', '3 elements'. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
