/** A grid of any length of which only the visible rows exist. One row is chosen; Enter and a click open it. */
import { el } from '../dom.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';

const ROW_HEIGHT = 22;

export interface GridColumn {
  readonly name: string;
  readonly title: string;
  /** What its head does when it is pressed; absent where the rows cannot be sorted by it. */
  readonly onSort?: () => void;
}

export interface GridParts<Item, Row extends { readonly element: HTMLElement }> {
  /** What screen readers call it; also its id. */
  readonly name: string;
  readonly columns: readonly GridColumn[];
  readonly make: () => Row;
  readonly draw: (row: Row, item: Item) => void;
  /** Names an item for as long as it is there. */
  readonly keyOf: (item: Item) => number;
  /** By a click, a double click or a key; `target`: what was clicked. */
  readonly onOpen: (item: Item, event: MouseEvent | KeyboardEvent) => void;
  readonly redraw: () => void;
}

export class Grid<Item, Row extends { readonly element: HTMLElement }> {
  readonly element: HTMLElement;
  readonly #grid: HTMLElement;
  readonly #body: HTMLElement;
  readonly #heads = new Map<string, HTMLElement>();
  readonly #scroller: Scroller;
  readonly #rows: RowPool<number, Row>;
  readonly #parts: GridParts<Item, Row>;
  readonly #id: string;
  #items: readonly Item[] = [];
  #indices = new Map<number, number>();
  #chosen: number | undefined;
  #isHovered = false;

  constructor(parts: GridParts<Item, Row>) {
    this.#parts = parts;
    this.#id = parts.name.toLowerCase().replaceAll(/\W+/g, '-');
    const head = el('div', { class: 'head grid-row', attributes: { role: 'row', 'aria-rowindex': '1' } });
    head.append(...parts.columns.map((column) => this.#head(column)));
    this.#body = el('div', { class: 'rows', attributes: { role: 'rowgroup', id: `${this.#id}-rows` } });
    const attributes = { role: 'grid', 'aria-label': parts.name, 'aria-readonly': 'true', tabindex: '0', id: this.#id };
    this.#grid = el('div', { class: 'grid', attributes }, head, this.#body);
    this.#scroller = new Scroller(this.#body, `Scroll ${parts.name.toLowerCase()}`, parts.redraw);
    this.#scroller.setRowHeight(ROW_HEIGHT);
    this.#rows = new RowPool(this.#body, parts.make);
    this.element = el('div', { class: 'list live-grid' }, this.#grid, this.#scroller.element);
    this.#grid.addEventListener('keydown', (event) => this.#key(event));
    this.#body.addEventListener('pointerdown', (event) => this.#press(event));
    this.#body.addEventListener('click', (event) => this.#click(event));
    this.#body.addEventListener('dblclick', (event) => this.#click(event));
    this.#body.addEventListener('pointerenter', () => (this.#isHovered = true));
    this.#body.addEventListener('pointerleave', () => (this.#isHovered = false));
  }

  get count(): number {
    return this.#items.length;
  }

  /** The pointer is over the rows: they should not move away from under it. */
  get isHovered(): boolean {
    return this.#isHovered;
  }

  /** What is chosen stays chosen where it is still there. */
  setItems(items: readonly Item[]): void {
    this.#items = items;
    this.#indices = new Map(items.map((item, index) => [this.#parts.keyOf(item), index]));
    if (this.#chosen !== undefined && !this.#indices.has(this.#chosen)) this.#chosen = undefined;
    this.#scroller.setCount(items.length);
    this.#grid.setAttribute('aria-rowcount', String(items.length + 1));
  }

  /** Which column the rows are sorted by. */
  setSorted(name: string, descending: boolean): void {
    for (const [column, head] of this.#heads) {
      const arrow = column === name ? `codicon-arrow-${descending ? 'down' : 'up'}` : '';
      if (column !== name) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const mark = head.querySelector('.direction');
      if (mark) mark.className = `direction codicon ${arrow}`;
    }
  }

  focus(): void {
    this.#grid.focus({ preventScroll: true });
  }

  draw(): void {
    const { top, visible } = this.#scroller;
    const items = this.#items.slice(top, top + visible);
    this.#rows.arrange(items.map(this.#parts.keyOf)).forEach((row, at) => {
      const item = items[at];
      if (item !== undefined) this.#drawRow(row, item, top + at);
    });
    const active = this.#chosen === undefined ? undefined : this.#rows.get(this.#chosen)?.element.id;
    if (active === undefined) this.#grid.removeAttribute('aria-activedescendant');
    else if (this.#grid.getAttribute('aria-activedescendant') !== active)
      this.#grid.setAttribute('aria-activedescendant', active);
  }

  #drawRow(row: Row, item: Item, index: number): void {
    const { element } = row;
    const key = this.#parts.keyOf(item);
    const chosen = key === this.#chosen;
    element.id = `${this.#id}-${key}`;
    element.setAttribute('role', 'row');
    element.setAttribute('aria-rowindex', String(index + 2));
    element.setAttribute('aria-selected', String(chosen));
    element.classList.add('grid-row');
    element.classList.toggle('chosen', chosen);
    this.#parts.draw(row, item);
  }

  #head({ name, title, onSort }: GridColumn): HTMLElement {
    const attributes = { role: 'columnheader' };
    if (!onSort) return el('span', { class: `cell ${name}`, text: title, attributes });
    const button = el('button', { class: 'sort', title: `Sort by ${title.toLowerCase()}`, attributes: { type: 'button' } });
    button.append(el('span', { text: title }), el('span', { class: 'direction codicon', attributes: { 'aria-hidden': 'true' } }));
    button.addEventListener('click', onSort);
    const head = el('span', { class: `cell ${name}`, attributes }, button);
    this.#heads.set(name, head);
    return head;
  }

  #at({ target }: Event): Item | undefined {
    const key = target instanceof Node ? this.#rows.keyOf(target) : undefined;
    const index = key === undefined ? undefined : this.#indices.get(key);
    return index === undefined ? undefined : this.#items[index];
  }

  #press(event: PointerEvent): void {
    const item = this.#at(event);
    if (event.button !== 0 || item === undefined) return;
    event.preventDefault();
    this.focus();
    this.#choose(this.#parts.keyOf(item));
  }

  #click(event: MouseEvent): void {
    const item = this.#at(event);
    if (event.button === 0 && item !== undefined) this.#parts.onOpen(item, event);
  }

  #choose(key: number | undefined): void {
    this.#chosen = key;
    const index = key === undefined ? undefined : this.#indices.get(key);
    if (index !== undefined) this.#scroller.reveal(index);
    this.#parts.redraw();
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== this.#grid || this.count === 0) return;
    const { page } = this.#scroller;
    const now = this.#chosen === undefined ? -1 : (this.#indices.get(this.#chosen) ?? -1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: now + 1,
      ArrowUp: now < 0 ? 0 : now - 1,
      PageDown: now + page,
      PageUp: now - page,
      Home: 0,
      End: this.count - 1,
    };
    const to = moves[event.key];
    const item = this.#items[now];
    if (event.key === 'Enter' && item !== undefined) this.#parts.onOpen(item, event);
    else if (to !== undefined) {
      const next = this.#items[Math.min(this.count - 1, Math.max(0, to))];
      if (next !== undefined) this.#choose(this.#parts.keyOf(next));
    } else return;
    event.preventDefault();
  }
}
