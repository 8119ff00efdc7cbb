/** Of one run's samples, what stands for it in a row. */

/** The value below which the `share` (0 to 1) of them lie. NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** The results of `work`, done again and again. */
export async function times<T>(count: number, work: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < count; round++) results.push(await work(round));
  return results;
}
