/**
 * The grid that is equal to what the canvas shows, for screen readers and for tests. It lies over the canvas and is not painted. Few cells
 * are set at once; many follow on the half beat, so that it costs no more than a part of the drawing itself.
 */
import { Alarm } from '../alarm.ts';
import { HALF_BEAT, beatOf, untilBeat } from '../beat.ts';
import { el, setText } from '../dom.ts';
import { RowPool } from '../scroll/pool.ts';
import type { Geometry } from './geometry.ts';
import { shownValue } from './painter.ts';
import { Mark, RowState, groupCode, isZero, stepOf } from './rowState.ts';
import { fillText, newText, type TextMode } from './text.ts';
import { HEX } from './values.ts';
import { PAST } from './window.ts';

/** Bytes that may differ for the grid to be set at once. */
const FEW = 64;
/** Between two settings of many cells where rows came into view, which somebody went to, ms. */
const SPAN_OF_NEW = 33;

const CLASSES = ['unheld', 'selected', 'hovered', 'caret', 'editing', 'hit'];

/** Class names for a byte's marks and change step, made once for each combination. */
const classNames = new Map<number, string>();
function classesOf(code: number, isZeroed: boolean): string {
  const key = code * 2 + (isZeroed ? 1 : 0);
  const known = classNames.get(key);
  if (known !== undefined) return known;
  const names = CLASSES.filter((_, bit) => code & (1 << bit));
  if (isZeroed) names.unshift('zero');
  if (stepOf(code) > 0) names.push('changed', `step${stepOf(code)}`);
  const made = names.join(' ');
  classNames.set(key, made);
  return made;
}

/** What it holds is its name, which is all that a reader gets of it: a text would be laid out, and hundreds of them four times a second. */
class Cell {
  readonly element: HTMLElement;
  #name = '';
  #classes = '';

  constructor(element: HTMLElement) {
    this.element = element;
  }

