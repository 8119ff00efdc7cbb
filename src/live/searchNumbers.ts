/** Numbers as they were typed, and the ranges of them that are searched for. */
import { endianness } from 'node:os';
import { shmError } from '../native/errors.ts';
import type { RawInterval, RawNumber, RawPattern } from '../native/searches.ts';
import type { NumberSpec, NumberType } from '../protocol/searching.ts';

/** A whole number as bigint, a float as number. */
export type Value = bigint | number;

interface Ends {
  readonly low: Value;
  readonly high: Value;
}

const WIDTHS: Readonly<Record<NumberType, 1 | 2 | 4 | 8>> = {
  u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8, f32: 4, f64: 8,
}; // prettier-ignore

export function widthOf(type: NumberType): number {
  return WIDTHS[type];
}

export function rawNumber({ type, byteOrder, aligned }: NumberSpec): RawNumber {
  return { type, aligned, swapped: (byteOrder === 'little') !== (endianness() === 'LE') };
}

const isFloat = (type: NumberType): type is 'f32' | 'f64' => type.startsWith('f');

/** EINVAL for what is no number of this type's kind (NaN is none), ERANGE for one that the type cannot hold. */
export function parseNumber(text: string, type: NumberType): Value {
  const typed = text.trim().replaceAll('_', '');
  if (isFloat(type)) return parseFloating(typed);
  const whole = parseWhole(typed);
  if (whole === undefined) throw shmError('EINVAL', `"${shortened(text)}" is no whole number, such as 42, -7 or 0x2a.`);
  const { low, high } = limits(type);
  if (whole >= low && whole <= high) return whole;
  throw shmError('ERANGE', `${shortened(text)} does not fit into ${type}: it goes from ${low} to ${high}.`, {
    remedy: 'Choose a wider type, or one with or without a sign.',
  });
}

function parseFloating(typed: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(typed);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const value = /^[+-]?0x[0-9a-f]+$/i.test(typed) ? Number(parseWhole(typed)) : typed === '' ? NaN : Number(typed);
  if (Number.isNaN(value)) throw shmError('EINVAL', `"${shortened(typed)}" is no number that anything is equal to.`);
  return value;
}

function parseWhole(typed: string): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|0b[01]+|\d+)$/i.exec(typed);
  if (match) return match[1] === '-' ? -BigInt(match[2] ?? '0') : BigInt(match[2] ?? '0');
  // 1e3 and 42.0 are whole numbers too.
  const value = typed === '' ? NaN : Number(typed);
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function limits(type: NumberType): { readonly low: bigint; readonly high: bigint } {
  const bits = BigInt(8 * WIDTHS[type]);
  return type.startsWith('u')
    ? { low: 0n, high: (1n << bits) - 1n }
    : { low: -(1n << (bits - 1n)), high: (1n << (bits - 1n)) - 1n };
}

/** 0 or more; Infinity is allowed. Absent or empty is 0. */
export function parseTolerance(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return 0;
  const value = parseFloating(text.trim().replaceAll('_', ''));
  if (value < 0) throw shmError('EINVAL', 'A tolerance is 0 or more.');
  return value;
}

/** What finds `value` itself: its bytes, where -0 and +0 are equal. A float is rounded to the type first. */
export function exactPattern(value: Value, spec: NumberSpec): RawPattern {
  const host = bytesOf(value, spec.type);
  const inOrder = (bytes: Uint8Array): Uint8Array => (rawNumber(spec).swapped ? bytes.toReversed() : bytes);
  const pattern = { bytes: inOrder(host), step: spec.aligned ? host.length : 1 };
  if (!isFloat(spec.type)) return pattern;
  // All bits but the sign: those that -0 has not.
  const mask = bytesOf(-0, spec.type).map((byte) => ~byte);
  return host.some((byte, i) => (byte & (mask[i] ?? 0)) !== 0) ? pattern : { ...pattern, mask: inOrder(mask) };
}

