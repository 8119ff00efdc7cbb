/** The backgrounds and lines of values and characters: one piece for neighbours with the same marks, in a row and from row to row. */
import type { Geometry } from './geometry.ts';
import type { Looks } from './looks.ts';
import { rowTop, type Metrics } from './metrics.ts';
import type { Palette } from './palette.ts';
import { Mark, groupCode, isUnknown, type RowState } from './rowState.ts';
import type { Drawn, Scene } from './scene.ts';

/** What is drawn with. */
export interface Ink {
  readonly context: CanvasRenderingContext2D;
  readonly metrics: Metrics;
  readonly palette: Palette;
  readonly looks: Looks;
  readonly hatch: CanvasPattern | null;
}

/** Neighbours with the same marks; in characters from the row's first. */
interface Band {
  readonly code: number;
  readonly from: number;
  readonly to: number;
  readonly inText: boolean;
}

/** Device pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const UNKNOWN = 0.09;

/** Device pixels of a line. */
const lineOf = ({ scale }: Metrics): number => Math.max(1, Math.round(scale));

/** `rows` from the top down. */
export function paintMarks(ink: Ink, rows: readonly Drawn[], scene: Scene): void {
  for (let at = 0; at < rows.length;) {
    let next = at + 1;
    while (isContinued(rows[next - 1], rows[next])) next += 1;
    const top = rows[at];
    const bands = top ? bandsOf(top.row, scene.geometry) : [];
    // In high contrast bands have edges, and a row has its own.
    const height = ink.palette.isHighContrast ? 1 : next - at;
    for (; at < next; at += height) for (const band of bands) paintBand(ink, band, rows[at]?.index ?? 0, height, scene);
  }
  for (const one of rows) if (!one.row.isKnown) paintUnknown(ink, one, scene);
}

/** Whether `below` stands right below `above`, with the same marks. */
function isContinued(above: Drawn | undefined, below: Drawn | undefined): boolean {
  if (!above || !below || below.index !== above.index + 1) return false;
  return above.row.hasMarksOf(below.row) && above.row.isHole === below.row.isHole;
}

function bandsOf(row: RowState, geometry: Geometry): readonly Band[] {
  const { cellAt, cellWidth, textAt, columns } = geometry;
  const bands: Band[] = [];
  let code = 0;
  let from = 0;
  let to = 0;
  const end = (inText: boolean): void => {
    if (code !== 0) bands.push({ code, from, to, inText });
    code = 0;
  };
  const add = (next: number, at: number, width: number, inText: boolean): void => {
    if (next !== code || at !== to || next & Mark.editing) {
      end(inText);
      code = next;
      from = at;
    }
    to = at + width;
  };
  cellAt.forEach((at, group) => add(groupCode(row, group, geometry) & ~Mark.caret, at, cellWidth, false));
  end(false);
  // A character is not hatched where its row is not, and what is typed stands in its value's place.
  const ofText = ~(Mark.caret | (row.isHole ? 0 : Mark.unheld) | Mark.editing);
  for (let column = 0; column < columns; column++) add(row.code(column) & ofText, textAt + column, 1, true);
  end(true);
  return bands;
}

/** A band of `count` rows from row `first` on. */
function paintBand(ink: Ink, band: Band, first: number, count: number, { hasFocus, scrolled }: Scene): void {
  const { context, metrics, palette, hatch } = ink;
  const { code, from, to, inText } = band;
  const x = metrics.padding - scrolled;
  const left = x + Math.round(from * metrics.char);
  const width = x + Math.round(to * metrics.char) - left;
  const top = rowTop(metrics, first);
  const height = rowTop(metrics, first + count) - top;
  const { fill, line, thickness } = ink.looks.of(code, hasFocus);
  if (code & Mark.unheld && hatch) {
    context.fillStyle = hatch;
    context.fillRect(left, top, width, height);
  }
  if (fill !== undefined) {
    context.fillStyle = fill;
    context.fillRect(left, top, width, height);
  }
  if (line !== undefined) {
    context.fillStyle = line;
    const pixels = lineOf(metrics) * thickness;
    for (let row = first + 1; row <= first + count; row++) context.fillRect(left, rowTop(metrics, row) - pixels, width, pixels);
  }
  if (palette.isHighContrast) paintEdge(ink, code, { left, top, width, height }, hasFocus, inText);
}

/** What colours tell elsewhere. */
function paintEdge(ink: Ink, code: number, { left, top, width, height }: Box, hasFocus: boolean, inText: boolean): void {
  const { context, metrics, palette } = ink;
  const line = lineOf(metrics);
  const isSelected = (code & Mark.selected) !== 0;
  if (isSelected && !hasFocus) {
    context.fillStyle = palette.colours.edge;
    if (!inText) context.fillRect(left, top, width, line);
    context.fillRect(left, top + height - line, width, line);
  } else if (code & (Mark.hovered | Mark.hit) && !isSelected)
    outline(ink, { left, top, width, height }, palette.colours.edge, true);
}

export function outline({ context, metrics }: Ink, { left, top, width, height }: Box, colour: string, isDotted: boolean): void {
  const line = lineOf(metrics);
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.setLineDash(isDotted ? [2 * line, 2 * line] : []);
  context.strokeRect(left + line / 2, top + line / 2, width - line, height - line);
}

/** Bars stand for values that were not delivered yet. */
function paintUnknown({ context, metrics, palette }: Ink, { row, index }: Drawn, { geometry, scrolled }: Scene): void {
  const { valueAt, chars, shape } = geometry;
  const top = rowTop(metrics, index);
  const height = rowTop(metrics, index + 1) - top;
  const bar = Math.round(height * 0.4);
  context.fillStyle = palette.colours.text;
  context.globalAlpha = UNKNOWN;
  valueAt.forEach((at, group) => {
    if (!isUnknown(row, group * shape.size, shape.size)) return;
    const left = metrics.padding - scrolled + at * metrics.char;
    context.fillRect(left, top + Math.round((height - bar) / 2), chars * metrics.char, bar);
  });
  context.globalAlpha = 1;
}
