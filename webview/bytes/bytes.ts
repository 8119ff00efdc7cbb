/** The bytes: sixteen a row, drawn into a pool of rows from the store's one snapshot. */
import type { Range } from '../../src/protocol/messages.ts';
import { el } from '../dom.ts';
import { formatHex } from '../format.ts';
import type { Host } from '../host.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';
import { MISSING } from '../state/snapshot.ts';
import type { Store } from '../state/store.ts';
import { ByteEditor } from './edit.ts';
import { ByteRow, COLUMNS, Mark, type CellState } from './row.ts';
import { BytePointer } from './pointer.ts';
import { moveBy } from './keys.ts';
import { CONTEXT, textCells } from './text.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const ACTIVE_ID = 'active-byte';

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
  readonly #editor: ByteEditor;
  readonly #grid: HTMLElement;
  readonly #body: HTMLElement;
  readonly #rows: RowPool<number, ByteRow>;
  #inText = false;
  #digits = 0;
  #active: HTMLElement | undefined;

  constructor(store: Store, host: Host, actions: BytesActions) {
    this.#store = store;
    this.#editor = new ByteEditor(store, host);
    this.#body = el('div', { class: 'rows', attributes: { role: 'rowgroup', id: 'byte-rows' } });
    this.#grid = el(
      'div',
      { class: 'grid mono', attributes: { role: 'grid', 'aria-label': 'Bytes', tabindex: '0' } },
      header(),
      this.#body,
    );
    this.#rows = new RowPool(this.#body, () => new ByteRow());
    this.scroller = new Scroller(this.#body, 'Scroll bytes', actions.redraw);
    const across = el('div', { class: 'across' }, this.#grid);
    this.element = el('section', { class: 'bytes pane' }, across, this.scroller.element);
    this.#grid.addEventListener('keydown', (event) => this.#key(event, actions.onPick));
    const onPick = (inText: boolean): void => {
      this.#inText = inText;
      actions.onPick();
    };
    const hit = (target: Node): ReturnType<BytesView['hit']> => this.hit(target);
    new BytePointer({ grid: this.#grid, store, scroller: this.scroller, hit, rangeAt: actions.rangeAt, onPick });
  }

  /** Bytes that the visible rows need: three more on each side tell where a UTF-8 character begins and ends. */
  wanted(): readonly Range[] {
    const rows = this.scroller.room;
    if (rows === 0) return [];
    const start = Math.max(0, this.scroller.top * COLUMNS - CONTEXT);
    return [{ offset: start, length: (this.scroller.top + rows) * COLUMNS + CONTEXT - start }];
  }

  focus(): void {
    this.#grid.focus({ preventScroll: true });
  }

  reveal(offset: number, middle = false): void {
    this.scroller.reveal(Math.floor(offset / COLUMNS), middle);
  }

  draw(now: number): void {
    const { size } = this.#store;
    const rowCount = Math.ceil(size / COLUMNS);
    this.scroller.setCount(rowCount);
    this.#grid.setAttribute('aria-rowcount', String(rowCount + 1));
    this.#grid.setAttribute('aria-readonly', String(!this.#store.canEdit));
    const visible = this.scroller.visible;
    const digits = Math.max(8, Math.max(0, size - 1).toString(16).length);
    if (digits !== this.#digits) this.#grid.style.setProperty('--digits', String(digits));
    this.#digits = digits;
    const indices = Array.from({ length: visible }, (_, index) => this.scroller.top + index);
    this.#rows.arrange(indices).forEach((row, index) => this.#drawRow(row, this.scroller.top + index, digits, now));
    this.#markActive();
  }

  #drawRow(row: ByteRow, index: number, digits: number, now: number): void {
    const start = index * COLUMNS;
    const text = textCells(this.#store.snapshot, start, this.#store.encoding);
    const states = text.map((cell, column) => this.#cell(start + column, cell, now));
    row.draw(index, digits, states, this.#holeText(start));
  }

  #cell(offset: number, { text, width }: { readonly text: string; readonly width: number }, now: number): CellState {
    const { snapshot, selection, hover, size } = this.#store;
    if (offset >= size) return { offset: undefined, hex: '', text: '', width: 1, marks: 0, step: 0 };
    const byte = snapshot?.byteAt(offset) ?? MISSING;
    const unheld = byte !== MISSING && snapshot?.unheldAt(offset) !== undefined;
    const pending = this.#editor.pendingAt(offset);
    const marks =
      (byte === 0 ? Mark.zero : 0) |
      (unheld ? Mark.unheld : 0) |
      (offset >= selection.start && offset < selection.end ? Mark.selected : 0) |
      (hover && offset >= hover.offset && offset < hover.offset + hover.length ? Mark.hovered : 0) |
      (offset === selection.caret ? Mark.caret : 0) |
      (this.#store.isHit(offset) ? Mark.hit : 0) |
      (pending === undefined ? 0 : Mark.editing);
    const hex = pending ?? (byte === MISSING ? '' : unheld ? '··' : (HEX[byte] ?? ''));
    const step = byte === MISSING ? 0 : this.#store.changes.step(offset, 1, now);
    return { offset, hex, text: unheld ? '' : text, width: unheld ? 1 : width, marks, step };
  }

  /** Said once in the visible part of a run: in its first whole row, or at the top when that is scrolled away. */
  #holeText(start: number): string | undefined {
    const { snapshot } = this.#store;
    const run = snapshot?.unheldAt(start);
    if (!snapshot || !run || run[1] < Math.min(start + COLUMNS, this.#store.size)) return undefined;
    const firstRow = Math.max(Math.ceil(run[0] / COLUMNS), this.scroller.top);
    if (start !== firstRow * COLUMNS) return undefined;
    const what = snapshot.throughProcesses ? 'not touched by the processes that it is read through' : 'no memory held';
    return `${what}: ${formatHex(run[0])} – ${formatHex(run[1] - 1)}`;
  }

  /** The grid keeps the focus; the cell of the caret is named to screen readers as the active one. */
  #markActive(): void {
    const { caret } = this.#store.selection;
    const cell = this.#rows.get(Math.floor(caret / COLUMNS))?.cells[caret % COLUMNS]?.hex;
    this.#grid.classList.toggle('in-text', this.#inText);
    if (cell === this.#active) return;
    this.#active?.removeAttribute('id');
    this.#active = cell;
    if (cell) cell.id = ACTIVE_ID;
    if (cell) this.#grid.setAttribute('aria-activedescendant', ACTIVE_ID);
    else this.#grid.removeAttribute('aria-activedescendant');
  }

  /** The byte that a node shows. */
  hit(target: Node): { readonly offset: number; readonly text: boolean } | undefined {
    const index = this.#rows.keyOf(target);
    const hit = index === undefined ? undefined : this.#rows.get(index)?.hit(target);
    if (!hit || index === undefined) return undefined;
    const offset = index * COLUMNS + hit.index;
    return offset < this.#store.size ? { offset, text: hit.text } : undefined;
  }

  #key(event: KeyboardEvent, onPick: () => void): void {
    if (event.altKey || event.metaKey) return;
    if (event.key === 'Enter' && this.#editor.isPending) this.#editor.commit();
    else if (event.key === 'Escape') this.#editor.cancel();
    else if (event.key === 'Tab' && this.#inText === event.shiftKey) this.#switchColumn();
    else if (event.key === 'Tab') return;
    else if (event.ctrlKey || !this.#editor.type(event.key, this.#inText)) {
      const to = moveBy(event.key, event.ctrlKey, this.#store.selection.caret, this.#store.size, this.scroller.page);
      if (to === undefined) return;
      this.#moveTo(to, event.shiftKey);
      onPick();
    } else this.reveal(this.#store.selection.caret);
    event.preventDefault();
  }

  /** Tab goes from the byte columns to the text column before it leaves the grid, and back the same way. */
  #switchColumn(): void {
    this.#inText = !this.#inText;
    this.#editor.cancel();
    this.#store.tell('selection');
  }

  #moveTo(offset: number, extend: boolean): void {
    const { start, end, caret } = this.#store.selection;
    const anchor = extend ? (caret === start ? end - 1 : start) : offset;
    this.#store.select({ start: Math.min(anchor, offset), end: Math.max(anchor, offset) + 1, caret: offset });
    this.reveal(this.#store.selection.caret);
  }
}

function header(): HTMLElement {
  const name = (text: string, className: string, column: number): HTMLElement =>
    el('span', { class: className, text, attributes: { role: 'columnheader', 'aria-colindex': String(column) } });
  const columns = Array.from({ length: COLUMNS }, (_, index) => name(HEX[index] ?? '', 'cell', index + 2));
  const row = el('div', { class: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  row.append(name('Offset', 'offset', 1), ...columns, name('Text', 'text', COLUMNS + 2));
  return row;
}
