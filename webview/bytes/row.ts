/** One row of sixteen bytes. Rows are made once and drawn again with other offsets as the view scrolls. */
import { el, setText } from '../dom.ts';

export const COLUMNS = 16;

/** Marks of one cell; together with the change step they say how it looks. */
export const Mark = { zero: 1, unheld: 2, selected: 4, hovered: 8, caret: 16, editing: 32, hit: 64 } as const;
const CLASSES = ['zero', 'unheld', 'selected', 'hovered', 'caret', 'editing', 'hit'];
const STEP_SHIFT = 7;

export interface CellState {
  /** Decimal offset; undefined past the end of the object. */
  readonly offset: number | undefined;
  /** Two characters, or none where the byte is not known yet. */
  readonly hex: string;
  /** The character that begins at this byte; '' for the following bytes of one. */
  readonly text: string;
  /** Bytes (= columns) that the character takes in this row. */
  readonly width: number;
  /** Mark bits. */
  readonly marks: number;
  /** 0, or how far a change has faded. */
  readonly step: number;
}

/** Class names for a set of marks and a change step, made once for each combination. */
const classNames = new Map<number, string>();
function classesOf(marks: number, step: number): string {
  const key = marks | (step << STEP_SHIFT);
  const known = classNames.get(key);
  if (known !== undefined) return known;
  const names = CLASSES.filter((_, bit) => marks & (1 << bit));
  if (step > 0) names.push('changed', `step${step}`);
  const made = names.join(' ');
  classNames.set(key, made);
  return made;
}

class Cell {
  readonly hex: HTMLElement;
  readonly text: HTMLElement;
  readonly #hexText = document.createTextNode('');
  readonly #charText = document.createTextNode('');
  #offset: number | undefined;
  #classes = '';
  #width = 1;
  #hidden = false;

  constructor(index: number) {
    this.hex = el('span', { class: 'cell', attributes: { role: 'gridcell', 'aria-colindex': String(index + 2) } }, this.#hexText);
    this.text = el('span', { class: 'char' }, this.#charText);
  }

  draw(state: CellState): void {
    this.#place(state.offset);
    if (this.#hexText.data !== state.hex) this.#hexText.data = state.hex;
    if (this.#charText.data !== state.text) this.#charText.data = state.text;
    if (this.#width !== state.width) {
      this.#width = state.width;
      this.text.hidden = state.width === 0;
      this.text.style.width = `${state.width}ch`;
    }
    const classes = classesOf(state.marks, state.step);
    if (this.#classes === classes) return;
    this.#classes = classes;
    this.hex.className = `cell ${classes}`;
    this.hex.classList.toggle('past', this.#hidden);
    this.text.className = `char ${classes}`;
    this.hex.setAttribute('aria-selected', String((state.marks & Mark.selected) !== 0));
  }

  #place(offset: number | undefined): void {
    if (offset === this.#offset) return;
    this.#offset = offset;
    const hidden = offset === undefined;
    if (hidden) delete this.hex.dataset['offset'];
    else this.hex.dataset['offset'] = String(offset);
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.hex.classList.toggle('past', hidden);
    if (hidden) this.hex.setAttribute('role', 'presentation');
    else this.hex.setAttribute('role', 'gridcell');
  }
}

export class ByteRow {
  readonly element: HTMLElement;
  readonly cells: readonly Cell[];
  readonly #offset = el('span', { class: 'offset', attributes: { role: 'rowheader', 'aria-colindex': '1' } });
  readonly #hole = el('span', { class: 'hole-text' });
  #row = -1;

  constructor() {
    this.cells = Array.from({ length: COLUMNS }, (_, index) => new Cell(index));
    const text = el('span', { class: 'text', attributes: { role: 'gridcell', 'aria-colindex': String(COLUMNS + 2) } });
    text.append(...this.cells.map((cell) => cell.text), el('span', { class: 'hole-line' }, this.#hole));
    this.element = el(
      'div',
      { class: 'row', attributes: { role: 'row' } },
      this.#offset,
      ...this.cells.map((cell) => cell.hex),
      text,
    );
  }

  /** `digits` is how many hexadecimal digits an offset of this segment takes. */
  draw(row: number, digits: number, states: readonly CellState[], hole: string | undefined): void {
    if (row !== this.#row) {
      this.#row = row;
      this.element.setAttribute('aria-rowindex', String(row + 2));
    }
    setText(this.#offset, (row * COLUMNS).toString(16).padStart(digits, '0'));
    states.forEach((state, index) => this.cells[index]?.draw(state));
    setText(this.#hole, hole ?? '');
    this.element.classList.toggle(
      'hole',
      states.every((state) => state.offset === undefined || (state.marks & Mark.unheld) !== 0),
    );
  }

  /** The column under an event's target, and whether it is the text column. */
  hit(target: Node): { readonly index: number; readonly text: boolean } | undefined {
    const index = this.cells.findIndex((cell) => cell.hex.contains(target) || cell.text.contains(target));
    return index < 0 ? undefined : { index, text: this.cells[index]?.text.contains(target) ?? false };
  }
}
