/**
 * Draws rows of bytes on one canvas. All is counted in device pixels, each character stands on whole ones, and a row costs one call
 * for each colour of its text.
 */
import { STEPS } from '../state/changes.ts';
import type { Geometry } from './geometry.ts';
import { rowTop, type Metrics } from './metrics.ts';
import type { Palette } from './palette.ts';
import { Mark, groupCode, isUnknown, isZero, stepOf, type RowState } from './rowState.ts';
import { Runs } from './runs.ts';
import { textCells, type TextMode } from './text.ts';
import { valueText } from './values.ts';
import { PAST } from './window.ts';

/** What holds of all rows of one drawing. */
export interface Scene {
  readonly geometry: Geometry;
  readonly mode: TextMode;
  readonly hasFocus: boolean;
  readonly inText: boolean;
  /** What is shown is no longer live. */
  readonly isStale: boolean;
  /** Device pixels that the view is scrolled to the right. */
  readonly scrolled: number;
}

/** How strong a fresh change's colour is, and what is left of it once it is no longer live. */
const CHANGE_STRENGTH = 0.22;
const STALE = 0.55;
const UNKNOWN = 0.09;
/** Device-independent pixels of one stripe and its gap, along the row. */
const HATCH = 14;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class Painter {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #runs: Runs;
  #metrics: Metrics;
  #palette: Palette;
  #hatch: CanvasPattern | null = null;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, metrics: Metrics, palette: Palette) {
    this.canvas = canvas;
    this.#context = context;
    this.#runs = new Runs(context);
    this.#metrics = metrics;
    this.#palette = palette;
  }

  get context(): CanvasRenderingContext2D {
    return this.#context;
  }

  /** Takes other colours or another font; every row is to be painted again after it. */
  restyle(metrics: Metrics, palette: Palette): void {
    this.#metrics = metrics;
    this.#palette = palette;
    const context = this.#context;
    context.font = metrics.font;
    context.letterSpacing = `${metrics.spacing}px`;
    context.fontKerning = 'none';
    context.textRendering = 'optimizeSpeed';
    context.textBaseline = 'alphabetic';
    context.direction = 'ltr';
    this.#runs.reset(metrics.char);
    this.#hatch = hatchPattern(context, metrics.scale, palette.colours.hatch, palette.colours.background);
  }

  /** Device pixels. A canvas forgets all when its size is set, its font too. */
  resize(width: number, height: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
    this.restyle(this.#metrics, this.#palette);
    this.clear(0);
  }

  /** Leaves nothing from row `from` on. */
  clear(from: number): void {
    const top = rowTop(this.#metrics, from);
    this.#context.fillStyle = this.#palette.colours.background;
    this.#context.fillRect(0, top, this.canvas.width, Math.max(0, this.canvas.height - top));
  }

  /** Draws `row` as the one with this index from the top; `keepsLabel`: what stands in the offset column is there already. */
  paint(index: number, row: RowState, scene: Scene, keepsLabel = false): void {
    const context = this.#context;
    const y = rowTop(this.#metrics, index);
    const place = {
      x: this.#metrics.padding - scene.scrolled,
      y,
      width: this.canvas.width,
      height: rowTop(this.#metrics, index + 1) - y,
    };
    context.fillStyle = row.isHole && this.#hatch ? this.#hatch : this.#palette.colours.background;
    const left = keepsLabel ? place.x + Math.ceil((scene.geometry.digits + 0.5) * this.#metrics.char) : 0;
    context.fillRect(left, y, place.width - left, place.height);
    if (!keepsLabel) this.#paintLabel(row.label, place);
    this.#paintMarks(row, place, scene);
    this.#paintText(row, place, scene);
    this.#paintCaret(row, place, scene);
    if (row.hole !== '') this.#paintHole(row.hole, place, scene);
  }

  /** Backgrounds and lines of values, then of characters; neighbours with the same marks as one. */
  #paintMarks(row: RowState, place: Place, { geometry, hasFocus }: Scene): void {
    const { cellAt, cellWidth, shape, textAt, columns } = geometry;
    const isHole = row.isHole;
    const codes = cellAt.map((_, group) => groupCode(row, group, geometry));
    const visible = (code: number): number => code & ~(Mark.caret | (isHole ? Mark.unheld : 0));
    const unknown = cellAt.map((_, group) => isUnknown(row, group * shape.size, shape.size));
    const same = (group: number, other: number): boolean =>
      visible(codes[group] ?? 0) === visible(codes[other] ?? 0) && unknown[group] === unknown[other];
    for (let group = 0; group < codes.length;) {
      const code = visible(codes[group] ?? 0);
      const from = cellAt[group] ?? 0;
      let to = from + cellWidth;
      let next = group + 1;
      while (next < codes.length && cellAt[next] === to && !(code & Mark.editing) && same(group, next)) {
        to += cellWidth;
        next += 1;
      }
      if (unknown[group]) this.#paintUnknown(geometry, group, next, place);
      if (code !== 0) this.#paintMark(code, from, to, place, hasFocus, false);
      group = next;
    }
    for (let column = 0; column < columns;) {
      const code = visible(row.code(column)) & ~Mark.editing;
      let next = column + 1;
      while (next < columns && (visible(row.code(next)) & ~Mark.editing) === code) next += 1;
      if (code !== 0) this.#paintMark(code & ~Mark.unheld, textAt + column, textAt + next, place, hasFocus, true);
      column = next;
    }
  }

  #paintMark(code: number, from: number, to: number, { x, y, height }: Place, hasFocus: boolean, inText: boolean): void {
    const context = this.#context;
    const { colours, isHighContrast } = this.#palette;
    const line = this.#line;
    const left = x + Math.round(from * this.#metrics.char);
    const width = x + Math.round(to * this.#metrics.char) - left;
    const fill = (colour: string | CanvasPattern): void => {
      context.fillStyle = colour;
      context.fillRect(left, y, width, height);
    };
    if (code & Mark.unheld && this.#hatch) fill(this.#hatch);
    if (code & Mark.hit) fill(colours.hit);
    if (code & Mark.hovered) fill(colours.hovered);
    const isSelected = (code & Mark.selected) !== 0;
    if (isSelected && (hasFocus || !isHighContrast)) fill(hasFocus ? colours.selectedActive : colours.selected);
    this.#paintChange(stepOf(code), left, y, width, height, isSelected);
    if (code & Mark.editing) fill(colours.input);
    if (isHighContrast && isSelected && !hasFocus) {
      context.fillStyle = colours.edge;
      if (!inText) context.fillRect(left, y, width, line);
      context.fillRect(left, y + height - line, width, line);
    } else if (isHighContrast && code & (Mark.hovered | Mark.hit) && !isSelected)
      this.#outline(left, y, width, height, colours.edge, true);
  }

  /** A change is marked twice, by colour and by a line; in high contrast by the line alone, which is thicker while it is fresh. */
  #paintChange(step: number, left: number, y: number, width: number, height: number, isSelected: boolean): void {
    if (step === 0) return;
    const context = this.#context;
    const { colours, isHighContrast, reducesMotion } = this.#palette;
    const age = isHighContrast ? 1 : reducesMotion ? 0.75 : 1 - (step - 1) / STEPS;
    context.fillStyle = colours.change;
    if (!isHighContrast && !isSelected) {
      context.globalAlpha = age * CHANGE_STRENGTH;
      context.fillRect(left, y, width, height);
    }
    context.globalAlpha = age;
    const line = this.#line * (isSelected || (isHighContrast && step <= STEPS / 2) ? 2 : 1);
    context.fillRect(left, y + height - line, width, line);
    context.globalAlpha = 1;
  }

  /** Bars stand for values that were not delivered yet. */
  #paintUnknown({ valueAt, chars }: Geometry, from: number, to: number, { x, y, height }: Place): void {
    const context = this.#context;
    const bar = Math.round(height * 0.4);
    context.fillStyle = this.#palette.colours.text;
    context.globalAlpha = UNKNOWN;
    for (let group = from; group < to; group++)
      context.fillRect(
        x + (valueAt[group] ?? 0) * this.#metrics.char,
        y + Math.round((height - bar) / 2),
        chars * this.#metrics.char,
        bar,
      );
    context.globalAlpha = 1;
  }

  #paintLabel(label: string, { x, y, height }: Place): void {
    const line = y + this.#metrics.baseline;
    this.#runs.add(this.#palette.colours.dim, 0, label, x, line);
    this.#runs.flush(x, line, y, height);
  }

  #paintText(row: RowState, place: Place, { geometry, mode, hasFocus, isStale }: Scene): void {
    const { colours } = this.#palette;
    const { x } = place;
    const y = place.y + this.#metrics.baseline;
    if (isStale) this.#context.globalAlpha = STALE;
    const colourOf = (code: number, zero: boolean, plain: string): string =>
      code & Mark.selected && hasFocus ? colours.selectedText : zero || code & Mark.unheld ? colours.zero : plain;
    const { shape, chars, valueAt, textAt } = geometry;
    valueAt.forEach((at, group) => {
      const column = group * shape.size;
      const code = groupCode(row, group, geometry);
      const text = shownValue(row, column, code, geometry);
      if (text === '') return;
      const colour = code & Mark.editing ? colours.inputText : colourOf(code, isZero(row, column, shape.size), colours.text);
      this.#runs.add(colour, at + chars - text.length, text, x, y);
    });
    textCells(row.window, mode).forEach(({ text }, column) => {
      const code = row.code(column);
      if (text !== '' && !(code & Mark.unheld))
        this.#runs.addGlyph(colourOf(code, row.byte(column) === 0, colours.string), textAt + column, text);
    });
    this.#runs.flush(x, y, place.y, place.height);
    this.#context.globalAlpha = 1;
  }

  /** Around the byte and its character: drawn through where keys act, dotted in the other column. */
  #paintCaret(row: RowState, { x, y, height }: Place, { geometry, hasFocus, inText }: Scene): void {
    if (!hasFocus) return;
    const column = row.codes.findIndex((code) => (code & Mark.caret) !== 0);
    if (column < 0 || row.byte(column) === PAST) return;
    const { char } = this.#metrics;
    const { colours, isHighContrast } = this.#palette;
    const left = x + Math.round((geometry.cellAt[Math.floor(column / geometry.shape.size)] ?? 0) * char);
    this.#outline(left, y, Math.round(geometry.cellWidth * char), height, colours.focus, inText);
    if (inText || !isHighContrast) this.#outline(x + (geometry.textAt + column) * char, y, char, height, colours.focus, !inText);
  }

  /** Stands in the text column, and moves left over the dots where the view is too narrow for it. */
  #paintHole(text: string, { x, y, height, width }: Place, { geometry, scrolled }: Scene): void {
    const context = this.#context;
    const { char, padding, baseline, scale } = this.#metrics;
    const length = context.measureText(text).width;
    const first = x + (geometry.digits + 2) * char;
    const left = Math.round(Math.max(first, Math.min(x + geometry.textAt * char, width - padding - length)));
    const margin = Math.round(4 * scale);
    context.fillStyle = this.#palette.colours.background;
    if (scrolled >= 0) context.fillRect(left - margin, y, length + 2 * margin, height);
    context.fillStyle = this.#palette.colours.dim;
    context.fillText(text, left, y + baseline);
  }

  get #line(): number {
    return Math.max(1, Math.round(this.#metrics.scale));
  }

  #outline(left: number, top: number, width: number, height: number, colour: string, isDotted: boolean): void {
    const context = this.#context;
    const line = this.#line;
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.setLineDash(isDotted ? [2 * line, 2 * line] : []);
    context.strokeRect(left + line / 2, top + line / 2, width - line, height - line);
  }
}

/** What stands in the cell of a value. */
export function shownValue(row: RowState, column: number, code: number, { shape, chars }: Geometry): string {
  if (code & Mark.editing && row.pending !== '') return row.pending;
  if (code & Mark.unheld) return '·'.repeat(Math.min(2, chars));
  return valueText(row.window, column, shape);
}

/** Stripes from the lower left to the upper right, with an edge that fits itself. */
function hatchPattern(context: CanvasRenderingContext2D, scale: number, stripe: string, ground: string): CanvasPattern | null {
  if (context.canvas.width === 0 || context.canvas.height === 0) return null;
  const size = Math.round(HATCH * scale);
  const tile = new OffscreenCanvas(size, size);
  const on = tile.getContext('2d');
  if (!on) return null;
  on.fillStyle = ground;
  on.fillRect(0, 0, size, size);
  on.strokeStyle = stripe;
  on.lineWidth = size / Math.SQRT2 / 2;
  on.lineCap = 'square';
  for (const shift of [-size, 0, size]) {
    on.beginPath();
    on.moveTo(shift, size);
    on.lineTo(shift + size, 0);
    on.stroke();
  }
  return context.createPattern(tile, 'repeat');
}
