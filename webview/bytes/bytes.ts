/** The bytes: rows of the store's one snapshot, what keys and the pointer do there, and what is read for them. */
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden } from '../dom.ts';
import type { Host } from '../host.ts';
import { Scroller } from '../scroll/scroller.ts';
import type { Store } from '../state/store.ts';
import { basesOf, type Base } from './addresses.ts';
import { ByteEditor } from './edit.ts';
import { moveBy } from './keys.ts';
import { isTypedInPlace, unitOf } from './look.ts';
import { BytePointer, type ByteHit } from './pointer.ts';
import { Surface } from './surface.ts';
import { describe } from './tooltip.ts';
import { ValueEditor } from './valueEditor.ts';
import { beginsValue, valueText } from './values.ts';
import { CONTEXT, fillWindow, newWindow } from './window.ts';

const ACTIVE_ID = 'active-byte';
/** Rows read above and below the visible ones, so that a turn of the wheel finds them; the top one is a multiple of it. */
const AROUND = 8;

export interface BytesActions {
  /** A drawing is wanted soon. */
  readonly redraw: () => void;
  /** The user selected bytes here. */
  readonly onPick: () => void;
  /** What is marked while the pointer rests on a byte: the field that holds it. */
  readonly rangeAt: (offset: number) => Range;
}

export class BytesView {
  readonly element: HTMLElement;
  readonly scroller: Scroller;
  readonly #store: Store;
  readonly #surface: Surface;
  readonly #editor: ByteEditor;
  readonly #values: ValueEditor;
  readonly #onPick: () => void;
  readonly #nothing = el('p', { class: 'nothing dim', text: 'The segment is empty: its size is 0 bytes.' });
  #bases: readonly Base[] = [];
  #mappers: unknown;
  #inText = false;
  #hovered: ByteHit | undefined;
  #active: HTMLElement | undefined;

