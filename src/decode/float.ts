/** Floating-point formats: IEEE 754 binary16/32/64, and the x87 80-bit format in 12 or 16 bytes (System V ABI, x86). */
import { shortSingle } from './single.ts';

/** value = (negative ? -1 : 1) * mantissa * 2^exponent. */
interface Parts {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
}

const X87_BIAS = 16383;
const HALF_BIAS = 15;

/** The float of `size` bytes at `at`, as a number (a long double is rounded to one) and as the shortest text that gives it back. */
export function decodeFloat(
  view: DataView,
  at: number,
  size: number,
  littleEndian: boolean,
): { value: number; text: string } | undefined {
  if (size === 4) {
    const value = view.getFloat32(at, littleEndian);
    return { value, text: shortestSingle(value) };
  }
  if (size === 8) {
    const value = view.getFloat64(at, littleEndian);
    return { value, text: floatText(value) };
  }
  if (size === 2) {
    const value = halfValue(view.getUint16(at, littleEndian));
    return { value, text: shortestHalf(value) };
  }
  return size === 16 || size === 12 ? decodeX87(view, at) : undefined;
}

/** 'nan', 'inf', '-inf', '-0' or what JavaScript writes, which is the shortest text that gives the same double. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function shortest(value: number, from: number, to: number, same: (candidate: number) => boolean): string {
  if (!Number.isFinite(value) || value === 0) return floatText(value);
  // Whatever gives it back with some digits does so with more: a decimal of few digits is one of many.
  let [low, high] = [from, to];
  while (low < high) {
    const digits = (low + high) >> 1;
    if (same(Number(value.toPrecision(digits)))) high = digits;
    else low = digits + 1;
  }
  const candidate = Number(value.toPrecision(low));
  return floatText(same(candidate) ? candidate : value);
}

function shortestSingle(value: number): string {
  if (!Number.isFinite(value) || value === 0) return floatText(value);
  const short = shortSingle(value);
  if (short !== undefined) return String(short);
  return shortest(value, 1, 9, (candidate) => Math.fround(candidate) === value);
}

function shortestHalf(value: number): string {
  return shortest(value, 1, 5, (candidate) => halfValue(halfBits(candidate)) === value);
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** binary16 by round to nearest, ties to even. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? 1 - HALF_BIAS : Math.floor(Math.log2(size));
  const quantum = 2 ** (exponent - 10);
  const scaled = size / quantum;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const units = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return sign | (size < 2 ** -14 ? units : ((exponent + HALF_BIAS) << 10) + (units - 1024));
}

function decodeX87(view: DataView, at: number): { value: number; text: string } {
  const mantissa = view.getBigUint64(at, true);
  const top = view.getUint16(at + 8, true);
  const negative = (top & 0x8000) !== 0;
  const exponent = top & 0x7fff;
  const sign = negative ? -1 : 1;
  if (exponent === 0x7fff) {
    const value = mantissa << 1n === 1n << 64n ? sign * Infinity : NaN;
    return { value, text: floatText(value) };
  }
  // Without the integer bit, a number with a non-zero exponent is an 'unnormal', which the processor refuses (Intel SDM vol. 1, 8.2.2).
  if (exponent !== 0 && mantissa >> 63n === 0n) return { value: NaN, text: 'nan' };
  if (mantissa === 0n) return { value: sign * 0, text: negative ? '-0' : '0' };
  const parts = { negative, mantissa, exponent: (exponent === 0 ? 1 : exponent) - X87_BIAS - 63 };
  return { value: partsToNumber(parts), text: shortestX87(parts) };
}

function partsToNumber({ negative, mantissa, exponent }: Parts): number {
  const half = Math.trunc(exponent / 2);
  const size = Number(mantissa) * 2 ** half * 2 ** (exponent - half);
  return negative ? -size : size;
}

function shortestX87(parts: Parts): string {
  // A denormal has fewer digits that mean something.
  for (let digits = parts.mantissa >> 63n ? 15 : 1; digits <= 21; digits++) {
    const text = decimal(parts, digits);
    const back = x87Bits(text);
    if (back !== undefined && sameX87(back, parts)) return text;
  }
  return decimal(parts, 21);
}

function sameX87(bits: { mantissa: bigint; top: number }, parts: Parts): boolean {
  const exponent = (bits.top & 0x7fff || 1) - X87_BIAS - 63;
  return bits.mantissa === parts.mantissa && exponent === parts.exponent;
}

/** `digits` significant decimal digits, written as JavaScript writes numbers. */
function decimal({ negative, mantissa, exponent }: Parts, digits: number): string {
  const numerator = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa;
  const denominator = exponent >= 0 ? 1n : 1n << BigInt(-exponent);
  let power = Math.floor((mantissa.toString(2).length - 1 + exponent) * Math.LOG10E * Math.LN2);
  let scaled = scale(numerator, denominator, digits - 1 - power);
  if (scaled >= 10n ** BigInt(digits)) scaled = scale(numerator, denominator, digits - 1 - ++power);
  else if (scaled < 10n ** BigInt(digits - 1)) scaled = scale(numerator, denominator, digits - 1 - --power);
  if (scaled >= 10n ** BigInt(digits)) {
    scaled /= 10n;
    power++;
  }
  const text = scaled.toString().replace(/0+$/, '');
  return (negative ? '-' : '') + positional(text, power);
}

