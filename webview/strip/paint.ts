/** Draws the strip, in device pixels. Everything differs in shape as well as in colour: its place across the strip, and its width. */
import type { Selection } from '../state/store.ts';
import type { StripHeat } from './heat.ts';

export interface Colours {
  readonly held: string;
  readonly heat: string;
  readonly hit: string;
  readonly selection: string;
  readonly frame: string;
  readonly shade: string;
}

export interface Picture {
  /** Of the canvas, device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
  /** Bytes of the segment. */
  readonly size: number;
  readonly heat: StripHeat;
  readonly view: { readonly offset: number; readonly length: number };
  readonly selection: Selection;
  readonly hits: Float64Array;
  readonly now: number;
  readonly contrast: boolean;
  /** Hot cells do not fade, they only end. */
  readonly still: boolean;
}

export type Brush = Pick<
  CanvasRenderingContext2D,
  'clearRect' | 'fillRect' | 'strokeRect' | 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'globalAlpha'
>;

/** CSS pixels: of the frame around the view and of a mark, at least. */
const MIN_FRAME = 5;
const MIN_MARK = 2;
/** How many shades heat has: a cell that changes all the time keeps one, whenever it is drawn. */
const SHADES = 32;

export function paint(context: Brush, colours: Colours, picture: Picture): void {
  context.clearRect(0, 0, picture.width, picture.height);
  if (picture.size === 0) return;
  paintHeld(context, colours, picture);
  paintHeat(context, colours, picture);
  paintHits(context, colours, picture);
  paintSelection(context, colours, picture);
  paintView(context, colours, picture);
  context.globalAlpha = 1;
}

/** The run of rows that a part of the segment takes; at least `least` device pixels, and inside the canvas. */
export function rowsOf(
  start: number,
  end: number,
  { size, height }: Picture,
  least: number,
): readonly [top: number, rows: number] {
  const top = Math.floor((start / size) * height);
  const rows = Math.max(least, Math.ceil((end / size) * height) - top);
  return [Math.max(0, Math.min(top, height - rows)), Math.min(rows, height)];
}

function paintHeld(context: Brush, { held: colour }: Colours, picture: Picture): void {
  const { heat, width, height, ratio, contrast } = picture;
  const { held } = heat;
  context.fillStyle = colour;
  for (let cell = 0, next = 0; cell < held.length; cell = next) {
    const part = (held[cell] ?? 0) / 255;
    next = contrast && part === 0 ? cell + 1 : sameUntil(cell, held.length, (at) => held[at] ?? 0);
    const top = Math.floor((cell / held.length) * height);
    const rows = Math.floor((next / held.length) * height) - top;
    // In high contrast how much is held is told by the bar's width, and nothing held by a thin dotted line.
    const bar = contrast ? (part > 0 ? Math.ceil((1 + part * 5) * ratio) : cell % 4 === 0 ? ratio : 0) : width - 6 * ratio;
    context.globalAlpha = contrast ? 1 : part > 0 ? 0.35 + 0.65 * part : 0;
    if (bar > 0 && context.globalAlpha > 0) context.fillRect(Math.round((width - bar) / 2), top, bar, rows);
  }
}

function paintHeat(context: Brush, { heat: colour }: Colours, picture: Picture): void {
  const { heat, width, height, ratio, now, contrast, still } = picture;
  if (!heat.isCooling(now)) return;
  const count = heat.held.length;
  context.fillStyle = colour;
  for (let cell = 0, next = 0; cell < count; cell = next) {
    const shade = (at: number): number => Math.ceil(heat.warmth(at, now) * SHADES) / SHADES;
    const warmth = shade(cell);
    next = sameUntil(cell, count, shade);
    if (warmth === 0) continue;
    const top = Math.floor((cell / count) * height);
    // A lonely one is made large enough to be seen; among others it may not lie over the next.
    const least = heat.warmth(next, now) > 0 ? 0 : Math.ceil(MIN_MARK * ratio);
    const rows = Math.max(Math.floor((next / count) * height) - top, least);
    context.globalAlpha = contrast || still ? 1 : 0.2 + 0.8 * warmth;
    context.fillRect(0, top, width, rows);
  }
}

/** The first cell after `cell` that differs from it: what is the same is drawn at once. */
function sameUntil(cell: number, count: number, valueOf: (cell: number) => number): number {
  let next = cell + 1;
  while (next < count && valueOf(next) === valueOf(cell)) next += 1;
  return next;
}

/** At the right edge. Many hits in few rows are drawn once. */
function paintHits(context: Brush, { hit }: Colours, picture: Picture): void {
  const { hits, width, ratio, size } = picture;
  context.globalAlpha = 1;
  context.fillStyle = hit;
  let drawn = -1;
  for (let i = 0; i + 1 < hits.length; i += 2) {
    const start = hits[i] ?? 0;
    if (start >= size) continue;
    const [top, rows] = rowsOf(start, Math.min(size, start + (hits[i + 1] ?? 1)), picture, MIN_MARK * ratio);
    if (top === drawn && rows <= MIN_MARK * ratio) continue;
    drawn = top;
    context.fillRect(width - 5 * ratio, top, 5 * ratio, rows);
  }
}

/** At the left edge. */
function paintSelection(context: Brush, { selection: colour }: Colours, picture: Picture): void {
  const { selection, ratio, size } = picture;
  context.globalAlpha = 1;
  context.fillStyle = colour;
  const [top, rows] = rowsOf(selection.start, Math.min(size, selection.end), picture, MIN_MARK * ratio);
  context.fillRect(0, top, 4 * ratio, rows);
}

function paintView(context: Brush, { frame, shade }: Colours, picture: Picture): void {
  const { view, width, height, ratio, size, contrast } = picture;
  const [top, rows] = rowsOf(view.offset, Math.min(size, view.offset + view.length), picture, MIN_FRAME * ratio);
  context.globalAlpha = 1;
  context.fillStyle = shade;
  if (rows < height) context.fillRect(0, top, width, rows);
  context.strokeStyle = frame;
  const line = (contrast ? 2 : 1) * ratio;
  context.lineWidth = line;
  context.strokeRect(line / 2, top + line / 2, width - line, rows - line);
}