  setName(name: string): void {
    if (this.#name === name) return;
    this.#name = name;
    this.element.ariaLabel = name === '' ? null : name;
  }

  setClasses(classes: string): void {
    if (this.#classes === classes) return;
    this.#classes = classes;
    this.element.className = `cell ${classes}`;
  }
}

/** An empty row, to be cloned: to make each element by itself takes several times as long. */
function rowTemplate(geometry: Geometry): HTMLElement {
  const row = el('div', { class: 'row', attributes: { role: 'row' } });
  const cells = geometry.cellAt.map((at, group) => {
    const attributes = { role: 'gridcell', 'aria-colindex': String(group + 2), 'aria-selected': 'false' };
    const cell = el('span', { class: 'cell', attributes });
    cell.style.left = `calc(var(--char) * ${at})`;
    return cell;
  });
  row.append(
    el('span', { class: 'offset', attributes: { role: 'rowheader', 'aria-colindex': '1' } }),
    ...cells,
    el('span', { class: 'text', attributes: { role: 'gridcell', 'aria-colindex': String(cells.length + 2) } }),
  );
  return row;
}

class MirrorRow {
  readonly element: HTMLElement;
  readonly state: RowState;
  readonly #geometry: Geometry;
  readonly #label: Element | undefined;
  readonly #values: readonly Cell[];
  readonly #text: Cell | undefined;
  readonly #cells: string[];
  readonly #hole = el('span', { class: 'hole-text' });
  #start = -1;

  constructor(geometry: Geometry, template: HTMLElement) {
    this.#geometry = geometry;
    this.state = new RowState(geometry.columns);
    this.#cells = newText(geometry.columns);
    this.element = document.importNode(template, true);
    const [label, ...others] = [...this.element.children].filter((child) => child instanceof HTMLElement);
    this.#label = label;
    // What a row's characters say is one name: it costs a sixteenth of many.
    const text = others.pop();
    text?.append(el('span', { class: 'hole-line' }, this.#hole));
    this.#text = text && new Cell(text);
    this.#values = others.map((cell) => new Cell(cell));
  }

  cell(group: number): HTMLElement | undefined {
    return this.#values[group]?.element;
  }

  set(row: RowState, mode: TextMode): void {
    const { shape } = this.#geometry;
    this.state.copy(row);
    if (this.#label) setText(this.#label, row.label);
    this.#place(row);
    this.#values.forEach((cell, group) => {
      const column = group * shape.size;
      const code = groupCode(row, group, this.#geometry);
      cell.setName(shownValue(row, column, code, this.#geometry).trim());
      cell.setClasses(this.#classes(row, column, shape.size, code));
      const selected = String((code & Mark.selected) !== 0);
      if (cell.element.ariaSelected !== selected) cell.element.ariaSelected = selected;
    });
    fillText(this.#cells, row.window, mode);
    const text = this.#cells.map((cell, column) => (row.code(column) & Mark.unheld ? '' : cell)).join('');
    this.#text?.setName(row.hole === '' ? text : `${text} ${row.hole}`.trim());
    setText(this.#hole, row.hole);
    this.element.classList.toggle('hole', row.isHole);
  }

  #classes(row: RowState, column: number, length: number, code: number): string {
    if (row.byte(column) === PAST) return 'past';
    return classesOf(code, isZero(row, column, length));
  }

  /** Where the row stands in the object: the offsets of its cells, none past the end. */
  #place(row: RowState): void {
    if (row.start !== this.#start) {
      this.#start = row.start;
      this.element.setAttribute('aria-rowindex', String(row.start / this.#geometry.columns + 2));
    }
    this.#values.forEach(({ element }, group) => {
      const column = group * this.#geometry.shape.size;
      const offset = row.byte(column) === PAST ? undefined : String(row.start + column);
      if (element.dataset['offset'] === offset) return;
      if (offset === undefined) delete element.dataset['offset'];
      else element.dataset['offset'] = offset;
      element.setAttribute('role', offset === undefined ? 'presentation' : 'gridcell');
    });
  }
}

export class Mirror {
  readonly #body: HTMLElement;
  readonly #onSync: () => void;
  #pool: RowPool<number, MirrorRow>;
  #rows: readonly RowState[] = [];
  #mode: TextMode = { encoding: 'utf8', littleEndian: true };
  #size = -1;
  /** The half beat in which many cells were set last. */
  #beat = -1;
  /** When rows that came into view were set: not held up by the setting of the same rows before they were known. */
  #lastNew = -SPAN_OF_NEW;
  readonly #later = new Alarm(() => this.#sync(performance.now(), false));

  /** Rows go into `body`; `onSync` is told after each time that they were set. */
  constructor(body: HTMLElement, onSync: () => void) {
    this.#body = body;
    this.#onSync = onSync;
    this.#pool = new RowPool(body, () => {
      throw new Error('no geometry');
    });
  }

  /** Other columns: all rows are made anew. */
  setGeometry(geometry: Geometry): void {
    this.#body.replaceChildren();
    const template = rowTemplate(geometry);
    this.#pool = new RowPool(this.#body, () => new MirrorRow(geometry, template));
    this.#size = -1;
  }

  /** The element of a value, by the row's first offset. */
  cell(start: number, group: number): HTMLElement | undefined {
    return this.#pool.get(start)?.cell(group);
  }

  /**
   * `rows` is what was drawn, and stays the caller's: it is read again when the grid follows later. `size` is that of the object; when it
   * changes the grid is set at once, so that no cell stands for what is not there.
   */
  update(rows: readonly RowState[], mode: TextMode, size: number, now: number): void {
    const isResized = size !== this.#size;
    const isOther = mode.encoding !== this.#mode.encoding || mode.littleEndian !== this.#mode.littleEndian;
    this.#rows = rows;
    this.#mode = mode;
    this.#size = size;
    const rest = this.#bringsRows() ? this.#lastNew + SPAN_OF_NEW - now : this.#restOfBeat(now);
    if (isOther || isResized || rest <= 0 || this.#isNear()) this.#sync(now, isOther);
    else this.#later.set(now + rest);
  }

  /** ms until many cells may be set again. */
  #restOfBeat(now: number): number {
    return this.#beat === beatOf(now, HALF_BEAT) ? untilBeat(now, HALF_BEAT) : 0;
  }

  /** Whether there is now a whole row that the grid does not have, or has not yet got the bytes of. */
  #bringsRows(): boolean {
    return this.#rows.some((row) => row.isKnown && this.#pool.get(row.start)?.state.isKnown !== true);
  }

  /** Whether only few bytes differ. */
  #isNear(): boolean {
    let count = 0;
    for (const row of this.#rows) {
      const shown = this.#pool.get(row.start)?.state;
      count += shown ? shown.differences(row) : row.codes.length;
      if (count > FEW) return false;
    }
    return true;
  }

  #sync(now: number, isOther: boolean): void {
    this.#later.set(Infinity);
    if (this.#bringsRows()) this.#lastNew = now;
    const shown = this.#pool.arrange(this.#rows.map((row) => row.start));
    let count = 0;
    shown.forEach((element, index) => {
      const row = this.#rows[index];
      if (!row) return;
      const differences = element.state.differences(row);
      if (differences === 0 && !isOther) return;
      count += differences;
      element.set(row, this.#mode);
    });
    if (count > FEW) this.#beat = beatOf(now, HALF_BEAT);
    this.#onSync();
  }
}

/** The names of the columns, over the rows; `first` is that of the offsets. */
export function header(geometry: Geometry, first: string): HTMLElement {
  const name = (text: string, className: string, column: number, at: number): HTMLElement => {
    const cell = el('span', { class: className, text, attributes: { role: 'columnheader', 'aria-colindex': String(column) } });
    cell.style.left = `calc(var(--char) * ${at})`;
    return cell;
  };
  const { cellAt, shape, textAt } = geometry;
  const columns = cellAt.map((at, group) => name(HEX[group * shape.size] ?? '', 'cell', group + 2, at));
  const row = el('div', { class: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  row.append(name(first, 'offset', 1, 0), ...columns, name('Text', 'text', columns.length + 2, textAt));
  return row;
}
