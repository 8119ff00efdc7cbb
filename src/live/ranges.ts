/** Ranges of bytes of a segment. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Ascending, cut at `end`, empty ones dropped; those that touch or overlap become one, so that no byte is read twice. */
export function mergeRanges(ranges: readonly Range[], end = Number.MAX_SAFE_INTEGER): Range[] {
  const merged: { offset: number; length: number }[] = [];
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const stop = Math.min(offset + length, end);
    if (offset >= stop) continue;
    const last = merged.at(-1);
    if (last && offset <= last.offset + last.length) last.length = Math.max(last.length, stop - last.offset);
    else merged.push({ offset, length: stop - offset });
  }
  return merged;
}

/** [start, end, start, end, …] as ranges. */
export function rangesOf(ends: Float64Array): Range[] {
  const ranges: Range[] = [];
  for (let i = 0; i + 1 < ends.length; i += 2) {
    const offset = ends[i] ?? 0;
    ranges.push({ offset, length: (ends[i + 1] ?? offset) - offset });
  }
  return ranges;
}

/** What is in both. Each is ascending and free of overlaps, and so is the result. */
export function commonRanges(a: readonly Range[], b: readonly Range[]): Range[] {
  return a.flatMap((one) =>
    b
      .map((other) => {
        const offset = Math.max(one.offset, other.offset);
        return { offset, length: Math.min(one.offset + one.length, other.offset + other.length) - offset };
      })
      .filter((both) => both.length > 0),
  );
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
