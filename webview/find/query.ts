/** What was typed, as what is searched for. Pure: each function throws an Error with a sentence for the user. */
import { toRegex } from '../../src/decode/regex.ts';
import { MAX_PATTERN_BYTES, MAX_QUERY } from '../../src/protocol/limits.ts';
import type { NumberSpec, NumberType, SearchSpec, TextEncoding } from '../../src/protocol/searching.ts';

export const KINDS = ['text', 'hex', 'number', 'regex'] as const;
export type Kind = (typeof KINDS)[number];

export interface Query {
  readonly kind: Kind;
  readonly text: string;
  readonly encoding: TextEncoding;
  readonly matchCase: boolean;
  readonly number: NumberSpec;
  readonly tolerance: string;
}

const BITS: Readonly<Record<NumberType, number>> = {
  u8: 8, i8: 8, u16: 16, i16: 16, u32: 32, i32: 32, u64: 64, i64: 64, f32: 32, f64: 64,
}; // prettier-ignore

/** Bytes that a value of the type takes. */
export function sizeOf(type: NumberType): number {
  return BITS[type] / 8;
}

export function toSpec(query: Query): SearchSpec {
  const { kind, text, encoding, matchCase, number, tolerance } = query;
  if (text === '') throw new Error('Write what is to be found.');
  if (text.length > MAX_QUERY) throw new Error(`At most ${MAX_QUERY.toLocaleString('en-US')} characters can be searched for.`);
  if (kind === 'hex') return { kind: 'bytes', ...parseHex(text) };
  if (kind === 'number') {
    const value = parseNumber(text, number.type);
    const near = tolerance.trim() === '' ? {} : { tolerance: parseTolerance(tolerance, number.type) };
    return { kind: 'number', value, ...near, ...number };
  }
  if (kind === 'regex') {
    toRegex(text, matchCase);
    return { kind: 'regex', source: text, encoding: encoding === 'latin1' ? 'latin1' : 'utf8', matchCase };
  }
  checkText(text, encoding);
  return { kind: 'text', text, encoding, matchCase };
}

/** 'de ad ?? ef', '0xDE, 0xAD', 'd? ad': a '?' stands for any four bits. */
export function parseHex(text: string): { readonly bytes: Uint8Array; readonly mask?: Uint8Array } {
  const plain = text
    .replaceAll(/0x|\\x/gi, ' ')
    .replaceAll(/[\s,;:_-]+/g, ' ')
    .trim();
  const wrong = /[^0-9a-fA-F? ]/.exec(plain)?.[0];
  if (wrong !== undefined) throw new Error(`"${wrong}" is no hexadecimal digit. Write bytes as de ad ?? ef.`);
  const tokens = plain === '' ? [] : plain.split(' ').flatMap(split);
  if (tokens.length === 0) throw new Error('Write bytes as de ad ?? ef.');
  if (tokens.length > MAX_PATTERN_BYTES)
    throw new Error(`At most ${MAX_PATTERN_BYTES.toLocaleString('en-US')} bytes can be searched for.`);
  const bytes = Uint8Array.from(tokens, (token) => Number.parseInt(token.replaceAll('?', '0'), 16));
  if (!plain.includes('?')) return { bytes };
  const mask = Uint8Array.from(tokens, (token) => (token[0] === '?' ? 0 : 0xf0) | (token[1] === '?' ? 0 : 0x0f));
  if (mask.every((bits) => bits === 0)) throw new Error('Something has to be known: every byte matches this.');
  return { bytes, mask };
}

/** Digits without spaces come in pairs; a single one is a byte of its own. */
function split(token: string): string[] {
  if (token.length === 1) return [token === '?' ? '??' : `0${token}`];
  if (token.length % 2 === 1) throw new Error(`"${token.slice(0, 20)}" has an odd number of digits: a byte takes two.`);
  return token.match(/../g) ?? [];
}

const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;

/** The text that the host takes; checked against the type's range. */
export function parseNumber(text: string, type: NumberType): string {
  const typed = text.trim().replaceAll(/(?<=[\da-fA-F])[_'](?=[\da-fA-F])/g, '');
  if (type === 'f32' || type === 'f64') {
    if (!FLOAT.test(typed) && !/^[+-]?0x[0-9a-f]+$/i.test(typed)) throw new Error(`"${text.trim().slice(0, 40)}" is no number.`);
    const value = Number(typed);
    if (type === 'f32' && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
      throw new Error(`${typed} does not fit f32: it is too large.`);
    return typed;
  }
  const value = integer(typed);
  if (value === undefined) throw new Error(`"${text.trim().slice(0, 40)}" is no integer. Write 42, -1 or 0x2a.`);
  const [low, high] = rangeOf(type);
  if (value < low || value > high) throw new Error(`${typed} does not fit ${type} (${low} to ${high}).`);
  return value.toString();
}

function integer(text: string): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/i.exec(text);
  if (!match || text.length > 100) return undefined;
  const size = BigInt(match[2]?.toLowerCase() ?? '0');
  return match[1] === '-' ? -size : size;
}

function rangeOf(type: NumberType): readonly [bigint, bigint] {
  const bits = BigInt(BITS[type]);
  return type.startsWith('u') ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}

/** |found - value| at most: a number that is not negative; whole for integers. */
export function parseTolerance(text: string, type: NumberType): string {
  const typed = text.trim();
  const isFloat = type === 'f32' || type === 'f64';
  const known = isFloat ? /^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(typed) : /^\+?\d{1,20}$/.test(typed);
  if (!known) throw new Error(isFloat ? 'A tolerance is a number: 0.001' : 'A tolerance is a whole number: 1');
  return typed.replace('+', '');
}

function checkText(text: string, encoding: TextEncoding): void {
  const foreign = encoding === 'latin1' ? [...text].find((one) => (one.codePointAt(0) ?? 0) > 0xff) : undefined;
  if (foreign !== undefined) throw new Error(`"${foreign}" is no character of Latin-1.`);
}

/** Selected bytes as the query that finds them; undefined for none, and for more than anybody would read. */
export function queryOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2 || bytes.length > 32) return undefined;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
