/**
 * What a person types into a value cell, as bytes. Every text that decodeLeaf shows in full gives the same value back; a char array that is
 * full to its last byte, without a NUL, is refused, since C could not read it as text.
 */
import type { TypeLayout } from '../../api.d.ts';
import { bitFieldBytes, bitFieldShift, toBytes } from './bits.ts';
import { decodeFloat, encodeFloat } from './float.ts';
import { isCharArray, plural } from './leaf.ts';
import { inOrder } from './order.ts';
import { encodeCodePoint } from './utf8.ts';

export interface EncodeOptions {
  readonly littleEndian: boolean;
  /** Bit-field: its first bit, counted from the first byte that is to be written, and its width in bits. */
  readonly bitOffset?: number | undefined;
  readonly bitWidth?: number | undefined;
}

export interface Encoded {
  readonly bytes: Uint8Array;
  /** Bit-field: the bits of `bytes` that are to be stored; the others keep what they are. */
  readonly mask?: Uint8Array;
}

/**
 * Encodes `text` as a value of `type`. Integers: decimal, 0x, 0b, 0o or a leading 0 (octal), with a sign, 'x' for a character; enums by name
 * or number; bools as true, false or a number; floats with nan, inf and C hex floats; pointers as integers or NULL; char arrays as text, with
 * or without quotes, escapes as in C (\xNN takes two digits, \uNNNN four), the rest of the array zeros. Throws an Error with a sentence for
 * the user where the text is no such value or does not fit.
 */
export function encodeLeaf(text: string, type: TypeLayout, asked: EncodeOptions): Encoded {
  const options = inOrder(type, asked);
  const typed = text.trim();
  if (isCharArray(type)) return { bytes: encodeText(text, type) };
  if (type.kind === 'float') {
    const number = typed.replace(/(?<=[\d.])[fFlL]$/, '');
    const bytes = encodeFloat(number, type.size, options.littleEndian);
    if (bytes === undefined) throw new Error(`"${typed}" is no number.`);
    if (isInfinite(bytes, type, options.littleEndian) && !/inf/i.test(number))
      throw new Error(`${typed} does not fit ${type.name}: it is too large.`);
    return { bytes };
  }
  const value = parseValue(typed, type);
  const width = options.bitWidth ?? type.size * 8;
  const raw = fit(value, typed, type, width, options.bitWidth !== undefined);
  if (options.bitWidth === undefined) return { bytes: toBytes(raw, type.size, options.littleEndian) };
  const within = (options.bitOffset ?? 0) % 8;
  const size = bitFieldBytes(within, width);
  const shift = bitFieldShift(within, width, size, options.littleEndian);
  const ones = (1n << BigInt(width)) - 1n;
  return { bytes: toBytes(raw << shift, size, options.littleEndian), mask: toBytes(ones << shift, size, options.littleEndian) };
}

function parseValue(text: string, type: TypeLayout): bigint {
  switch (type.kind) {
    case 'bool':
      if (/^true\b/i.test(text)) return 1n;
      if (/^false$/i.test(text)) return 0n;
      return integer(text, 'Write true, false or a number.') === 0n ? 0n : 1n;
    case 'pointer':
      return /^(null|nullptr)$/i.test(text) ? 0n : integer(text, 'Write an address as 0x… or NULL.');
    case 'enum':
      return enumerator(text, type);
    case 'char':
    case 'integer':
      return character(text) ?? integer(text, 'Write a number: 42, -1, 0x2a, 0b101 or 052.');
    default:
      throw new Error(`A value of type ${type.name} cannot be typed in: change its parts, or its bytes.`);
  }
}

function integer(text: string, hint: string): bigint {
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(\d+))(?:[uUlL]{0,3})$/.exec(
    text.replace(/(?<=[\da-fA-F])[_'](?=[\da-fA-F])/g, ''),
  );
  if (!match || text.length > 200) throw new Error(`"${text.slice(0, 60)}" is no number. ${hint}`);
  const [, sign, hex, binary, octal, plain = '0'] = match;
  const size = BigInt(hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : plain);
  return sign === '-' ? -size : size;
}

function enumerator(text: string, type: TypeLayout): bigint {
  const name = /^([A-Za-z_][\w:]*)(?:\s*\(.*\))?$/.exec(text)?.[1];
  if (name === undefined) return integer(text, `Write a name of ${type.name} or a number.`);
  const all = type.enumerators ?? [];
  const found = all.find((one) => one.name === name) ?? all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found) return found.value;
  const some = all.slice(0, 8).map((one) => one.name);
  throw new Error(`${type.name} has no ${name}. It has ${some.join(', ')}${all.length > some.length ? ', …' : ''}.`);
}

