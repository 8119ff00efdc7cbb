/** The locks as a tree grid of any length, of which only the visible rows exist. */
import { el } from '../dom.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';
import { COLUMNS, LockRowElement } from './row.ts';
import type { LockRow } from './rows.ts';

const ROW_HEIGHT = 22;

export interface LockGridEvents {
  readonly redraw: () => void;
  /** A row was chosen; `done` by Enter or a double click. */
  readonly onPick: (row: LockRow, done: boolean) => void;
  readonly onToggle: (key: string, open: boolean) => void;
  /** The line where the row's thread waits is wanted. */
  readonly onWhere: (row: LockRow) => void;
}

export class LockGrid {
  readonly element: HTMLElement;
  readonly #grid: HTMLElement;
  readonly #body = el('div', { class: 'lock-rows', attributes: { role: 'rowgroup', id: 'lock-rows' } });
  readonly #scroller: Scroller;
  readonly #pool: RowPool<string, LockRowElement>;
  readonly #events: LockGridEvents;
  #rows: readonly LockRow[] = [];
  #chosen: string | undefined;

  constructor(events: LockGridEvents) {
    this.#events = events;
    const heads = COLUMNS.map(([text, name]) =>
      el('span', { class: `lock-cell ${name}`, text, attributes: { role: 'columnheader' } }),
    );
    const head = el('div', { class: 'lock-row lock-head', attributes: { role: 'row', 'aria-rowindex': '1' } }, ...heads);
    const attributes = { role: 'treegrid', 'aria-label': 'Locks', tabindex: '0' };
    this.#grid = el('div', { class: 'lock-grid', attributes }, head, this.#body);
    this.#pool = new RowPool(this.#body, () => new LockRowElement());
    this.#scroller = new Scroller(this.#body, 'Scroll locks', events.redraw);
    this.#scroller.setRowHeight(ROW_HEIGHT);
    this.element = el('div', { class: 'lock-list' }, this.#grid, this.#scroller.element);
    this.#grid.addEventListener('keydown', (event) => this.#key(event));
    this.#body.addEventListener('pointerdown', (event) => this.#press(event));
    this.#body.addEventListener('dblclick', (event) => {
      const row = this.#at(event)?.row;
      if (row) this.#done(row);
    });
  }

  get chosen(): LockRow | undefined {
    return this.#rows.find(({ key }) => key === this.#chosen);
  }

  /** Other rows; the chosen one stays chosen, and what is seen stays where it is. */
  setRows(rows: readonly LockRow[]): void {
    const parent = this.#chosen?.split('/')[0];
    this.#rows = rows;
    if (this.chosen === undefined) this.#chosen = rows.some(({ key }) => key === parent) ? parent : undefined;
    this.#scroller.setCount(rows.length);
    this.#grid.setAttribute('aria-rowcount', String(rows.length + 1));
  }

  /** Chooses a row and shows it, without telling of it. */
  choose(key: string): void {
    const index = this.#rows.findIndex((row) => row.key === key);
    if (index < 0) return;
    this.#chosen = key;
    this.#scroller.reveal(index, true);
    this.#events.redraw();
  }

  /** A row is chosen, so that one sees where the focus is. */
  focus(): void {
    this.#chosen ??= this.#rows[0]?.key;
    this.#events.redraw();
    this.#grid.focus({ preventScroll: true });
  }

  draw(): void {
    const { top, visible } = this.#scroller;
    const rows = this.#rows.slice(top, top + visible);
    this.#pool.arrange(rows.map(({ key }) => key)).forEach((element, index) => {
      const row = rows[index];
      if (!row) return;
      const chosen = row.key === this.#chosen;
      element.draw(top + index, row, chosen);
      if (chosen) element.element.id = 'active-lock';
      else element.element.removeAttribute('id');
    });
    if (rows.some(({ key }) => key === this.#chosen)) this.#grid.setAttribute('aria-activedescendant', 'active-lock');
    else this.#grid.removeAttribute('aria-activedescendant');
  }

  #at({ target }: Event): LockRowElement | undefined {
    const key = target instanceof Node ? this.#pool.keyOf(target) : undefined;
    return key === undefined ? undefined : this.#pool.get(key);
  }

  #press(event: PointerEvent): void {
    const element = this.#at(event);
    const row = element?.row;
    if (event.button !== 0 || !row) return;
    event.preventDefault();
    this.focus();
    if (event.target === element.twisty && row.kind !== 'detail') return this.#events.onToggle(row.key, !row.expanded);
    this.#pick(row);
    if (event.target === element.where) this.#events.onWhere(row);
  }

  #pick(row: LockRow): void {
    this.#chosen = row.key;
    this.#events.onPick(row, false);
    this.#events.redraw();
  }

  #done(row: LockRow): void {
    if (row.kind === 'detail' && row.detail.tid !== undefined) this.#events.onWhere(row);
    else this.#events.onPick(row, true);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = this.#rows.findIndex(({ key }) => key === this.#chosen);
    const row = this.#rows[index];
    if (row && this.#act(event.key, row)) return event.preventDefault();
    const { page } = this.#scroller;
    const last = this.#rows.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    const next = to === undefined ? undefined : this.#rows[Math.min(last, Math.max(0, to))];
    if (!next) return;
    event.preventDefault();
    this.#scroller.reveal(this.#rows.indexOf(next));
    this.#pick(next);
  }

  /** Keys that do something with the chosen row itself. */
  #act(key: string, row: LockRow): boolean {
    if (key === 'Enter') this.#done(row);
    else if (row.kind === 'detail') {
      if (key !== 'ArrowLeft') return false;
      const parent = this.#rows.find((one) => one.key === row.parent);
      if (parent) this.#pick(parent);
      this.choose(row.parent);
    } else if (key === ' ') this.#events.onToggle(row.key, !row.expanded);
    else if (key === 'ArrowRight' && !row.expanded) this.#events.onToggle(row.key, true);
    else if (key === 'ArrowLeft' && row.expanded) this.#events.onToggle(row.key, false);
    else return false;
    return true;
  }
}
