/** What a float's text does not tell: that it is a denormal, and which of the many NaNs it is. */
import { readUnsigned } from './bits.ts';

/** Exponent and fraction bits of the IEEE 754 formats by their size in bytes. */
const SHAPES = new Map([
  [2, { exponent: 5n, fraction: 10n }],
  [4, { exponent: 8n, fraction: 23n }],
  [8, { exponent: 11n, fraction: 52n }],
]);

/** 'denormal', 'signalling 0x7ff0000000000001', or undefined for a number with nothing to be said. The caller has checked the bytes. */
export function floatNote(view: DataView, at: number, size: number, littleEndian: boolean): string | undefined {
  const shape = SHAPES.get(size);
  if (!shape) return size === 12 || size === 16 ? x87Note(view, at) : undefined;
  const raw = readUnsigned(view, at, size, littleEndian);
  const exponent = (raw >> shape.fraction) & ((1n << shape.exponent) - 1n);
  const fraction = raw & ((1n << shape.fraction) - 1n);
  if (fraction === 0n) return undefined;
  if (exponent === 0n) return 'denormal';
  return exponent === (1n << shape.exponent) - 1n ? nanNote(raw, fraction >> (shape.fraction - 1n) === 1n) : undefined;
}

function nanNote(raw: bigint, quiet: boolean): string {
  return `${quiet ? 'quiet' : 'signalling'} 0x${raw.toString(16)}`;
}

/** Intel SDM, volume 1, table 4-3: the integer bit is kept; 10 bytes of the 12 or 16 are used. */
function x87Note(view: DataView, at: number): string | undefined {
  const mantissa = view.getBigUint64(at, true);
  const exponent = view.getUint16(at + 8, true) & 0x7fff;
  if (exponent === 0) return mantissa === 0n ? undefined : mantissa >> 63n === 0n ? 'denormal' : 'pseudo-denormal';
  if (mantissa >> 63n === 0n) return 'no valid number';
  if (exponent !== 0x7fff || mantissa === 1n << 63n) return undefined;
  return nanNote((BigInt(view.getUint16(at + 8, true)) << 64n) | mantissa, ((mantissa >> 62n) & 1n) === 1n);
}
