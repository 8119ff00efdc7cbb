/** Texts as the bytes that are searched for. */
import { shmError } from '../native/errors.ts';
import type { RawPattern } from '../native/searches.ts';
import type { TextEncoding } from '../protocol/searching.ts';
import { caseVariants } from './searchFold.ts';

/**
 * The bytes of a text. Without case a character is found as each that folds to the same one (simple folding) and takes as many bytes in this
 * encoding: in UTF-8 'k' is not found as the Kelvin sign, which takes three. EINVAL for a text that the encoding cannot hold.
 */
export function textPattern(text: string, encoding: TextEncoding, matchCase: boolean): RawPattern {
  if (matchCase) return { bytes: encoded(text, encoding), step: 1 };
  const seen = new Map<string, Character>();
  const characters = [...text].map((character) => {
    const known = seen.get(character) ?? foldedCharacter(character, encoding);
    seen.set(character, known);
    return known;
  });
  const variants: { at: number; bytes: readonly Uint8Array[] }[] = [];
  let at = 0;
  for (const { bytes, isExact, all } of characters) {
    if (!isExact) variants.push({ at, bytes: all });
    at += bytes.length;
  }
  return {
    bytes: Buffer.concat(characters.map(({ bytes }) => bytes)),
    mask: Buffer.concat(characters.map(({ mask }) => mask)),
    ...(variants.length > 0 ? { variants } : {}),
    step: 1,
  };
}

interface Character {
  readonly bytes: Uint8Array;
  /** The bits that all of its variants have in common. */
  readonly mask: Uint8Array;
  readonly all: readonly Uint8Array[];
  /** Nothing else than the variants gets through the mask. */
  readonly isExact: boolean;
}

function foldedCharacter(character: string, encoding: TextEncoding): Character {
  const bytes = encoded(character, encoding);
  const all = caseVariants(character)
    .filter((variant) => encoding !== 'latin1' || isLatin1(variant))
    .map((variant) => encoded(variant, encoding))
    .filter((variant) => variant.length === bytes.length);
  const mask = bytes.map((byte, i) => all.reduce((bits, variant) => bits & ~(byte ^ (variant[i] ?? 0)), 0xff));
  const free = mask.reduce((count, bits) => count + bitCount(~bits & 0xff), 0);
  return { bytes, mask, all, isExact: 2 ** free === all.length };
}

function bitCount(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + bitCount(bits >> 1);
}

function isLatin1(text: string): boolean {
  return /^[\0-\xff]*$/.test(text);
}

function encoded(text: string, encoding: TextEncoding): Uint8Array {
  if (encoding === 'latin1') {
    if (!isLatin1(text))
      throw shmError('EINVAL', 'This text has characters that Latin-1 does not have: search in another encoding.');
    return Buffer.from(text, 'latin1');
  }
  if (encoding === 'utf8') {
    if (/\p{Cs}/u.test(text)) throw shmError('EINVAL', 'This text has half a surrogate pair, which UTF-8 cannot hold.');
    return Buffer.from(text, 'utf8');
  }
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf16be' ? bytes.swap16() : bytes;
}
