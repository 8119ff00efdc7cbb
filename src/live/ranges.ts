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

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
