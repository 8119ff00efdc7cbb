/** What makes a type atomic does to its size and alignment. */
import { WORDS } from './abi/words.ts';
import type { Target } from './spec.ts';

export interface Extent {
  /** bytes */
  readonly size: number;
  readonly alignment: number;
}

/**
 * _Atomic T of C, std::atomic<T> of C++. gcc aligns 1, 2, 4, 8 and 16 bytes to themselves, as far as the ABI aligns anything (tree.cc,
 * find_atomic_core_type); clang rounds up to a power of two what a machine may know as a whole (ASTContext::getTypeInfoImpl); libstdc++
 * does as gcc, without the ABI's bound (<atomic>, _S_min_alignment).
 */
export function atomicExtent({ size, alignment }: Extent, { abi, dialect, language }: Target): Extent {
  const { word, biggestAlignment } = WORDS[abi];
  if (language === 'c' && dialect === 'clang') {
    if (size > 2 * word) return { size, alignment };
    const whole = size === 0 ? 1 : 2 ** Math.ceil(Math.log2(size));
    return { size: whole, alignment: size === 0 ? alignment : whole };
  }
  if (![1, 2, 4, 8, 16].includes(size)) return { size, alignment };
  const own = language === 'c' ? Math.min(size, biggestAlignment) : size;
  return { size, alignment: Math.max(alignment, own) };
}
