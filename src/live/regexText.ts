/** Bytes as the text that a regular expression is matched against, and where in the bytes its hits are. Pure; runs in the worker. */
import { isAscii } from 'node:buffer';

export type RegexEncoding = 'utf8' | 'latin1';

/** The most bytes of one hit, and what it can see before and after itself. */
export const SPAN = 64 * 1024;

export interface Decoded {
  readonly text: string;
  /** Of each UTF-16 unit of the text where its character begins in the bytes, and the end; absent where each byte is one unit. */
  readonly offsets?: Uint32Array;
}

/** Each byte that is no part of valid UTF-8 is one U+FFFD. */
export function decode(bytes: Uint8Array, encoding: RegexEncoding): Decoded {
  if (encoding === 'latin1' || isAscii(bytes))
    return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1') };
  const units = new Uint16Array(bytes.length);
  const offsets = new Uint32Array(bytes.length + 1);
  let count = 0;
  const put = (unit: number, at: number): void => {
    units[count] = unit;
    offsets[count++] = at;
  };
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    const point = length === 0 ? 0xfffd : codePoint(bytes, at, length);
    if (point < 0x10000) put(point, at);
    else {
      put(0xd7c0 + (point >> 10), at);
      put(0xdc00 + (point & 0x3ff), at);
    }
    at += Math.max(1, length);
  }
  offsets[count] = bytes.length;
  return { text: Buffer.from(units.buffer, 0, 2 * count).toString('utf16le'), offsets: offsets.subarray(0, count + 1) };
}

/** Bytes of the character that begins at `at`, 1 to 4; 0 where none does (RFC 3629: no overlong form, no surrogate). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  const isWrong =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f);
  return isWrong ? 0 : length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let point = length === 1 ? (bytes[at] ?? 0) : (bytes[at] ?? 0) & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return point;
}

export interface MatchJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Hits begin in [start, stop); the rest is what they can see. */
  readonly start: number;
  readonly stop: number;
  readonly limit: number;
}

/**
 * [offset, length, …] of the hits that begin in [start, stop), none of which overlaps another, counted from the first byte. Empty hits are left
 * out. One that is longer than SPAN is looked for again as if all ended there. `pattern` is global.
 */
export function matchText(
  pattern: RegExp,
  encoding: RegexEncoding,
  { bytes, start, stop, limit }: MatchJob,
): Float64Array<ArrayBuffer> {
  const { text, offsets } = decode(bytes, encoding);
  const offsetOf = (index: number): number => offsets?.[index] ?? index;
  const end = indexOf(offsets, stop);
  const hits: number[] = [];
  pattern.lastIndex = indexOf(offsets, start);
  while (hits.length < 2 * limit) {
    const match = pattern.exec(text);
    if (!match || match.index >= end) break;
    const offset = offsetOf(match.index);
    let length = offsetOf(match.index + match[0].length) - offset;
    if (length > SPAN)
      length = shortHit(pattern, text.slice(0, indexOf(offsets, offset + SPAN + 1) - 1), match.index, offset, offsetOf);
    if (length > 0) hits.push(offset, length);
    // From the end of what was taken, or one character on.
    const next =
      match.index + Math.max(1, length > 0 ? indexOf(offsets, offset + length) - match.index : characterAt(text, match.index));
    pattern.lastIndex = next;
  }
  return Float64Array.from(hits);
}

function characterAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** Bytes of the hit at `index` in a text that is cut after SPAN; 0 where there is none. */
function shortHit(pattern: RegExp, text: string, index: number, offset: number, offsetOf: (index: number) => number): number {
  const sticky = new RegExp(pattern.source, pattern.flags.replace('g', 'y'));
  sticky.lastIndex = index;
  const match = sticky.exec(text);
  return match ? offsetOf(index + match[0].length) - offset : 0;
}

/** The first unit that begins at `offset` or after it. */
function indexOf(offsets: Uint32Array | undefined, offset: number): number {
  if (!offsets) return offset;
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
