/** UTF-8 by the Unicode Standard, table 3-7: shortest forms only, no surrogates, nothing past U+10FFFF. */

export interface Sequence {
  readonly codePoint: number;
  /** Bytes, 1 to 4. */
  readonly length: number;
}

/** What is no value between 0 and 255 is part of no character. */
export type Bytes = Uint8Array | Int16Array;

/** Bytes of the character that begins at `at`, or 0 where the bytes before `end` are no whole, valid sequence. Makes no object. */
export function sequenceLength(bytes: Bytes, at: number, end: number = bytes.length): number {
  const first = bytes[at];
  if (first === undefined || first < 0 || at >= end) return 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1] ?? 0;
  // What the second byte may be tells shortest forms, surrogates and the last plane apart.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** The character that begins at `at`, or undefined where the bytes before `end` are no whole, valid sequence. */
export function sequenceAt(bytes: Bytes, at: number, end: number = bytes.length): Sequence | undefined {
  const length = sequenceLength(bytes, at, end);
  if (length === 0) return undefined;
  const first = bytes[at] ?? 0;
  let codePoint = length === 1 ? first : first & (0x7f >> length);
  for (let i = 1; i < length; i++) codePoint = codePoint * 64 + ((bytes[at + i] ?? 0) & 0x3f);
  return { codePoint, length };
}

/** Characters that draw nothing of their own, or that turn the text around them: C0, C1, separators, direction marks, BOM. */
export function isControl(codePoint: number): boolean {
  return (
    codePoint < 0x20 ||
    (codePoint >= 0x7f && codePoint <= 0x9f) ||
    codePoint === 0xad ||
    codePoint === 0x61c ||
    (codePoint >= 0x200b && codePoint <= 0x200f) ||
    (codePoint >= 0x2028 && codePoint <= 0x202e) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    codePoint === 0xfeff ||
    (codePoint >= 0xfff9 && codePoint <= 0xfffb)
  );
}

/** A character's UTF-8 bytes; a lone surrogate gives U+FFFD. */
export function encodeCodePoint(codePoint: number): number[] {
  if (codePoint < 0x80) return [codePoint];
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), 0x80 | (codePoint & 0x3f)];
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return [0xef, 0xbf, 0xbd];
  const tail = [0x80 | ((codePoint >> 6) & 0x3f), 0x80 | (codePoint & 0x3f)];
  if (codePoint < 0x10000) return [0xe0 | (codePoint >> 12), ...tail];
  return [0xf0 | (codePoint >> 18), 0x80 | ((codePoint >> 12) & 0x3f), ...tail];
}
