/**
 * Draws rows of bytes on one canvas. All is counted in device pixels, each character stands on whole ones, and a row costs one call
 * for each colour of its text.
 */
import type { Geometry } from './geometry.ts';
import { Looks } from './looks.ts';
import { outline, paintMarks, type Ink } from './marks.ts';
import { rowTop, type Metrics } from './metrics.ts';
import type { Palette } from './palette.ts';
import { Mark, groupCode, isZero, type RowState } from './rowState.ts';
import { Runs } from './runs.ts';
import type { Drawn, Scene } from './scene.ts';
import { fillText, newText } from './text.ts';
import { valueText } from './values.ts';
import { PAST } from './window.ts';

/** What is left of the colours once nothing is live any more. */
const STALE = 0.55;
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
  #looks: Looks;
  /** Characters of the row that is being drawn. */
  #text: string[] = [];
  #hatch: CanvasPattern | null = null;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, metrics: Metrics, palette: Palette) {
    this.canvas = canvas;
    this.#context = context;
    this.#runs = new Runs(context);
    this.#metrics = metrics;
    this.#palette = palette;
    this.#looks = new Looks(palette);
  }

  get context(): CanvasRenderingContext2D {
    return this.#context;
  }

  /** Takes other colours or another font; every row is to be painted again after it. */
  restyle(metrics: Metrics, palette: Palette): void {
    this.#metrics = metrics;
    this.#palette = palette;
    this.#looks = new Looks(palette);
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

  /** `rows` from the top down. */
  paint(rows: readonly Drawn[], scene: Scene): void {
    for (const one of rows) this.#paintGround(one, scene);
    paintMarks(this.#ink, rows, scene);
    for (const { index, row } of rows) {
      const place = this.#placeOf(index, scene);
      this.#paintText(row, place, scene);
      this.#paintCaret(row, place, scene);
      if (row.hole !== '') this.#paintHole(row.hole, place, scene);
    }
  }

  #placeOf(index: number, { scrolled }: Scene): Place {
    const y = rowTop(this.#metrics, index);
    const height = rowTop(this.#metrics, index + 1) - y;
    return { x: this.#metrics.padding - scrolled, y, width: this.canvas.width, height };
  }

  #paintGround({ index, row, keepsLabel }: Drawn, scene: Scene): void {
    const context = this.#context;
    const place = this.#placeOf(index, scene);
    const { x, y, width, height } = place;
    context.fillStyle = row.isHole && this.#hatch ? this.#hatch : this.#palette.colours.background;
    const left = keepsLabel ? x + Math.ceil((scene.geometry.digits + 0.5) * this.#metrics.char) : 0;
    context.fillRect(left, y, width - left, height);
    if (!keepsLabel) this.#paintLabel(row.label, place);
  }

  #paintLabel(label: string, { x, y, height }: Place): void {
    const line = y + this.#metrics.baseline;
    this.#runs.add(this.#palette.colours.dim, 0, label, x, line);
    this.#runs.flush(x, line, y, height);
  }

  #paintText(row: RowState, place: Place, scene: Scene): void {
    const { x } = place;
    const y = place.y + this.#metrics.baseline;
    if (scene.isStale) this.#context.globalAlpha = STALE;
    this.#addValues(row, scene, x, y);
    this.#addText(row, scene);
    this.#runs.flush(x, y, place.y, place.height);
    this.#context.globalAlpha = 1;
  }

  #addValues(row: RowState, { geometry, hasFocus }: Scene, x: number, y: number): void {
    const { colours } = this.#palette;
    const { shape, chars, valueAt } = geometry;
    for (let group = 0; group < valueAt.length; group++) {
      const column = group * shape.size;
      const code = groupCode(row, group, geometry);
      const text = shownValue(row, column, code, geometry);
      if (text === '') continue;
      const colour = code & Mark.editing ? colours.inputText : this.#colourOf(code, isZero(row, column, shape.size), hasFocus);
      this.#runs.add(colour, (valueAt[group] ?? 0) + chars - text.length, text, x, y);
    }
  }

  #addText(row: RowState, { geometry, mode, hasFocus }: Scene): void {
    const { columns, textAt } = geometry;
    if (this.#text.length !== columns) this.#text = newText(columns);
    fillText(this.#text, row.window, mode);
    for (let column = 0; column < columns; column++) {
      const code = row.code(column);
      const text = this.#text[column] ?? '';
      if (text === '' || code & Mark.unheld) continue;
      const colour = this.#colourOf(code, row.byte(column) === 0, hasFocus, this.#palette.colours.string);
      this.#runs.addGlyph(colour, textAt + column, text);
    }
  }

  #colourOf(code: number, isZeroed: boolean, hasFocus: boolean, plain: string = this.#palette.colours.text): string {
    if (code & Mark.selected && hasFocus) return this.#palette.colours.selectedText;
    return isZeroed || code & Mark.unheld ? this.#looks.of(code & ~Mark.caret, hasFocus).zero : plain;
  }

  /** Around the byte and its character: drawn through where keys act, dotted in the other column. */
  #paintCaret(row: RowState, { x, y, height }: Place, { geometry, hasFocus, inText }: Scene): void {
    if (!hasFocus) return;
    const column = row.codes.findIndex((code) => (code & Mark.caret) !== 0);
    if (column < 0 || row.byte(column) === PAST) return;
    const { char } = this.#metrics;
    const { colours, isHighContrast } = this.#palette;
    const left = x + Math.round((geometry.cellAt[Math.floor(column / geometry.shape.size)] ?? 0) * char);
    const width = Math.round(geometry.cellWidth * char);
    outline(this.#ink, { left, top: y, width, height }, colours.focus, inText);
    const character = { left: x + (geometry.textAt + column) * char, top: y, width: char, height };
    if (inText || !isHighContrast) outline(this.#ink, character, colours.focus, !inText);
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

  get #ink(): Ink {
    return { context: this.#context, metrics: this.#metrics, palette: this.#palette, looks: this.#looks, hatch: this.#hatch };
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
