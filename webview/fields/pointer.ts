/** What the pointer does on the rows of the fields. */
import type { FieldRow } from '../../src/decode/tree.ts';
import type { RowPool } from '../scroll/pool.ts';
import type { Store } from '../state/store.ts';
import { leadOf } from './follow.ts';
import type { RowElement } from './row.ts';

export interface FieldPointerParts {
  readonly body: HTMLElement;
  /** Takes the focus when a row is pressed. */
  readonly grid: HTMLElement;
  readonly store: Store;
  readonly rows: RowPool<string, RowElement>;
  readonly onPick: (row: FieldRow) => void;
  readonly onToggle: (row: FieldRow) => void;
  /** Where the row's pointer leads is to be shown. */
  readonly onFollow: (row: FieldRow) => void;
  readonly onEdit: (row: FieldRow) => void;
  /** The mark of a lock was pressed. */
  readonly onLock: (row: FieldRow) => void;
  readonly onMenu: (row: FieldRow, x: number, y: number) => void;
}

export class FieldPointer {
  readonly #parts: FieldPointerParts;

  constructor(parts: FieldPointerParts) {
    this.#parts = parts;
    const { body, store } = parts;
    body.addEventListener('pointerdown', (event) => this.#press(event));
    body.addEventListener('dblclick', (event) => this.#doublePress(event));
    body.addEventListener('contextmenu', (event) => {
      const row = this.#at(event)?.row;
      event.preventDefault();
      if (row) parts.onMenu(row, event.clientX, event.clientY);
    });
    body.addEventListener('pointermove', (event) => {
      const row = this.#at(event)?.row;
      store.setHover(row && { offset: row.offset, length: Math.max(1, row.size) });
    });
    body.addEventListener('pointerleave', () => store.setHover(undefined));
  }

  #at({ target }: Event): RowElement | undefined {
    const path = target instanceof Node ? this.#parts.rows.keyOf(target) : undefined;
    return path === undefined ? undefined : this.#parts.rows.get(path);
  }

  #press(event: PointerEvent): void {
    const { store, grid, onPick, onToggle, onFollow } = this.#parts;
    const element = this.#at(event);
    if ((event.button !== 0 && event.button !== 2) || !element?.row) return;
    const { row, twisty, lead, value } = element;
    const target = event.target instanceof Node ? event.target : null;
    if (event.button === 0 && target === twisty && row.expandable) onToggle(row);
    onPick(row);
    grid.focus({ preventScroll: true });
    event.preventDefault();
    if (event.button !== 0) return;
    if (target === element.lock && !row.detail) return this.#parts.onLock(row);
    const isLead = lead.contains(target) && lead.classList.contains('link');
    if (isLead || ((event.ctrlKey || event.metaKey) && value.contains(target) && leadOf(row, store))) onFollow(row);
  }

  #doublePress(event: MouseEvent): void {
    const element = this.#at(event);
    const target = event.target instanceof Node ? event.target : null;
    if (!element?.row || target === element.twisty || element.lead.contains(target)) return;
    if (element.row.expandable && !element.value.contains(target)) this.#parts.onToggle(element.row);
    else this.#parts.onEdit(element.row);
  }
}
