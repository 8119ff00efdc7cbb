/** 'Only if it still holds what I saw': which bytes are compared and stored in one step. */
import type { Encoded } from '../../src/decode/encode.ts';

export interface Guarded {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly mask?: Uint8Array;
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