/** The numbers x of the type with |x - value| <= tolerance, computed as a double does it. */
export function around(value: Value, tolerance: number, spec: NumberSpec): RawInterval {
  const { type } = spec;
  if (typeof value === 'bigint') {
    const { low, high } = limits(type);
    const reach = tolerance === Infinity ? high - low : BigInt(Math.floor(tolerance));
    return interval({ low: larger(value - reach, low), high: smaller(value + reach, high) }, spec);
  }
  const nearest = type === 'f32' ? Math.fround(value) : value;
  const isNear = (x: number): boolean => x === value || Math.abs(x - value) <= tolerance;
  if (!isNear(nearest)) return interval(NOTHING, spec);
  return interval({ low: farthest(nearest, -Infinity, type, isNear), high: farthest(nearest, Infinity, type, isNear) }, spec);
}

/** The numbers of the type from `low` to `high`. EINVAL where `low` is the larger one. */
export function between(low: Value, high: Value, spec: NumberSpec): RawInterval {
  if (low > high) throw shmError('EINVAL', 'The first number of a range is the smaller one.');
  if (spec.type !== 'f32' || typeof low === 'bigint' || typeof high === 'bigint') return interval({ low, high }, spec);
  // The floats that are inside; rounding alone could go outside.
  const lowest = Math.fround(low) < low ? next32(Math.fround(low), 1) : Math.fround(low);
  const highest = Math.fround(high) > high ? next32(Math.fround(high), -1) : Math.fround(high);
  return interval(lowest > highest ? NOTHING : { low: lowest, high: highest }, spec);
}

/** No number is in this one. */
const NOTHING: Ends = { low: 1, high: -1 };

function interval({ low, high }: Ends, spec: NumberSpec): RawInterval {
  return { ...rawNumber(spec), low: bytesOf(low, spec.type), high: bytesOf(high, spec.type) };
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** In this machine's byte order. */
function bytesOf(value: Value, type: NumberType): Uint8Array {
  const width = WIDTHS[type];
  if (type === 'f32') return new Uint8Array(Float32Array.of(Number(value)).buffer);
  if (type === 'f64') return new Uint8Array(Float64Array.of(Number(value)).buffer);
  const bytes = new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, BigInt(value))).buffer);
  return endianness() === 'LE' ? bytes.slice(0, width) : bytes.slice(8 - width);
}

/** The number that is farthest from `nearest` towards `end` and still near; what is beyond one that is not near is not near either. */
function farthest(nearest: number, end: number, type: NumberType, isNear: (x: number) => boolean): number {
  if (isNear(end)) return end;
  let near = rankOf(nearest, type);
  let far = rankOf(end, type);
  while (near - far > 1n || far - near > 1n) {
    const middle = (near + far) / 2n;
    if (isNear(numberOf(middle, type))) near = middle;
    else far = middle;
  }
  return numberOf(near, type);
}

/** Floats by their order: neighbours differ by 1, and both zeros are 0. */
function rankOf(value: number, type: NumberType): bigint {
  const wide = type === 'f64';
  const bits = wide ? new BigInt64Array(Float64Array.of(value).buffer)[0] : new Int32Array(Float32Array.of(value).buffer)[0];
  const signed = BigInt(bits ?? 0);
  return signed >= 0n ? signed : -(signed + (1n << (wide ? 63n : 31n)));
}

function numberOf(rank: bigint, type: NumberType): number {
  const magnitude = rank < 0n ? -rank : rank;
  const value =
    type === 'f64'
      ? new Float64Array(BigInt64Array.of(magnitude).buffer)[0]
      : new Float32Array(Int32Array.of(Number(magnitude)).buffer)[0];
  return rank < 0n ? -(value ?? 0) : (value ?? 0);
}

function next32(value: number, by: 1 | -1): number {
  return numberOf(rankOf(value, 'f32') + BigInt(by), 'f32');
}
