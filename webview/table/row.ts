/** One row of the table: the element's index and a cell for each column. Made once, drawn again for other elements. */
import { el, setText } from '../dom.ts';

export interface CellState {
  readonly path: string;
  readonly text: string;
  readonly value: string;
  readonly kind: string;
  readonly step: number;
  readonly numeric: boolean;
  readonly active: boolean;
}

export class TableRow {
  readonly element = el('div', { class: 'row', attributes: { role: 'row' } });
  readonly #index = el('span', { class: 'cell index', attributes: { role: 'rowheader', 'aria-colindex': '1' } });
  cells: readonly HTMLElement[] = [];
  index = -1;

  constructor() {
    this.element.append(this.#index);
  }

  /** `row`: where it stands in the grid, from 0; `index`: which element it is. */
  draw(row: number, index: number, states: readonly CellState[]): void {
    this.index = index;
    if (this.cells.length !== states.length) this.#make(states.length);
    const rowIndex = String(row + 2);
    if (this.element.getAttribute('aria-rowindex') !== rowIndex) this.element.setAttribute('aria-rowindex', rowIndex);
    setText(this.#index, String(index));
    const selected = states.some(({ active }) => active);
    if (this.element.classList.contains('selected') !== selected) this.element.classList.toggle('selected', selected);
    states.forEach((state, column) => drawCell(this.cells[column], state));
  }

  #make(count: number): void {
    this.cells = Array.from({ length: count }, (_, column) =>
      el(
        'span',
        { class: 'cell', attributes: { role: 'gridcell', 'aria-colindex': String(column + 2), 'data-column': String(column) } },
        el('span'),
      ),
    );
    this.element.replaceChildren(this.#index, ...this.cells);
  }
}

function drawCell(cell: HTMLElement | undefined, { path, text, value, kind, step, numeric, active }: CellState): void {
  const shown = cell?.firstElementChild;
  if (!cell || !shown) return;
  setText(shown, text);
  if (cell.dataset['path'] !== path) cell.dataset['path'] = path;
  if (cell.dataset['value'] !== value) cell.dataset['value'] = value;
  const title = text.length > 16 ? text : '';
  if (cell.title !== title) cell.title = title;
  const classes = `shown ${kind}${step > 0 ? ` changed step${step}` : ''}`;
  if (shown.className !== classes) shown.className = classes;
  const own = `cell${numeric ? ' numeric' : ''}${active ? ' active' : ''}`;
  if (cell.className !== own) cell.className = own;
  const selected = String(active);
  if (cell.getAttribute('aria-selected') !== selected) cell.setAttribute('aria-selected', selected);
}
