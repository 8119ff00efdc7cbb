/** The lines above the table's rows: what it is and what can be done with it, and the names of its columns. */
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { el, icon, setHidden, setText } from '../dom.ts';
import { grip } from '../fields/columns.ts';
import { button } from '../fields/toolbar.ts';
import type { Column } from './columns.ts';

export interface BarActions {
  readonly onClose: () => void;
  readonly onColumns: (at: HTMLElement) => void;
  readonly onExport: () => void;
  readonly onLive: () => void;
  readonly onCancel: () => void;
}

/** What the bar says: nothing while it is live, how far a sort has come, or from when the sorted rows are. */
export interface BarState {
  readonly title: string;
  readonly working?: string | undefined;
  readonly sorted?: string | undefined;
}

export class TableBar {
  readonly element: HTMLElement;
  readonly #title = el('span', { class: 'title' });
  readonly #said = el('span', { class: 'said', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #live = textButton('Back to Live');
  readonly #cancel = textButton('Cancel');

  constructor(actions: BarActions) {
    const close = button('arrow-left', 'Back to the fields');
    const columns = button('list-selection', 'Choose columns');
    const save = button('export', 'Export the array');
    close.addEventListener('click', actions.onClose);
    columns.addEventListener('click', () => actions.onColumns(columns));
    save.addEventListener('click', actions.onExport);
    this.#live.addEventListener('click', actions.onLive);
    this.#cancel.addEventListener('click', actions.onCancel);
    const attributes = { role: 'toolbar', 'aria-label': 'Table' };
    const parts = [close, this.#title, this.#said, this.#cancel, this.#live, columns, save];
    this.element = el('div', { class: 'fields-bar table-bar', attributes }, ...parts);
  }

  draw({ title, working, sorted }: BarState): void {
    setText(this.#title, title);
    if (this.#title.title !== title) this.#title.title = title;
    setText(this.#said, working ?? sorted ?? '');
    this.#said.classList.toggle('not-live', sorted !== undefined && working === undefined);
    setHidden(this.#cancel, working === undefined);
    setHidden(this.#live, sorted === undefined || working !== undefined);
  }
}

function textButton(label: string): VscodeButton {
  const made = new VscodeButton();
  made.textContent = label;
  made.secondary = true;
  made.hidden = true;
  return made;
}

export interface SortState {
  readonly path: string;
  readonly descending: boolean;
}

export interface HeadEvents {
  readonly onSort: (column: Column) => void;
  readonly onMenu: (column: Column, event: MouseEvent) => void;
}

/** A header for each column, that sorts by it. */
export function headerRow(
  grid: HTMLElement,
  columns: readonly Column[],
  numeric: readonly boolean[],
  sorted: SortState | undefined,
  { onSort, onMenu }: HeadEvents,
): HTMLElement {
  const row = el('div', { class: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  row.append(
    el('span', {
      class: 'cell index',
      text: '#',
      attributes: { role: 'columnheader', 'aria-colindex': '1', 'aria-label': 'Index' },
    }),
  );
  columns.forEach((column, index) => {
    const direction = sorted?.path !== column.path ? 'none' : sorted.descending ? 'descending' : 'ascending';
    const attributes = {
      role: 'columnheader',
      'aria-colindex': String(index + 2),
      'aria-sort': direction,
      'data-column': String(index),
    };
    const sort = el('button', {
      class: 'sort',
      attributes: { type: 'button' },
      title: `${column.path || 'value'}: ${column.type.name}`,
    });
    sort.append(el('span', { class: 'label', text: column.path || 'value' }));
    if (direction !== 'none') sort.append(icon(direction === 'descending' ? 'arrow-small-down' : 'arrow-small-up'));
    sort.addEventListener('click', () => onSort(column));
    const head = el(
      'span',
      { class: numeric[index] ? 'cell numeric' : 'cell', attributes },
      sort,
      grip(grid, sort, `column-${index}`),
    );
    head.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      onMenu(column, event);
    });
    row.append(head);
  });
  return row;
}
