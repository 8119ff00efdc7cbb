/** Which pointer variables of a process point into a segment. */
import type { Pointer } from './pointers.ts';
import type { Mapper } from './programs.ts';

/** A variable, and what of the segment it points to. */
export interface Hit extends Omit<Pointer, 'value'> {
  readonly mapper: Mapper;
  /** Bytes from the start of the segment. */
  readonly offset: number;
}

export function hitsOf(mapper: Mapper, pointers: readonly Pointer[]): Hit[] {
  return pointers.flatMap(({ value, ...pointer }) => {
    const offset = offsetOf(mapper, value);
    return offset === undefined ? [] : [{ ...pointer, mapper, offset }];
  });
}

function offsetOf({ mappings }: Mapper, value: bigint): number | undefined {
  for (const { address, length, offset } of mappings)
    if (value >= address && value < address + BigInt(length)) return Number(value - address) + offset;
  return undefined;
}