/** 'x', or 'x' (120) as it is shown. */
function character(text: string): bigint | undefined {
  const quoted = /^['‘’](.+)['‘’](?:\s*\(.*\))?$/su.exec(text)?.[1];
  const plain = quoted ?? (/^[^\d\s+-]$/u.test(text) ? text : undefined);
  if (plain === undefined) return undefined;
  const bytes = unescape(plain);
  if (bytes.length !== 1) throw new Error(`'${plain}' takes ${plural(bytes.length, 'byte')} in UTF-8, not one.`);
  return BigInt(bytes[0] ?? 0);
}

/** The low `width` bits, or an error that names the range. Hex, octal and binary may also write the bits of a negative number. */
function fit(value: bigint, text: string, type: TypeLayout, width: number, isBitField: boolean): bigint {
  const signed = type.signed === true && type.kind !== 'pointer' && type.kind !== 'bool';
  const bits = BigInt(width);
  const low = signed ? -(1n << (bits - 1n)) : 0n;
  const high = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  const pattern = /^(0[xXbBoO0-7]|['‘])/.test(text) || (type.kind === 'char' && value > 0n);
  if (value >= low && value <= (pattern && signed ? (1n << bits) - 1n : high)) return BigInt.asUintN(width, value);
  const what = isBitField ? `a bit-field of ${plural(width, 'bit')}` : type.name;
  throw new Error(`${text} does not fit ${what} (${low} to ${high}).`);
}

function encodeText(text: string, type: TypeLayout): Uint8Array {
  const quoted = /^\s*["“”]([\s\S]*)["“”]\s*$/.exec(text)?.[1];
  if (/^\s*"[\s\S]*"…\s*$/.test(text)) throw new Error('This text is cut off: write the whole of it.');
  const bytes = unescape(quoted ?? text);
  const count = type.count;
  if (count === undefined) return Uint8Array.of(...bytes, 0);
  if (bytes.length + 1 > count && !(bytes.length === 0 && count === 0)) {
    throw new Error(`The text takes ${plural(bytes.length, 'byte')} and a NUL; ${type.name} holds ${count}.`);
  }
  const all = new Uint8Array(count);
  all.set(bytes);
  return all;
}

const SIMPLE = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, e: 27, '"': 34, "'": 39, '\\': 92, '?': 63 }),
);

/** The UTF-8 bytes of a text with C escapes. A backslash before anything else stands for itself. */
function unescape(text: string): number[] {
  const bytes: number[] = [];
  const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(.))|([\s\S])/suy;
  for (let match = escape.exec(text); match !== null; match = escape.exec(text)) {
    const [, hex, short, long, octal, letter, plain] = match;
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(parseInt(octal, 8) & 0xff);
    else if (plain !== undefined) pushAll(bytes, plain.codePointAt(0) ?? 0);
    else if (letter !== undefined) {
      const code = SIMPLE.get(letter);
      if (code === undefined) bytes.push(0x5c);
      pushAll(bytes, code ?? letter.codePointAt(0) ?? 0);
    } else {
      const code = parseInt(short ?? long ?? '0', 16);
      if (code > 0x10ffff) throw new Error(`\\U${long ?? ''} is no character.`);
      pushAll(bytes, code);
    }
  }
  return bytes;
}

function pushAll(bytes: number[], codePoint: number): void {
  for (const byte of encodeCodePoint(codePoint)) bytes.push(byte);
}

function isInfinite(bytes: Uint8Array, type: TypeLayout, littleEndian: boolean): boolean {
  const text = decodeFloat(new DataView(bytes.buffer), 0, type.size, littleEndian)?.text;
  return text === 'inf' || text === '-inf';
}
