/** The drawn rows: a canvas, and over it the grid that is equal to it. Knows where everything stands, and nothing of what keys do. */
import { el } from '../dom.ts';
import type { Store } from '../state/store.ts';
import { NOT_MAPPED, type Base } from './addresses.ts';
import { fittingColumns, geometryOf, hitAt, type Geometry, type Hit } from './geometry.ts';
import { holeText } from './holes.ts';
import { unitOf } from './look.ts';
import { PADDING, measure, type Metrics } from './metrics.ts';
import { Mirror, header } from './mirror.ts';
import { Painter } from './painter.ts';
import { readPalette } from './palette.ts';
import { RowState } from './rowState.ts';
import type { Drawn, Scene } from './scene.ts';
import { shapeOf } from './values.ts';
import type { Box } from './valueEditor.ts';

/** Hexadecimal digits of an offset at least. */
const DIGITS = 8;
/** Room for the error under an input, CSS pixels. */
const BELOW = 60;

export interface Drawing {
  readonly now: number;
  /** First row, and how many are to be drawn. */
  readonly top: number;
  readonly visible: number;
  readonly pending: { readonly offset: number; readonly text: string } | undefined;
  readonly base: Base | undefined;
  readonly inText: boolean;
}

export class Surface {
  readonly element: HTMLElement;
  readonly grid: HTMLElement;
  readonly body: HTMLElement;
  readonly #store: Store;
  readonly #across: HTMLElement;
  readonly #canvas = el('canvas', { attributes: { 'aria-hidden': 'true' } });
  readonly #painter: Painter;
  readonly #mirror: Mirror;
  #metrics: Metrics;
  #geometry: Geometry;
  #head: HTMLElement;
  #rows: RowState[] = [];
  #scratch: RowState;
  #painted = 0;
  /** The canvas got its size, and all that was to be painted before with it. */
  #hasCanvas = false;
  #scene: Scene | undefined;
  #width = 0;
  /** Asking the element in a drawing would make the browser lay out the page once more. */
  #scrolled = 0;
  #firstName = 'Offset';

