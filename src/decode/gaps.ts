/** The bytes and bits of a struct that no member takes: holes between members, and the padding at its end. */
import type { TypeLayout } from '../../api.d.ts';
import type { Member } from './members.ts';

/** `members` and the gaps between them, by offset; of a union, what is left after its largest member. */
export function withGaps(type: TypeLayout, members: readonly Member[]): readonly Member[] {
  const gaps: Member[] = [];
  const spans = members.map(spanOf).sort((a, b) => a.start - b.start);
  let end = 0;
  for (const span of spans) {
    if (span.start > end) addGap(gaps, 'hole', end, Math.min(span.start, type.size * 8));
    end = Math.max(end, span.end);
  }
  if (end < type.size * 8) addGap(gaps, 'padding', end, type.size * 8);
  if (gaps.length === 0) return members;
  // Members keep their order, also where it is not that of their offsets: a gap comes before the first member that lies behind it.
  const all: Member[] = [];
  let next = 0;
  for (const member of members) {
    const { start } = spanOf(member);
    for (let gap = gaps[next]; gap && spanOf(gap).start < start; gap = gaps[++next]) all.push(gap);
    all.push(member);
  }
  return [...all, ...gaps.slice(next)];
}

/** In bits from the start of the struct. A flexible array member takes all that follows. */
function spanOf({ offset, type, bitOffset = 0, bitWidth }: Member): { readonly start: number; readonly end: number } {
  const start = offset * 8 + bitOffset;
  if (bitWidth !== undefined) return { start, end: start + bitWidth };
  return { start, end: type.kind === 'array' && type.count === undefined ? Infinity : start + type.size * 8 };
}

/** One gap from bit `start` to `end`, as whole bytes and the odd bits at either side. */
function addGap(gaps: Member[], gap: 'hole' | 'padding', start: number, end: number): void {
  const firstByte = Math.ceil(start / 8);
  const lastByte = Math.floor(end / 8);
  if (firstByte > lastByte || (firstByte === lastByte && start % 8 !== 0 && end % 8 !== 0)) return bits(gaps, gap, start, end);
  bits(gaps, gap, start, firstByte * 8);
  if (lastByte > firstByte) {
    const size = lastByte - firstByte;
    const type: TypeLayout = { name: 'no member', kind: 'opaque', size, alignment: 1, origin: 'source' };
    gaps.push({ name: `(${gap} at ${firstByte})`, offset: firstByte, type, gap });
  }
  bits(gaps, gap, lastByte * 8, end);
}

const BITS: TypeLayout = { name: 'no member', kind: 'integer', size: 1, alignment: 1, signed: false, origin: 'source' };

/** Bits that lie in one byte. */
function bits(gaps: Member[], gap: 'hole' | 'padding', start: number, end: number): void {
  if (start >= end) return;
  const [offset, bitOffset] = [Math.floor(start / 8), start % 8];
  const middle = Math.min(end, (offset + 1) * 8);
  gaps.push({ name: `(${gap} at ${offset}:${bitOffset})`, offset, type: BITS, bitOffset, bitWidth: middle - start, gap });
  bits(gaps, gap, middle, end);
}
