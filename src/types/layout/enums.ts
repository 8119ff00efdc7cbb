/**
 * The integer type behind an enum without an underlying type: unsigned int, int, or the first wider one that holds all values; with packed,
 * the narrowest. gcc c-decl.cc, finish_enum; clang SemaDecl.cpp, ActOnEnumBody. The Linux targets of arm do not shorten enums.
 */
import type { Abi } from '../../../api.d.ts';
import { WORDS } from './abi/words.ts';

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

export interface EnumStorage {
  readonly size: 1 | 2 | 4 | 8;
  /** bytes */
  readonly alignment: number;
  readonly signed: boolean;
}

/** undefined where no integer type holds all values. */
export function enumStorage(enumerators: readonly Enumerator[], packed: boolean, abi: Abi): EnumStorage | undefined {
  let low = 0n;
  let high = 0n;
  for (const { value } of enumerators) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const signed = low < 0n;
  for (const size of packed ? ([1, 2, 4, 8] as const) : ([4, 8] as const)) {
    const bits = BigInt(size * 8 - (signed ? 1 : 0));
    const alignment = size === 8 ? WORDS[abi].wideAlignment : size;
    if (high < 1n << bits && low >= -(1n << bits)) return { size, alignment, signed };
  }
  return undefined;
}