  /** `onChange` is told when a drawing is wanted; `onMirror` whenever the grid was set. */
  constructor(store: Store, onChange: () => void, onMirror: () => void) {
    // What is measured here is of no element that has a place; `restyle` follows when it has one.
    this.#store = store;
    this.body = el('div', { class: 'rows', attributes: { role: 'rowgroup', id: 'byte-rows' } });
    this.grid = el('div', { class: 'grid mono', attributes: { role: 'grid', 'aria-label': 'Bytes', tabindex: '0' } });
    this.#across = el('div', { class: 'across' }, this.grid);
    this.element = el('div', { class: 'view' }, this.#canvas, this.#across);
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('This browser gives no canvas to draw on.');
    this.#metrics = measure(this.grid, context, 20);
    this.#painter = new Painter(this.#canvas, context, this.#metrics, readPalette(this.grid));
    this.#mirror = new Mirror(this.body, onMirror);
    this.#geometry = geometryOf(16, shapeOf(store.look, true), DIGITS);
    this.#scratch = new RowState(16);
    this.#head = header(this.#geometry, this.#firstName);
    this.grid.append(this.#head, this.body);
    this.#setGeometry(this.#geometry);
    for (const event of ['focus', 'blur']) this.grid.addEventListener(event, onChange);
    const onScroll = (): void => {
      this.#scrolled = this.#across.scrollLeft;
      onChange();
    };
    this.#across.addEventListener('scroll', onScroll, { passive: true });
    this.#watchSize(onChange);
  }

  get geometry(): Geometry {
    return this.#geometry;
  }

  /** Bytes that every drawing takes in one row. */
  get columns(): number {
    return this.#geometry.columns;
  }

  /** After the theme or the font changed; `row` is the height of a row in CSS pixels. */
  restyle(row: number): void {
    this.#metrics = measure(this.grid, this.#painter.context, row);
    this.#painter.restyle(this.#metrics, readPalette(this.grid));
    this.#scene = undefined;
    this.#setVariables();
  }

  /** The canvas has a pixel of its own for each of the screen's; where the sizes are told late it is stretched until then. */
  #watchSize(onChange: () => void): void {
    new ResizeObserver((entries) => {
      const box = entries.at(-1)?.devicePixelContentBoxSize[0];
      if (!box) return;
      const isOtherScale = (window.devicePixelRatio || 1) !== this.#metrics.scale;
      if (isOtherScale) this.restyle(this.#metrics.row);
      this.#painter.resize(box.inlineSize, box.blockSize);
      this.#hasCanvas = true;
      if (this.#scene && !isOtherScale) this.#paintAll(this.#scene);
      else onChange();
    }).observe(this.#canvas, { box: 'device-pixel-content-box' });
    new ResizeObserver(() => {
      this.#width = this.#across.clientWidth;
      this.#canvas.style.height = `${this.body.clientHeight}px`;
      onChange();
    }).observe(this.body);
    new ResizeObserver(() => {
      this.#width = this.#across.clientWidth;
      onChange();
    }).observe(this.#across);
  }

  /** Takes over what the user chose; gives whether rows now hold another number of bytes. */
  layOut(base: Base | undefined): boolean {
    const { look, byteOrder, size } = this.#store;
    const shape = shapeOf(look, byteOrder === 'little');
    const offsets = Math.max(DIGITS, Math.max(0, size - 1).toString(16).length);
    const digits = base ? Math.max(NOT_MAPPED.length, base.digits) : offsets;
    const { char, padding, scale } = this.#metrics;
    const room = Math.floor((this.#width * scale - 2 * padding) / char);
    const wanted = look.columns === 'auto' ? fittingColumns(room, shape, digits) : look.columns;
    const columns = Math.max(wanted, unitOf(look));
    const firstName = base ? 'Address' : 'Offset';
    const old = this.#geometry;
    const isSame = old.shape.size === shape.size && old.shape.kind === shape.kind && old.digits === digits;
    if (isSame && old.columns === columns && old.shape.littleEndian === shape.littleEndian && firstName === this.#firstName)
      return false;
    this.#firstName = firstName;
    this.#setGeometry(geometryOf(columns, shape, digits));
    return old.columns !== columns;
  }

  #setGeometry(geometry: Geometry): void {
    this.#geometry = geometry;
    this.#rows = [];
    this.#scratch = new RowState(geometry.columns);
    this.#scene = undefined;
    this.#mirror.setGeometry(geometry);
    const head = header(geometry, this.#firstName);
    this.#head.replaceWith(head);
    this.#head = head;
    this.grid.setAttribute('aria-colcount', String(geometry.cellAt.length + 2));
    this.#setVariables();
  }

  #setVariables(): void {
    const { char, scale } = this.#metrics;
    const { digits, cellWidth, textAt, total, columns } = this.#geometry;
    const width = (total * char) / scale + 2 * PADDING;
    const set = (name: string, value: string): void => this.grid.style.setProperty(name, value);
    set('--char', `${char / scale}px`);
    set('--digits', String(digits));
    set('--cell', String(cellWidth));
    set('--text', String(textAt));
    set('--columns', String(columns));
    this.grid.style.minWidth = `${width}px`;
    this.grid.classList.toggle('numbers', !['hex', 'binary'].includes(this.#geometry.shape.kind));
    const isAuto = this.#store.look.columns === 'auto';
    const { style } = document.documentElement;
    const wish = isAuto ? '' : `${Math.ceil(width) + 15}px`;
    if (style.getPropertyValue('--bytes-width') !== wish) style.setProperty('--bytes-width', wish);
  }

  draw({ now, top, visible, pending, base, inText }: Drawing): void {
    const { byteOrder, encoding, status, size, snapshot } = this.#store;
    const scene: Scene = {
      geometry: this.#geometry,
      mode: { encoding, littleEndian: byteOrder === 'little' },
      hasFocus: document.activeElement === this.grid,
      inText,
      isStale: ['gone', 'unreadable', 'attach'].includes(status.phase),
      scrolled: Math.round(this.#scrolled * this.#metrics.scale),
    };
    const isNew = !this.#scene || !sameScene(scene, this.#scene);
    this.#scene = scene;
    const { columns } = this.#geometry;
    const drawn: Drawn[] = [];
    for (let index = 0; index < visible; index++) {
      const next = this.#scratch;
      const start = (top + index) * columns;
      next.read(this.#store, start, now, pending?.offset);
      next.label = this.#label(start, base);
      next.hole = holeText(snapshot, start, columns, top, size);
      next.pending = pending && pending.offset >= start && pending.offset < start + columns ? pending.text : '';
      const shown = (this.#rows[index] ??= new RowState(columns));
      const isSame = shown.equals(next);
      const isOther = isNew || index >= this.#painted;
      const keepsLabel = !isOther && shown.label === next.label && !shown.isHole && !next.isHole;
      if (!isSame) shown.copy(next);
      if (!isSame || isOther) drawn.push({ index, row: shown, keepsLabel });
    }
    if (this.#hasCanvas) this.#painter.paint(drawn, scene);
    if (visible < this.#painted || isNew) this.#painter.clear(visible);
    this.#painted = visible;
    this.#mirror.update(this.#rows.slice(0, visible), scene.mode, size, now);
  }

  #paintAll(scene: Scene): void {
    this.#painter.paint(
      this.#rows.slice(0, this.#painted).map((row, index) => ({ index, row, keepsLabel: false })),
      scene,
    );
  }

  #label(start: number, base: Base | undefined): string {
    if (!base) return start.toString(16).padStart(this.#geometry.digits, '0');
    return base.at(start)?.toString(16).padStart(base.digits, '0') ?? NOT_MAPPED;
  }

  /** What stands at a place of the window: the row, counted from the top one, and the column. */
  hit(clientX: number, clientY: number): (Hit & { readonly row: number }) | undefined {
    const box = this.body.getBoundingClientRect();
    if (clientY < box.top || clientY >= box.bottom) return undefined;
    const position = ((clientX - box.left - PADDING) * this.#metrics.scale) / this.#metrics.char;
    const hit = hitAt(this.#geometry, position);
    return hit && { ...hit, row: Math.floor((clientY - box.top) / this.#metrics.row) };
  }

  /** Where the value of `column` stands in the element, in the row counted from the top one. */
  box(row: number, column: number): Box {
    const { char, scale } = this.#metrics;
    const at = this.#geometry.cellAt[Math.floor(column / this.#geometry.shape.size)] ?? 0;
    const top = row * this.#metrics.row;
    return {
      left: PADDING + (at * char) / scale - this.#scrolled,
      top: top + this.#head.offsetHeight,
      width: (this.#geometry.cellWidth * char) / scale,
      isLow: top + this.#metrics.row + BELOW > this.body.clientHeight,
    };
  }

  /** Scrolls to the side until a value, or the character of a byte, is in view. */
  revealColumn(column: number, inText: boolean): void {
    const { char, scale } = this.#metrics;
    const { textAt, cellAt, cellWidth, shape } = this.#geometry;
    const at = inText ? textAt + column : (cellAt[Math.floor(column / shape.size)] ?? 0);
    const left = PADDING + (at * char) / scale;
    const right = left + ((inText ? 1 : cellWidth) * char) / scale;
    const { scrollLeft } = this.#across;
    if (left - PADDING < scrollLeft) this.#across.scrollLeft = column === 0 && !inText ? 0 : left - PADDING;
    else if (right + PADDING > scrollLeft + this.#width) this.#across.scrollLeft = right + PADDING - this.#width;
  }

  /** The grid's element for the value that holds `offset`. */
  cell(offset: number): HTMLElement | undefined {
    const column = offset % this.#geometry.columns;
    return this.#mirror.cell(offset - column, Math.floor(column / this.#geometry.shape.size));
  }
}

function sameScene(a: Scene, b: Scene): boolean {
  return (
    a.geometry === b.geometry &&
    a.mode.encoding === b.mode.encoding &&
    a.mode.littleEndian === b.mode.littleEndian &&
    a.hasFocus === b.hasFocus &&
    a.inText === b.inText &&
    a.isStale === b.isStale &&
    a.scrolled === b.scrolled
  );
}
