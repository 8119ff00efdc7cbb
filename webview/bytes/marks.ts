/** The backgrounds and lines of values and characters: one piece for neighbours with the same marks, in a row and from row to row. */
import { STEPS } from '../state/changes.ts';
import type { Geometry } from './geometry.ts';
import { rowTop, type Metrics } from './metrics.ts';
import type { Palette } from './palette.ts';
import { Mark, groupCode, isUnknown, stepOf, type RowState } from './rowState.ts';
import type { Drawn, Scene } from './scene.ts';

/** What is drawn with. */
export interface Ink {
  readonly context: CanvasRenderingContext2D;
  readonly metrics: Metrics;
  readonly palette: Palette;
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

/** How strong a fresh change's colour is. */
const CHANGE_STRENGTH = 0.22;
const UNKNOWN = 0.09;

/** Device pixels of a line. */
const lineOf = ({ scale }: Metrics): number => Math.max(1, Math.round(scale));

/** `rows` from the top down. */
export function paintMarks(ink: Ink, rows: readonly Drawn[], scene: Scene): void {
  const bands = rows.map(({ row }) => bandsOf(row, scene.geometry));
  for (let at = 0; at < rows.length;) {
    let next = at + 1;
    // In high contrast bands have edges, and a row has its own.
    while (!ink.palette.isHighContrast && isContinued(rows, bands, next)) next += 1;
    const first = rows[at]?.index ?? 0;
    for (const band of bands[at] ?? []) paintBand(ink, band, first, next - at, scene);
    at = next;
  }
  for (const one of rows) if (!one.row.isKnown) paintUnknown(ink, one, scene);
}

/** Whether row `at` stands right below the one before it, with the same bands. */
function isContinued(rows: readonly Drawn[], bands: readonly (readonly Band[])[], at: number): boolean {
  const [above, here] = [bands[at - 1], bands[at]];
  if (!above || !here || rows[at]?.index !== (rows[at - 1]?.index ?? 0) + 1 || above.length !== here.length) return false;
  return here.every(({ code, from, to }, i) => {
    const other = above[i];
    return other?.code === code && other.from === from && other.to === to;
  });
}

function bandsOf(row: RowState, geometry: Geometry): readonly Band[] {
  const { cellAt, cellWidth, textAt, columns } = geometry;
  const hidden = Mark.caret | (row.isHole ? Mark.unheld : 0);
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
  cellAt.forEach((at, group) => add(groupCode(row, group, geometry) & ~hidden, at, cellWidth, false));
  end(false);
  // A character is not hatched, and what is typed stands in its value's place.
  const ofText = ~(hidden | Mark.unheld | Mark.editing);
  for (let column = 0; column < columns; column++) add(row.code(column) & ofText, textAt + column, 1, true);
  end(true);
  return bands;
}

/** A band of `count` rows from row `first` on. */
function paintBand(
  ink: Ink,
  { code, from, to, inText }: Band,
  first: number,
  count: number,
  { hasFocus, scrolled }: Scene,
): void {
  const { context, metrics, palette, hatch } = ink;
  const { colours, isHighContrast } = palette;
  const x = metrics.padding - scrolled;
  const left = x + Math.round(from * metrics.char);
  const top = rowTop(metrics, first);
  const box = { left, top, width: x + Math.round(to * metrics.char) - left, height: rowTop(metrics, first + count) - top };
  const fill = (colour: string | CanvasPattern): void => {
    context.fillStyle = colour;
    context.fillRect(box.left, box.top, box.width, box.height);
  };
  if (code & Mark.unheld && hatch) fill(hatch);
  if (code & Mark.hit) fill(colours.hit);
  if (code & Mark.hovered) fill(colours.hovered);
  const isSelected = (code & Mark.selected) !== 0;
  if (isSelected && (hasFocus || !isHighContrast)) fill(hasFocus ? colours.selectedActive : colours.selected);
  const bottoms = Array.from({ length: count }, (_, i) => rowTop(metrics, first + i + 1));
  paintChange(ink, stepOf(code), box, bottoms, isSelected);
  if (code & Mark.editing) fill(colours.input);
  if (isHighContrast) paintEdge(ink, code, box, hasFocus, inText);
}

/** A change is marked twice, by colour and by a line in each row; in high contrast by the line alone, which is thicker while it is fresh. */
function paintChange(
  { context, metrics, palette }: Ink,
  step: number,
  box: Box,
  bottoms: readonly number[],
  isSelected: boolean,
): void {
  if (step === 0) return;
  const { colours, isHighContrast, reducesMotion } = palette;
  const age = isHighContrast ? 1 : reducesMotion ? 0.75 : 1 - (step - 1) / STEPS;
  context.fillStyle = colours.change;
  if (!isHighContrast && !isSelected) {
    context.globalAlpha = age * CHANGE_STRENGTH;
    context.fillRect(box.left, box.top, box.width, box.height);
  }
  context.globalAlpha = age;
  const line = lineOf(metrics) * (isSelected || (isHighContrast && step <= STEPS / 2) ? 2 : 1);
  for (const bottom of bottoms) context.fillRect(box.left, bottom - line, box.width, line);
  context.globalAlpha = 1;
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
