/** What bytes are in every type that memory commonly holds, and how what is typed becomes bytes again. Pure. */
import type { TypeLayout } from '../../api.d.ts';
import { toBytes } from '../../src/decode/bits.ts';
import { encodeLeaf } from '../../src/decode/encode.ts';
import { decodeFloat, encodeFloat, floatText } from '../../src/decode/float.ts';
import { decodeLeaf } from '../../src/decode/leaf.ts';
import { encodeCodePoint, isControl, sequenceAt } from '../../src/decode/utf8.ts';
import { ipv4Text, ipv6Text, parseIpv4, parseIpv6, parseUuid, uuidText } from './addresses.ts';
import { parseTime, timeText, type TimeUnit } from './times.ts';

/** Bytes that the longest reading takes. */
export const LONGEST = 16;

export interface Context {
  readonly littleEndian: boolean;
  /** Bytes that binary and octal take: 1, 2, 4 or 8. */
  readonly width: number;
}

export interface Reading {
  readonly id: string;
  readonly name: string;
  /** Bytes that it takes; with fewer there is nothing to read. */
  readonly size: (context: Context) => number;
  /** Undefined where these bytes are no such value. */
  readonly read: (bytes: Uint8Array, context: Context) => string | undefined;
  /** Throws an Error with a sentence for the user. */
  readonly encode: (text: string, context: Context) => Uint8Array;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function type(name: string, kind: TypeLayout['kind'], size: number, signed = false): TypeLayout {
  return { name, kind, size, alignment: size, signed, origin: 'inspector' };
}

/** A type of C, as the fields show it. */
function leaf(id: string, name: string, layout: TypeLayout): Reading {
  return {
    id,
    name,
    size: () => layout.size,
    read: (bytes, { littleEndian }) => decodeLeaf(viewOf(bytes), 0, layout, { littleEndian }).text,
    encode: (text, { littleEndian }) => encodeLeaf(text, layout, { littleEndian }).bytes,
  };
}

function integers(): readonly Reading[] {
  return [1, 2, 4, 8].flatMap((size) =>
    [false, true].map((signed) => {
      const name = `${signed ? 'i' : 'u'}${size * 8}`;
      return leaf(name, name, type(name, 'integer', size, signed));
    }),
  );
}

function radix(id: 'binary' | 'octal' | 'hex', base: 2 | 8 | 16, prefix: string): Reading {
  return {
    id,
    name: id,
    size: ({ width }) => width,
    read: (bytes, { littleEndian, width }) => {
      const ordered = littleEndian ? bytes.toReversed() : bytes;
      const value = ordered.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      const digits = value.toString(base).padStart(Math.ceil((width * 8) / Math.log2(base)), '0');
      return base === 2 ? (digits.match(/.{8}/g) ?? []).join(' ') : digits;
    },
    encode: (text, { littleEndian, width }) => {
      const typed = text.replaceAll(/[\s_']/g, '');
      // Only its own: 0b is the beginning of a hexadecimal number, too.
      const digits = typed.toLowerCase().startsWith(prefix) ? typed.slice(2) : typed;
      const known = { 2: /^[01]+$/, 8: /^[0-7]+$/, 16: /^[0-9a-fA-F]+$/ }[base];
      if (!known.test(digits) || digits.length > 70) throw new Error(`Write ${id} digits.`);
      const value = BigInt(prefix + digits);
      if (value >> BigInt(width * 8)) throw new Error(`This does not fit ${width * 8} bits.`);
      return toBytes(value, width, littleEndian);
    },
  };
}

/** The upper half of a float: 8 bits of exponent, 7 of fraction. */
const bf16: Reading = {
  id: 'bf16',
  name: 'bf16',
  size: () => 2,
  read: (bytes, { littleEndian }) => {
    const bits = viewOf(bytes).getUint16(0, littleEndian);
    const value = bf16Value(bits);
    if (!Number.isFinite(value) || value === 0) return floatText(value);
    for (let digits = 1; digits < 5; digits++) {
      const candidate = Number(value.toPrecision(digits));
      if (bf16Bits(candidate) === bits) return floatText(candidate);
    }
    return floatText(value);
  },
  encode: (text, { littleEndian }) => {
    const single = encodeFloat(text.trim(), 4, true);
    if (!single) throw new Error(`"${text.trim()}" is no number.`);
    const value = viewOf(single).getFloat32(0, true);
    const bits = bf16Bits(value);
    if (!Number.isFinite(bf16Value(bits)) && !/inf|nan/i.test(text))
      throw new Error(`${text.trim()} does not fit bf16: it is too large.`);
    return toBytes(BigInt(bits), 2, littleEndian);
  },
};

function bf16Value(bits: number): number {
  return viewOf(toBytes(BigInt(bits) << 16n, 4, true)).getFloat32(0, true);
}

/** Round to nearest, ties to even. */
function bf16Bits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  if (Number.isNaN(value)) return (view.getUint16(0) | 0x7fc0) & 0xffff;
  const bits = view.getUint32(0);
  return Math.floor((bits + 0x7fff + ((bits >>> 16) & 1)) / 0x10000);
}

/** As the x87 stores it: ten bytes, always little-endian. */
const f80: Reading = {
  id: 'f80',
  name: 'f80 (x87)',
  size: () => 10,
  read: (bytes) => decodeFloat(viewOf(bytes), 0, 12, true)?.text,
  encode: (text) => {
    const bytes = encodeFloat(text.trim(), 12, true)?.slice(0, 10);
    if (!bytes) throw new Error(`"${text.trim()}" is no number.`);
    return bytes;
  },
};

function pointText(codePoint: number): string {
  const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  return isControl(codePoint) ? name : `${String.fromCodePoint(codePoint)}  ${name}`;
}

/** 'x', 'x  U+0078' or 'U+0078'. */
function parsePoint(text: string): number {
  const named = /^(?:.\s+)?U\+([0-9a-f]{1,6})$/iu.exec(text.trim())?.[1];
  const code = named === undefined ? undefined : Number.parseInt(named, 16);
  const all = [...(text.length > 1 ? text.trim() : text)];
  const point = code ?? (all.length === 1 ? all[0]?.codePointAt(0) : undefined);
  if (point === undefined || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
    throw new Error('Write one character, or its code point: U+4E2D');
  return point;
}

const utf8: Reading = {
  id: 'utf8',
  name: 'UTF-8',
  size: () => 1,
  read: (bytes) => {
    const sequence = sequenceAt(bytes, 0);
    return sequence && pointText(sequence.codePoint);
  },
  encode: (text) => Uint8Array.from(encodeCodePoint(parsePoint(text))),
};

const utf16: Reading = {
  id: 'utf16',
  name: 'UTF-16',
  size: () => 2,
  read: (bytes, { littleEndian }) => {
    const view = viewOf(bytes);
    const first = view.getUint16(0, littleEndian);
    if (first < 0xd800 || first > 0xdfff) return pointText(first);
    const second = bytes.length >= 4 && first < 0xdc00 ? view.getUint16(2, littleEndian) : 0;
    if (second < 0xdc00 || second > 0xdfff) return undefined;
    return pointText(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
  },
  encode: (text, { littleEndian }) => {
    const units = String.fromCodePoint(parsePoint(text));
    const all = new Uint8Array(units.length * 2);
    for (let at = 0; at < units.length; at++) viewOf(all).setUint16(at * 2, units.charCodeAt(at), littleEndian);
    return all;
  },
};

function time(id: string, name: string, size: 4 | 8, unit: TimeUnit): Reading {
  return {
    id,
    name,
    size: () => size,
    read: (bytes, { littleEndian }) => {
      const view = viewOf(bytes);
      return timeText(size === 4 ? BigInt(view.getInt32(0, littleEndian)) : view.getBigInt64(0, littleEndian), unit);
    },
    encode: (text, { littleEndian }) => {
      const value = parseTime(text, unit);
      if (BigInt.asIntN(size * 8, value) !== value) throw new Error(`This time does not fit ${size * 8} bits.`);
      return toBytes(value, size, littleEndian);
    },
  };
}

function network(
  id: string,
  name: string,
  size: number,
  read: (bytes: Uint8Array) => string,
  encode: (text: string) => Uint8Array,
): Reading {
  return { id, name, size: () => size, read: (bytes) => read(bytes.subarray(0, size)), encode };
}

/** In the order in which they are shown. */
export const READINGS: readonly Reading[] = [
  ...integers(),
  radix('binary', 2, '0b'),
  radix('octal', 8, '0o'),
  radix('hex', 16, '0x'),
  leaf('f16', 'f16', type('f16', 'float', 2)),
  bf16,
  leaf('f32', 'f32', type('f32', 'float', 4)),
  leaf('f64', 'f64', type('f64', 'float', 8)),
  f80,
  leaf('char', 'char', type('char', 'char', 1, true)),
  utf8,
  utf16,
  time('time32', 'time_t 32', 4, 1),
  time('time64', 'time_t 64', 8, 1),
  time('time-ms', 'time ms', 8, 1_000),
  time('time-us', 'time µs', 8, 1_000_000),
  time('time-ns', 'time ns', 8, 1_000_000_000),
  network('ipv4', 'IPv4', 4, ipv4Text, parseIpv4),
  network('ipv6', 'IPv6', 16, ipv6Text, parseIpv6),
  network('uuid', 'UUID', 16, uuidText, parseUuid),
  leaf('pointer', 'pointer', type('pointer', 'pointer', 8)),
];

/** How the reading shows the bytes; undefined where they are too few or no such value. */
export function readAs(reading: Reading, bytes: Uint8Array, context: Context): string | undefined {
  const size = reading.size(context);
  if (bytes.length < size) return undefined;
  // The code points may need more bytes than the shortest of them.
  return reading.read(reading.id.startsWith('utf') ? bytes : bytes.subarray(0, size), context);
}