  constructor(store: Store, host: Host, actions: BytesActions) {
    this.#store = store;
    this.#onPick = actions.onPick;
    this.#editor = new ByteEditor(store, host);
    this.#surface = new Surface(store, actions.redraw, () => this.#markActive());
    const { grid, body } = this.#surface;
    this.#values = new ValueEditor(store, host, () => this.focus());
    this.#surface.element.append(this.#values.element, this.#nothing);
    this.scroller = new Scroller(body, 'Scroll bytes', actions.redraw);
    this.element = el('section', { class: 'bytes pane' }, this.#surface.element, this.scroller.element);
    grid.addEventListener('keydown', (event) => this.#key(event));
    // Of the grid: a captured pointer's clicks come there.
    grid.addEventListener('dblclick', (event) => {
      const hit = this.#hit(event.clientX, event.clientY);
      if (hit && !hit.text && !isTypedInPlace(store.look)) this.#openValue(hit.offset);
    });
    new BytePointer({
      grid,
      body,
      store,
      scroller: this.scroller,
      hit: (x, y) => this.#hit(x, y),
      rangeAt: (offset) => this.#rangeAt(actions.rangeAt(offset), offset),
      onPick: (inText) => {
        this.#inText = inText;
        actions.onPick();
      },
      onHover: (hit) => {
        this.#hovered = hit;
        this.#describe();
      },
    });
  }

  /** Bytes of one row now. */
  get columns(): number {
    return this.#surface.columns;
  }

  /** Bytes that the visible rows need, those around them, and what a character at their edges may reach into. */
  wanted(): readonly Range[] {
    const rows = this.scroller.room;
    if (rows === 0) return [];
    const first = Math.max(0, this.scroller.top - (this.scroller.top % AROUND) - AROUND);
    const last = Math.ceil((this.scroller.top + rows) / AROUND) * AROUND + AROUND;
    const start = Math.max(0, first * this.columns - CONTEXT);
    return [{ offset: start, length: last * this.columns + CONTEXT - start }];
  }

  focus(): void {
    this.#surface.grid.focus({ preventScroll: true });
  }

  reveal(offset: number, middle = false): void {
    this.scroller.reveal(Math.floor(offset / this.columns), middle);
  }

  /** After the theme or the font changed; `row` is the height of a row in CSS pixels. */
  restyle(row: number): void {
    this.scroller.setRowHeight(row);
    this.#surface.restyle(row);
  }

  /** Scrolls to where `rowBytes` bytes a row had `row` at the top. */
  restore(row: number, rowBytes: number): void {
    this.#arrange(this.#base());
    this.scroller.scrollTo(Math.floor((row * rowBytes) / this.columns));
  }

  draw(now: number): void {
    const base = this.#base();
    this.#arrange(base);
    const { status, size } = this.#store;
    setHidden(this.#nothing, size > 0 || status.phase !== 'live');
    const { grid } = this.#surface;
    setAttribute(grid, 'aria-readonly', String(!this.#store.canEdit));
    grid.classList.toggle('in-text', this.#inText);
    this.#surface.draw({
      now,
      top: this.scroller.top,
      visible: this.scroller.visible,
      pending: this.#editor.pending,
      base,
      inText: this.#inText,
    });
    this.#markActive();
    this.#placeEditor();
  }

  /** As many rows of as many bytes as there are now; what was at the top stays there. */
  #arrange(base: Base | undefined): void {
    const topOffset = this.scroller.top * this.columns;
    const isOther = this.#surface.layOut(base);
    const rowCount = Math.ceil(this.#store.size / this.columns);
    this.scroller.setCount(rowCount);
    if (isOther) this.scroller.scrollTo(Math.floor(topOffset / this.columns));
    setAttribute(this.#surface.grid, 'aria-rowcount', String(rowCount + 1));
  }

  /** What the user chose to count addresses from; offsets are shown while that mapper is not there. */
  #base(): Base | undefined {
    const mappers = this.#store.segment?.mappers;
    if (mappers !== this.#mappers) this.#bases = basesOf(mappers ?? []);
    this.#mappers = mappers;
    const { addresses } = this.#store.look;
    return addresses === '' ? undefined : this.#bases.find((base) => base.key === addresses);
  }

  /** The grid keeps the focus; the cell of the caret is named to screen readers as the active one. */
  #markActive(): void {
    this.#describe();
    const { grid } = this.#surface;
    const cell = this.#surface.cell(this.#store.selection.caret);
    if (cell === this.#active && (!cell || cell.id === ACTIVE_ID)) return;
    this.#active?.removeAttribute('id');
    this.#active = cell;
    if (cell) cell.id = ACTIVE_ID;
    if (cell) grid.setAttribute('aria-activedescendant', ACTIVE_ID);
    else grid.removeAttribute('aria-activedescendant');
  }

  #describe(): void {
    const at = this.#hovered;
    const text = at ? describe(this.#store, this.#base(), at.offset, at.length) : '';
    if (this.#surface.body.title !== text) this.#surface.body.title = text;
  }

  /** The byte that is drawn at a place of the window. */
  offsetAt(clientX: number, clientY: number): number | undefined {
    return this.#hit(clientX, clientY)?.offset;
  }

  #hit(clientX: number, clientY: number): ByteHit | undefined {
    const hit = this.#surface.hit(clientX, clientY);
    if (!hit) return undefined;
    const offset = (this.scroller.top + hit.row) * this.columns + hit.column;
    const length = hit.inText ? 1 : unitOf(this.#store.look);
    return offset < this.#store.size ? { offset, length, text: hit.inText } : undefined;
  }

  /** At least the whole value under the pointer. */
  #rangeAt(range: Range, offset: number): Range {
    const unit = unitOf(this.#store.look);
    return range.length < unit ? { offset: offset - (offset % unit), length: unit } : range;
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && this.#editor.isPending) this.#editor.commit();
    else if (event.key === 'Escape') this.#editor.cancel();
    else if (event.key === 'Tab' && this.#inText === event.shiftKey) this.#switchColumn();
    else if (event.key === 'Tab') return;
    else if (!event.ctrlKey && this.#type(event.key)) this.#revealCaret();
    else {
      const to = moveBy(event.key, event.ctrlKey, this.#store.selection.caret, {
        size: this.#store.size,
        page: this.scroller.page,
        columns: this.columns,
        unit: this.#step,
      });
      if (to === undefined) return;
      this.#moveTo(to, event.shiftKey);
      this.#onPick();
    }
    event.preventDefault();
  }

  /** Bytes that the caret moves over at once. */
  get #step(): number {
    if (!this.#inText) return unitOf(this.#store.look);
    return this.#store.encoding === 'utf16' ? 2 : 1;
  }

  /** Digits in their place and characters; all other values are typed into an input. */
  #type(key: string): boolean {
    const { look, selection } = this.#store;
    if (this.#inText || isTypedInPlace(look)) return this.#editor.type(key, this.#inText);
    if (key === 'Enter' || key === 'F2') this.#openValue(selection.caret);
    else if (beginsValue(key, this.#surface.geometry.shape)) this.#openValue(selection.caret, key);
    else return false;
    return true;
  }

  #openValue(caret: number, typed?: string): void {
    const { shape } = this.#surface.geometry;
    const offset = caret - (caret % shape.size);
    if (!this.#editor.mayWrite()) return;
    const window = newWindow(shape.size);
    fillWindow(window, this.#store.snapshot, offset, this.#store.size);
    this.#values.open(offset, shape, valueText(window, 0, shape), typed);
    this.#placeEditor();
  }

  #placeEditor(): void {
    const { offset } = this.#values;
    if (offset === undefined) return;
    const row = Math.floor(offset / this.columns) - this.scroller.top;
    const isInView = row >= 0 && row < this.scroller.visible;
    this.#values.place(isInView ? this.#surface.box(row, offset % this.columns) : undefined);
  }

  /** Tab goes from the byte columns to the text column before it leaves the grid, and back the same way. */
  #switchColumn(): void {
    this.#inText = !this.#inText;
    this.#editor.cancel();
    this.#revealCaret();
    this.#store.tell('selection');
  }

  #revealCaret(): void {
    const { caret } = this.#store.selection;
    this.reveal(caret);
    this.#surface.revealColumn(caret % this.columns, this.#inText);
  }

  #moveTo(offset: number, extend: boolean): void {
    const { start, end, caret } = this.#store.selection;
    const unit = this.#step;
    const last = end - 1 - ((end - 1) % unit);
    const anchor = extend ? (caret === start ? Math.max(start, last) : start) : offset;
    this.#store.select({ start: Math.min(anchor, offset), end: Math.max(anchor, offset) + unit, caret: offset });
    this.#revealCaret();
  }
}

function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
