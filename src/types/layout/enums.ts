/** The integer type behind an enum, as gcc chooses it (c-decl.cc, finish_enum): unsigned int, int, or what holds all values. */

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

export function enumStorage(enumerators: readonly Enumerator[], packed: boolean): { size: number; signed: boolean } | undefined {
  let low = 0n;
  let high = 0n;
  for (const { value } of enumerators) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const signed = low < 0n;
  for (const size of packed ? [1, 2, 4, 8] : [4, 8]) {
    const bits = BigInt(size * 8 - (signed ? 1 : 0));
    if (high < 1n << bits && low >= -(1n << bits)) return { size, signed };
  }
  return undefined;
}
