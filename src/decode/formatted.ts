/** One value in a display format: out of bytes, and back out of what was typed in. */
import type { TypeLayout } from '../../api.d.ts';
import { bytesText, ipv4Text, ipv6Text, parseBytes, parseIpv4, parseIpv6, parseUuid, uuidText } from './address.ts';
import { toBytes } from './bits.ts';
import { encodeLeaf, type Encoded } from './encode.ts';
import { floatNote } from './floatNote.ts';
import { decodeFloat, encodeFloat } from './float.ts';
import { MAX_BYTES, type FormatName } from './format.ts';
import { decodeLeaf, isCharArray, PAST_END, plural, readRaw, type Leaf, type LeafOptions } from './leaf.ts';
import { inOrder } from './order.ts';
import { offsetPointer, offsetPointerValue } from './pointer.ts';
import { durationText, parseDuration, parseTime, timeText, UNITS, type Unit } from './time.ts';

export interface Shown extends Leaf {
  /** A word about the value that is no part of it: 'denormal', 'no date'. */
  readonly note?: string;
}

export interface FormatOptions extends LeafOptions {
  /** Where the value stands in the segment: offset pointers count from there. */
  readonly offset: number;
}

const RADIX = { decimal: 10, hex: 16, binary: 2, octal: 8 } as const;
const texts = new WeakMap<TypeLayout, TypeLayout>();

/** An array of small integers as the char array of the same length. */
function asText(type: TypeLayout): TypeLayout {
  const known = texts.get(type);
  if (known || !type.element || isCharArray(type)) return known ?? type;
  const text: TypeLayout = { ...type, element: { ...type.element, kind: 'char' } };
  texts.set(type, text);
  return text;
}

/** The value at `position` of `view`; as decodeLeaf, where the bytes are not there or the format is 'default'. */
export function decodeAs(format: FormatName, view: DataView, position: number, type: TypeLayout, asked: FormatOptions): Shown {
  const options = inOrder(type, asked);
  if (format === 'default') return withNote(decodeLeaf(view, position, type, options), view, position, type, options);
  if (format === 'text') return decodeLeaf(view, position, asText(type), options);
  if (format === 'bytes') return decodeBytes(view, position, type.size);
  if (format === 'ipv6' || format === 'uuid' || (format === 'ipv4-network' && type.kind !== 'pointer')) {
    const bytes = bytesAt(view, position, format === 'ipv4-network' ? 4 : 16);
    return bytes ? whole(format === 'uuid' ? uuidText(bytes) : format === 'ipv6' ? ipv6Text(bytes) : ipv4Text(bytes)) : GONE;
  }
  const raw = readRaw(view, position, type.size, options);
  return raw === undefined ? GONE : decodeRaw(format, raw, view, position, type, options);
}

const GONE: Shown = { text: PAST_END };
const whole = (text: string): Shown => ({ value: text, text });

function withNote(leaf: Leaf, view: DataView, position: number, type: TypeLayout, options: FormatOptions): Shown {
  if (type.kind !== 'float' || leaf.value === undefined) return leaf;
  const note = floatNote(view, position, type.size, options.littleEndian);
  return note === undefined ? leaf : { ...leaf, note };
}

function bytesAt(view: DataView, position: number, size: number): Uint8Array | undefined {
  if (position < 0 || position + size > view.byteLength) return undefined;
  return new Uint8Array(view.buffer, view.byteOffset + position, size);
}

/** Of a long array the beginning: what of it is there, and at most MAX_BYTES. */
function decodeBytes(view: DataView, position: number, size: number): Shown {
  const there = Math.min(size || Infinity, view.byteLength - position, MAX_BYTES);
  if (position < 0 || there <= 0) return size === 0 ? whole('') : GONE;
  const text = bytesText(new Uint8Array(view.buffer, view.byteOffset + position, there));
  return there < size ? { value: text, text: `${text}…`, elided: true } : whole(text);
}

function widthOf(type: TypeLayout, options: LeafOptions): number {
  return options.bitWidth ?? type.size * 8;
}

