/** 'Only if it still holds what I saw': which bytes are compared and stored in one step. */
import type { Encoded } from '../../src/decode/encode.ts';
import { formatHex, hexText, plural } from '../format.ts';
import type { Store } from '../state/store.ts';

export interface Guarded {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly mask?: Uint8Array;
}

/** A write, on the condition that the segment holds `expected` where there is one. */
export type Write = Guarded & { readonly expected?: Uint8Array };

/** What the bytes in and around a value were when the user saw it: enough for the word that a bit-field is stored in. */
export interface Seen {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** 1, 2, 4 or 8 aligned bytes, which a processor compares and exchanges at once. */
export function isAtomic(offset: number, length: number): boolean {
  return [1, 2, 4, 8].includes(length) && offset % length === 0;
}

/**
 * The write that can be done in one step: as it is, or for a bit-field over the smallest aligned word around it, with a mask that spares the
 * other bits. Undefined where there is none: then nothing may be stored on that condition.
 */
export function atomicWrite(offset: number, encoded: Encoded, size: number): Guarded | undefined {
  const { bytes, mask } = encoded;
  if (isAtomic(offset, bytes.length)) return { offset, ...encoded };
  if (!mask) return undefined;
  for (const width of [2, 4, 8]) {
    const start = offset - (offset % width);
    if (offset + bytes.length > start + width || start + width > size) continue;
    const wide = (part: Uint8Array): Uint8Array => {
      const all = new Uint8Array(width);
      all.set(part, offset - start);
      return all;
    };
    return { offset: start, bytes: wide(bytes), mask: wide(mask) };
  }
  return undefined;
}

/** The bytes of [offset, offset + size), with those of the aligned words around them where they are in view. */
export function look({ snapshot }: Pick<Store, 'snapshot'>, offset: number, size: number): Seen {
  const start = offset - (offset % 8);
  const around = snapshot?.slice(start, Math.ceil((offset + size) / 8) * 8 - start) ?? new Uint8Array(0);
  if (around.length >= offset + size - start) return { offset: start, bytes: around.slice() };
  return { offset, bytes: (snapshot?.slice(offset, size) ?? new Uint8Array(0)).slice() };
}

/** Why bytes cannot be stored where the user wants that only if they are unchanged; '' where they can. */
export function oddity({ onlyIfUnchanged, size }: Store, offset: number, encoded: Encoded): string {
  if (!onlyIfUnchanged || atomicWrite(offset, encoded, size)) return '';
  const { length } = encoded.bytes;
  const what = [1, 2, 4, 8].includes(length) ? 'bytes that are not aligned' : plural(length, 'byte');
  return `"Only if unchanged" takes 1, 2, 4 or 8 aligned bytes, and not ${what}: switch it off to store this.`;
}

/** The write of bytes as the user wants it: with what was seen as its condition, or without one. A sentence where that cannot be. */
export function writeOf(store: Store, offset: number, encoded: Encoded, seen: Seen): Write | string {
  if (!store.onlyIfUnchanged) return { offset, ...encoded };
  const write = atomicWrite(offset, encoded, store.size);
  if (!write) return oddity(store, offset, encoded);
  const from = write.offset - seen.offset;
  const expected = from < 0 ? new Uint8Array(0) : seen.bytes.slice(from, from + write.bytes.length);
  if (expected.length === write.bytes.length) return { ...write, expected };
  return 'The bytes around this value are not in view: scroll to them, or switch "only if unchanged" off.';
}

/** What is said where the segment holds something else than what was seen. */
export function changed({ offset, expected }: Write, held: Uint8Array): string {
  const was = expected ? `, not ${hexText(expected)}` : '';
  return `${formatHex(offset)} holds ${hexText(held)} now${was}: nothing was stored.`;
}
