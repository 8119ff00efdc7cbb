/** Where everything of a row stands, counted in characters: the font is one of fixed width. */
import { charsOf, type Shape } from './values.ts';

/** Between the offset and the first value, and between the values and the text. */
const GAP = 2;
/** A gap of one more character after so many bytes of narrow groups. */
const HALF = 8;
/** Bytes of a row at most. */
const WIDEST = 64;

export interface Geometry {
  /** Bytes of one row. */
  readonly columns: number;
  readonly shape: Shape;
  /** Characters of the offset, or the address. */
  readonly digits: number;
  /** Characters of one value. */
  readonly chars: number;
  /** First character of each value. */
  readonly valueAt: readonly number[];
  /** Left edge and width of each cell, the gaps around its value included. */
  readonly cellAt: readonly number[];
  readonly cellWidth: number;
  /** First character of the text column, which has one for each byte. */
  readonly textAt: number;
  /** Characters of a whole row. */
  readonly total: number;
}

export function geometryOf(columns: number, shape: Shape, digits: number): Geometry {
  const chars = charsOf(shape);
  const wide = shape.kind === 'unsigned' || shape.kind === 'signed' || shape.kind === 'float';
  const gap = wide && chars > 4 ? 2 : 1;
  const groups = Math.ceil(columns / shape.size);
  const valueAt: number[] = [];
  let at = digits + GAP;
  for (let group = 0; group < groups; group++) {
    if (group > 0 && shape.size <= 2 && (group * shape.size) % HALF === 0) at += 1;
    valueAt.push(at);
    at += chars + gap;
  }
  const textAt = at - gap + GAP;
  return {
    columns,
    shape,
    digits,
    chars,
    valueAt,
    cellAt: valueAt.map((value) => value - gap / 2),
    cellWidth: chars + gap,
    textAt,
    total: textAt + columns,
  };
}

/** As many columns as `room` characters hold, in steps that keep whole groups; at least one step. */
export function fittingColumns(room: number, shape: Shape, digits: number): number {
  const step = Math.max(4, shape.size);
  let columns = step;
  while (columns + step <= WIDEST && geometryOf(columns + step, shape, digits).total <= room) columns += step;
  return columns;
}

export interface Hit {
  /** Column of the byte: the first one of its group, or the one whose character it is. */
  readonly column: number;
  readonly inText: boolean;
}

/** What stands at a character position, fractions included; a gap between halves belongs to the nearer cell. */
export function hitAt(geometry: Geometry, position: number): Hit | undefined {
  const { textAt, columns, cellAt, cellWidth, shape } = geometry;
  if (position >= textAt && position < textAt + columns) return { column: Math.floor(position - textAt), inText: true };
  if (position >= textAt - 0.5 || position < (cellAt[0] ?? 0)) return undefined;
  let best = 0;
  cellAt.forEach((left, group) => {
    if (position >= left) best = group;
  });
  const past = position - ((cellAt[best] ?? 0) + cellWidth);
  const next = cellAt[best + 1];
  if (past > 0 && next !== undefined && next - position < past) best += 1;
  else if (past > 0 && next === undefined) return undefined;
  return { column: best * shape.size, inText: false };
}
