/** What the addon's searches are told: ByteSource.search and narrow of addon.ts. */
import type { NumberType } from '../protocol/searching.ts';

/** Bytes, of which only the bits of `mask` must be equal (all of them where it is absent). */
export interface RawPattern {
  readonly bytes: Uint8Array;
  readonly mask?: Uint8Array | undefined;
  /** Where the mask lets too much through: at `at`, one of these must stand. */
  readonly variants?: readonly { readonly at: number; readonly bytes: readonly Uint8Array[] }[] | undefined;
  /** It begins only at multiples of this: 1, 2, 4 or 8. */
  readonly step: number;
}

export interface RawNumber {
  readonly type: NumberType;
  /** In the other byte order than this machine's. */
  readonly swapped: boolean;
  /** Only at offsets that its size divides. */
  readonly aligned: boolean;
}

/** Numbers in [low, high], each as its bytes in this machine's order. NaN never is in it; +0 and -0 are equal. */
export interface RawInterval extends RawNumber {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

export type RawNeedle = RawPattern | RawInterval;

export interface RawNarrowing extends RawNumber {
  readonly how: 'any' | 'between' | 'changed' | 'unchanged' | 'greater' | 'less';
  /** For 'between'. */
  readonly low?: Uint8Array | undefined;
  readonly high?: Uint8Array | undefined;
  /** For those that compare with what was held: numbers that are no farther apart are unchanged. 0 or more; Infinity is allowed. */
  readonly tolerance: number;
  /** Most places, up to 2^26; each takes one to three bytes and those of the number. */
  readonly most: number;
}

/** The places of a narrowing search, which live in the addon until they are closed or collected. */
export interface RawPlaces {
  readonly [opaque]: true;
}
declare const opaque: unique symbol;
