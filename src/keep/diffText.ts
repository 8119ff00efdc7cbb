/** Two moments as two texts, for an editor that compares lines: what is around their differences, each side with the same lines left out. */
import { endianness } from 'node:os';
import type { TypeLayout } from '../../api.d.ts';
import { mergeRanges, rangesOf } from '../live/ranges.ts';
import { Pace } from '../segments/pace.ts';
import { countText, plural } from '../segments/texts.ts';
import { whole, type Watched } from './control.ts';
import { hexRow } from './export/hexdump.ts';
import { stepsOf, typeEnd, type Span } from './leaves.ts';
import type { Moment } from './moment.ts';
import { readAt } from './pieces.ts';
import { Values } from './values.ts';

/** Differences that are looked for. */
const DIFFERENCES_MAX = 2000;
/** Lines of one text, of values and of bytes each: VS Code compares so many well within its time. */
const LINES_MAX = 20_000;
const ROW = 16;
const ROWS_AROUND = 3;

export interface DiffTexts {
  readonly left: string;
  readonly right: string;
  /** How many places differ, and whether there are more. */
  readonly differences: number;
  readonly complete: boolean;
}

export interface DiffType {
  readonly type: TypeLayout;
  readonly offset: number;
}

/** `typed`: values of this type come first, then the bytes that it does not cover; without one all is bytes. */
export async function diffTexts(left: Moment, right: Moment, typed: DiffType | undefined, watched: Watched): Promise<DiffTexts> {
  const [leftSize, rightSize] = [left.open().stat().size, right.open().stat().size];
  const size = Math.max(leftSize, rightSize);
  const found = await whole((control) => left.open().difference(right.open(), 0, size, DIFFERENCES_MAX, control), watched);
  const differing = rangesOf(found);
  const complete = differing.length < DIFFERENCES_MAX;
  const head = headText(differing.length, complete);
  const sides = [
    { moment: left, size: leftSize },
    { moment: right, size: rightSize },
  ].map(async (side) => `${head}\n${await sideText(side, differing, size, typed)}`);
  const [leftText = '', rightText = ''] = await Promise.all(sides);
  return { left: leftText, right: rightText, differences: differing.length, complete };
}

interface Side {
  readonly moment: Moment;
  readonly size: number;
}

async function sideText(side: Side, differing: readonly Span[], size: number, typed: DiffType | undefined): Promise<string> {
  const ends = `The segment has ${plural(side.size, 'byte')}.`;
  if (!typed) return [ends, '', ...(await byteLines(side, differing, size))].join('\n');
  const end = typeEnd(typed.type, typed.offset, size);
  const outside = differing.flatMap((span) => [
    { offset: span.offset, length: Math.min(span.length, typed.offset - span.offset) },
    { offset: Math.max(span.offset, end), length: span.offset + span.length - Math.max(span.offset, end) },
  ]);
  const others = outside.filter(({ length }) => length > 0);
  const bytes = others.length === 0 ? [] : ['', 'Bytes outside the type:', ...(await byteLines(side, others, size))];
  return [ends, '', ...(await valueLines(side, differing, typed, size)), ...bytes].join('\n');
}

function headText(count: number, complete: boolean): string {
  if (count === 0) return 'Nothing differs.';
  if (complete)
    return `${plural(count, 'place')} ${count === 1 ? 'differs' : 'differ'}. Only what is around is shown; padding is not.`;
  return `The first ${countText(count)} places that differ, and what is around them. There are more after them.`;
}

/** All values where they are few; else those that differ. The other size bounds arrays of no fixed length, so that the lines stay the same. */
async function valueLines(side: Side, differing: readonly Span[], { type, offset }: DiffType, size: number): Promise<string[]> {
  const pace = new Pace();
  const few = await hasFewSteps(stepsOf(type, offset, size), pace);
  const steps = stepsOf(type, offset, size, few ? undefined : differing);
  const values = new Values(side.moment, side.size, endianness() === 'LE');
  const lines: string[] = few ? [] : ['Only values that differ are shown: the type has more than can be compared at once.'];
  for (const step of steps) {
    if (step.what !== 'leaf') continue;
    if (lines.length > LINES_MAX) return [...lines, '… more values than can be compared at once follow.'];
    if (!values.has(step)) await values.load(step);
    lines.push(`${step.path || type.name}: ${values.leaf(step).text}`);
    if (pace.due()) await pace.pause();
  }
  return lines;
}

async function hasFewSteps(steps: Iterable<unknown>, pace: Pace): Promise<boolean> {
  let count = 0;
  for (const _ of steps) {
    if (++count > LINES_MAX) return false;
    if (pace.due()) await pace.pause();
  }
  return true;
}

/** Rows around the places, and a line for what is left out between them. */
async function byteLines(side: Side, differing: readonly Span[], size: number): Promise<string[]> {
  const pace = new Pace();
  const lines: string[] = [];
  let at = 0;
  for (const { offset, length } of around(differing, size)) {
    if (offset > at) lines.push(`… ${plural(offset - at, 'byte')} up to 0x${offset.toString(16)}`);
    const rows = Math.min(Math.ceil(length / ROW), LINES_MAX - lines.length);
    at = offset + Math.min(rows * ROW, length);
    lines.push(...(await rowLines(side, offset, at, pace)));
    if (lines.length >= LINES_MAX) break;
  }
  if (at < size) lines.push(`… ${plural(size - at, 'byte')} up to the end, 0x${size.toString(16)}`);
  return lines;
}

async function rowLines(side: Side, from: number, to: number, pace: Pace): Promise<string[]> {
  const length = Math.max(0, Math.min(to, side.size) - from);
  const bytes = length > 0 ? await readAt(side.moment, from, length) : new Uint8Array();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) {
    lines.push(hexRow(from + at, bytes, at).trimEnd());
    if (pace.due()) await pace.pause();
  }
  if (from + bytes.length < to) lines.push('The segment ends here.');
  return lines;
}

function around(differing: readonly Span[], size: number): Span[] {
  const wide = differing.map(({ offset, length }) => {
    const from = Math.max(0, Math.floor(offset / ROW) - ROWS_AROUND) * ROW;
    const to = (Math.ceil((offset + length) / ROW) + ROWS_AROUND) * ROW;
    return { offset: from, length: to - from };
  });
  return mergeRanges(wide, size);
}