function decodeRaw(
  format: FormatName,
  raw: bigint,
  view: DataView,
  position: number,
  type: TypeLayout,
  options: FormatOptions,
): Shown {
  // prettier-ignore
  const width = widthOf(type, options);
  const integer = type.signed === true ? BigInt.asIntN(width, raw) : raw;
  switch (format) {
    case 'decimal':
      return { value: type.size <= 4 ? Number(integer) : integer, text: integer.toString() };
    case 'hex':
    case 'binary':
    case 'octal':
      return whole(radixText(raw, format));
    case 'character':
      return whole(characterText(raw, integer, view, position, type, options));
    case 'float': {
      const float = decodeFloat(view, position, type.size, options.littleEndian);
      const note = floatNote(view, position, type.size, options.littleEndian);
      return float ? { ...float, ...(note === undefined ? {} : { note }) } : GONE;
    }
    case 'ipv4':
      return whole(ipv4Text(toBytes(raw, 4, false)));
    case 'pointer':
      return whole(raw === 0n ? 'NULL' : `0x${raw.toString(16)}`);
    case 'offset':
      return whole(`+0x${raw.toString(16)}`);
    case 'offset-pointer':
      return offsetPointerShown(BigInt.asIntN(width, raw), options.offset);
    default:
      return timeShown(format, integer, view, position, type, options);
  }
}

function radixText(raw: bigint, format: 'hex' | 'binary' | 'octal'): string {
  if (raw === 0n) return '0';
  return `${{ hex: '0x', binary: '0b', octal: '0' }[format]}${raw.toString(RADIX[format])}`;
}

function characterText(
  raw: bigint,
  integer: bigint,
  view: DataView,
  position: number,
  type: TypeLayout,
  options: LeafOptions,
): string {
  // prettier-ignore
  if (type.size === 1) return decodeLeaf(view, position, { ...type, kind: 'char' }, options).text;
  const code = Number(raw);
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (!isCharacter || code < 0x20 || (code >= 0x7f && code < 0xa0)) return integer.toString();
  return `'${String.fromCodePoint(code)}' (${integer})`;
}

function offsetPointerShown(value: bigint, offset: number): Shown {
  const target = offsetPointer(value, offset);
  if (target === undefined) return whole('null');
  return whole(target < 0n ? `-0x${(-target).toString(16)}` : `+0x${target.toString(16)}`);
}

function isUnit(name: string): name is Unit {
  return Object.hasOwn(UNITS, name);
}

/** 'local-ms' -> 'local' and 'ms'. */
function timeParts(format: FormatName): { readonly way: string; readonly unit: Unit } {
  const [way = '', unit = ''] = format.split('-');
  return { way, unit: isUnit(unit) ? unit : 's' };
}

function timeShown(
  format: FormatName,
  integer: bigint,
  view: DataView,
  position: number,
  type: TypeLayout,
  options: LeafOptions,
): Shown {
  // prettier-ignore
  const { way, unit } = timeParts(format);
  const float = type.kind === 'float' ? decodeFloat(view, position, type.size, options.littleEndian) : undefined;
  // A double holds the time of these years to about a quarter of a microsecond.
  const micro = float && Math.round(unit === 's' ? float.value * 1e6 : (float.value * Number(UNITS[unit])) / 1000);
  if (float && !Number.isFinite(micro)) return { ...float, note: way === 'duration' ? 'no duration' : 'no date' };
  const nanoseconds = micro === undefined ? integer * UNITS[unit] : BigInt(micro) * 1000n;
  const text = way === 'duration' ? durationText(nanoseconds) : timeText(nanoseconds, float ? 'us' : unit, way === 'local');
  return text === undefined
    ? { value: float?.value ?? integer, text: float?.text ?? integer.toString(), note: 'no date' }
    : whole(text);
}

/**
 * What was typed for a value that is shown in `format`, as bytes. What the format cannot read is taken as the plain type's: a number for a
 * time, say. Throws an Error with a sentence for the user.
 */
export function encodeAs(format: FormatName, text: string, type: TypeLayout, asked: FormatOptions): Encoded {
  const options = inOrder(type, asked);
  const typed = text.trim();
  if (format === 'text') return encodeLeaf(text, asText(type), options);
  if (format === 'bytes') return { bytes: exactly(parseBytes(typed), typed, type.size) };
  if (format === 'uuid') return { bytes: needed(parseUuid(typed), 'Write a UUID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6.') };
  if (format === 'ipv6') return { bytes: needed(parseIpv6(typed), 'Write an IPv6 address: 2001:db8::1.') };
  if (format === 'ipv4' || format === 'ipv4-network') return encodeIpv4(format, typed, type, options);
  if (format === 'float')
    return { bytes: needed(encodeFloat(typed, type.size, options.littleEndian), `"${typed}" is no number.`) };
  if (format === 'offset-pointer') return encodeOffsetPointer(typed, type, options);
  if (format === 'offset') return encodeLeaf(typed.replace(/^\+/, ''), type, options);
  if (format === 'character' && type.size > 1) return encodeCharacter(typed, type, options);
  if (type.kind === 'float' && (format === 'hex' || format === 'binary') && /^0[xb]/i.test(typed))
    return encodeLeaf(typed, unsigned(type), options);
  const { way } = timeParts(format);
  return way === 'time' || way === 'local' || way === 'duration'
    ? encodeTime(format, typed, type, options)
    : encodeLeaf(text, type, options);
}

