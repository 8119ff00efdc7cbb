/** From what is visible to what is asked of the host. */
import { MAX_RANGES, MAX_VIEW_BYTES } from '../../src/protocol/limits.ts';
import type { Range } from '../../src/protocol/messages.ts';

interface Span {
  start: number;
  end: number;
}

/** Ranges with a smaller gap than this are read as one: a read of its own costs more. */
const NEAR = 64;
/** More wishes than any screen has rows; the gaps that joining them closes fit in half of MAX_VIEW_BYTES. */
const MAX_WISHES = 4096;

/**
 * Joins what the views want into ranges that the protocol allows: ascending, disjoint, at most MAX_RANGES,
 * `budget` bytes in all (what guards take of MAX_VIEW_BYTES is left out of it). Earlier wishes win where not all fits. They may reach past the end of the object: what
 * is asked then stays the same while the object grows and shrinks, and the host reads what is there.
 */
export function mergeRanges(wanted: readonly Range[], budget = MAX_VIEW_BYTES): readonly Range[] {
  let spans = join(clip(wanted, budget / 2));
  while (spans.length > MAX_RANGES) spans = joinNearest(spans, budget);
  return spans.map(({ start, end }) => ({ offset: start, length: end - start }));
}

/** Cuts to the budget, then sorts. */
function clip(wanted: readonly Range[], bytes: number): Span[] {
  let budget = bytes;
  const spans: Span[] = [];
  for (const { offset, length } of wanted.slice(0, MAX_WISHES)) {
    const start = Math.max(0, offset);
    const end = Math.min(Number.MAX_SAFE_INTEGER, offset + length, start + budget);
    if (start >= end) continue;
    budget -= end - start;
    spans.push({ start, end });
  }
  return spans.sort((a, b) => a.start - b.start);
}

function join(sorted: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last && span.start <= last.end + NEAR) last.end = Math.max(last.end, span.end);
    else joined.push({ ...span });
  }
  return joined;
}

/** Closes the smallest gap where that still fits, else drops the last span. */
function joinNearest(spans: readonly Span[], budget: number): Span[] {
  let best = 1;
  const gapBefore = (index: number): number => (spans[index]?.start ?? 0) - (spans[index - 1]?.end ?? 0);
  for (let index = 2; index < spans.length; index++) if (gapBefore(index) < gapBefore(best)) best = index;
  const total = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  if (total + gapBefore(best) > budget) return spans.slice(0, -1);
  const joined = { start: spans[best - 1]?.start ?? 0, end: spans[best]?.end ?? 0 };
  return spans.toSpliced(best - 1, 2, joined);
}

export function sameRanges(a: readonly Range[], b: readonly Range[]): boolean {
  return (
    a.length === b.length && a.every((range, index) => range.offset === b[index]?.offset && range.length === b[index]?.length)
  );
}