function scale(numerator: bigint, denominator: bigint, power: number): bigint {
  const top = power >= 0 ? numerator * 10n ** BigInt(power) : numerator;
  const bottom = power >= 0 ? denominator : denominator * 10n ** BigInt(-power);
  return (2n * top + bottom) / (2n * bottom);
}

function positional(digits: string, power: number): string {
  if (power >= 0 && power < 21) {
    const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
    return digits.length > power + 1 ? `${whole}.${digits.slice(power + 1)}` : whole;
  }
  if (power < 0 && power >= -7) return `0.${'0'.repeat(-power - 1)}${digits}`;
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${mantissa}e${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

/** The bytes of the number that `text` writes (decimal, C hex float, inf, nan), or undefined where it writes none. */
export function encodeFloat(text: string, size: number, littleEndian: boolean): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 16 || size === 12) {
    const bits = x87Bits(text);
    if (bits === undefined) return undefined;
    view.setBigUint64(0, bits.mantissa, true);
    view.setUint16(8, bits.top, true);
    return bytes;
  }
  const value = parseNumber(text);
  if (value === undefined) return undefined;
  if (size === 4) view.setFloat32(0, value, littleEndian);
  else if (size === 8) view.setFloat64(0, value, littleEndian);
  else if (size === 2) view.setUint16(0, halfBits(value), littleEndian);
  else return undefined;
  return bytes;
}

const SPECIAL = /^([+-]?)(?:(inf|infinity)|(nan)(?:\(.*\))?)$/i;
const DECIMAL = /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d{1,6}))?$/i;
const HEX = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d{1,6}))?$/i;

function parseNumber(text: string): number | undefined {
  const special = SPECIAL.exec(text);
  if (special) return special[3] ? NaN : special[1] === '-' ? -Infinity : Infinity;
  if (DECIMAL.test(text)) return Number(text);
  const parts = hexParts(text);
  if (parts === undefined) return undefined;
  return parts.mantissa === 0n ? (parts.negative ? -0 : 0) : partsToNumber(parts);
}

function hexParts(text: string): Parts | undefined {
  const match = HEX.exec(text);
  const digits = (match?.[2] ?? '') + (match?.[3] ?? '');
  if (!match || digits === '' || digits.length > 1000) return undefined;
  return {
    negative: match[1] === '-',
    mantissa: BigInt(`0x${digits}`),
    exponent: Number(match[4] ?? 0) - 4 * (match[3] ?? '').length,
  };
}

function x87Bits(text: string): { mantissa: bigint; top: number } | undefined {
  const special = SPECIAL.exec(text);
  if (special) return { mantissa: special[3] ? 0xc000000000000000n : 1n << 63n, top: (special[1] === '-' ? 0x8000 : 0) | 0x7fff };
  const hex = hexParts(text);
  if (hex)
    return rationalToX87(
      hex.negative,
      hex.exponent >= 0 ? hex.mantissa << BigInt(Math.min(hex.exponent, 40000)) : hex.mantissa,
      hex.exponent >= 0 ? 1n : 1n << BigInt(Math.min(-hex.exponent, 40000)),
    );
  const match = DECIMAL.exec(text);
  if (!match || text.length > 1000) return undefined;
  const [whole = '', fraction = ''] = (match[2] ?? '').split('.');
  const power = Math.max(-6000, Math.min(6000, Number(match[3] ?? 0))) - fraction.length;
  const digits = BigInt(whole + fraction);
  return rationalToX87(
    match[1] === '-',
    power >= 0 ? digits * 10n ** BigInt(power) : digits,
    power >= 0 ? 1n : 10n ** BigInt(-power),
  );
}

/** Round to nearest, ties to even, into a 64-bit mantissa. */
function rationalToX87(negative: boolean, numerator: bigint, denominator: bigint): { mantissa: bigint; top: number } {
  const sign = negative ? 0x8000 : 0;
  if (numerator === 0n) return { mantissa: 0n, top: sign };
  let exponent = numerator.toString(2).length - denominator.toString(2).length - 64;
  exponent = Math.max(exponent, 1 - X87_BIAS - 63);
  let mantissa = roundedQuotient(numerator, denominator, exponent);
  if (mantissa >> 64n > 0n) mantissa = roundedQuotient(numerator, denominator, ++exponent);
  if (mantissa >> 64n > 0n) {
    mantissa >>= 1n;
    exponent++;
  }
  if (exponent + X87_BIAS + 63 >= 0x7fff) return { mantissa: 1n << 63n, top: sign | 0x7fff };
  return { mantissa, top: sign | (mantissa >> 63n ? exponent + X87_BIAS + 63 : 0) };
}

function roundedQuotient(numerator: bigint, denominator: bigint, exponent: number): bigint {
  const top = exponent >= 0 ? numerator : numerator << BigInt(-exponent);
  const bottom = exponent >= 0 ? denominator << BigInt(exponent) : denominator;
  const floor = top / bottom;
  const rest = 2n * (top % bottom);
  return rest > bottom || (rest === bottom && floor & 1n) ? floor + 1n : floor;
}