function needed(bytes: Uint8Array | undefined, hint: string): Uint8Array {
  if (!bytes) throw new Error(hint);
  return bytes;
}

function exactly(bytes: Uint8Array | undefined, typed: string, size: number): Uint8Array {
  if (!bytes) throw new Error(`"${typed.slice(0, 60)}" are no bytes. Write two hexadecimal digits for each: de ad be ef.`);
  if (bytes.length !== size) throw new Error(`These are ${plural(bytes.length, 'byte')}, and it takes ${size}.`);
  return bytes;
}

function unsigned(type: TypeLayout): TypeLayout {
  return { ...type, kind: 'integer', signed: false };
}

function encodeIpv4(format: 'ipv4' | 'ipv4-network', typed: string, type: TypeLayout, options: LeafOptions): Encoded {
  const bytes = parseIpv4(typed);
  if (!bytes && (type.kind === 'array' || typed.includes('.'))) throw new Error('Write an IPv4 address: 192.168.0.1.');
  if (!bytes) return encodeLeaf(typed, type, options);
  return { bytes: format === 'ipv4' && options.littleEndian ? bytes.toReversed() : bytes };
}

/** Typed as the offset that it points to, since that is what is shown. */
function encodeOffsetPointer(typed: string, type: TypeLayout, options: FormatOptions): Encoded {
  if (/^(?:null|nullptr)$/i.test(typed))
    return { bytes: toBytes(offsetPointerValue(undefined, options.offset), type.size, options.littleEndian) };
  const match = /^([+-]?)(0x[\da-f]{1,16}|\d{1,19})$/i.exec(typed);
  if (!match) throw new Error('Write the offset in the segment that it points to, as +0x40, or null.');
  const target = BigInt(match[2] ?? '0') * (match[1] === '-' ? -1n : 1n);
  const value = offsetPointerValue(target, options.offset);
  if (value === 1n) throw new Error('An offset pointer to the byte after its first one means null, and can point nowhere else.');
  return encodeLeaf(value.toString(), { ...type, kind: 'integer', signed: true }, options);
}

function encodeCharacter(typed: string, type: TypeLayout, options: LeafOptions): Encoded {
  const quoted = /^'(.+)'(?:\s*\(.*\))?$/su.exec(typed)?.[1] ?? (/^[^\d\s+-]$/u.test(typed) ? typed : undefined);
  if (quoted === undefined) return encodeLeaf(typed, type, options);
  if ([...quoted].length !== 1) throw new Error(`'${quoted.slice(0, 60)}' is more than one character.`);
  return encodeLeaf(String(quoted.codePointAt(0)), type, options);
}

function encodeTime(format: FormatName, typed: string, type: TypeLayout, options: LeafOptions): Encoded {
  const { way, unit } = timeParts(format);
  const nanoseconds = way === 'duration' ? parseDuration(typed) : parseTime(typed, way === 'local');
  if (nanoseconds === undefined) {
    if (/^[+-]?(?:0[xbo])?[\d.a-f]+$/i.test(typed)) return encodeLeaf(typed, type, options);
    throw new Error(
      way === 'duration' ? 'Write a duration: 1.5 ms, 2 h 30 min, 0:01:30.' : 'Write a time: 2026-11-21 12:03:11.5Z.',
    );
  }
  const scale = UNITS[unit];
  if (type.kind === 'float') return encodeLeaf(decimal(nanoseconds, scale), type, options);
  if (nanoseconds % scale !== 0n) throw new Error(`${typed} is finer than this field: it counts ${COUNTS[unit]}.`);
  return encodeLeaf((nanoseconds / scale).toString(), { ...type, kind: 'integer' }, options);
}

const COUNTS: Readonly<Record<Unit, string>> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' };

/** `value` / `scale`, a power of ten, written out. */
function decimal(value: bigint, scale: bigint): string {
  const size = value < 0n ? -value : value;
  const rest = (size % scale).toString().padStart(scale.toString().length - 1, '0');
  return `${value < 0n ? '-' : ''}${size / scale}.${rest || '0'}`;
}
