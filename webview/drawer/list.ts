/** A list of any length of which only the visible rows exist: a listbox whose chosen row is what the other views show. */
import { el } from '../dom.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';

const ROW_HEIGHT = 22;

export interface ListParts<Row extends { readonly element: HTMLElement }> {
  /** What screen readers call it; also its id. */
  readonly name: string;
  readonly make: () => Row;
  readonly draw: (row: Row, index: number) => void;
  /** A row was chosen by key or pointer; `done` by Enter or a double click: the user goes on in the other views. */
  readonly onChoose: (index: number, done: boolean) => void;
  readonly redraw: () => void;
}

export class VirtualList<Row extends { readonly element: HTMLElement }> {
  readonly element: HTMLElement;
  readonly #box: HTMLElement;
  readonly #scroller: Scroller;
  readonly #rows: RowPool<number, Row>;
  readonly #parts: ListParts<Row>;
  readonly #id: string;
  #count = 0;
  #chosen = -1;

  constructor(parts: ListParts<Row>) {
    this.#parts = parts;
    this.#id = parts.name.toLowerCase().replaceAll(/\W+/g, '-');
    const attributes = { role: 'listbox', 'aria-label': parts.name, tabindex: '0', id: this.#id };
    this.#box = el('div', { class: 'list-rows', attributes });
    this.#scroller = new Scroller(this.#box, `Scroll ${parts.name.toLowerCase()}`, parts.redraw);
    this.#scroller.setRowHeight(ROW_HEIGHT);
    this.#rows = new RowPool(this.#box, parts.make);
    this.element = el('div', { class: 'list' }, this.#box, this.#scroller.element);
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#box.addEventListener('pointerdown', (event) => this.#press(event));
    this.#box.addEventListener('dblclick', () => this.#chosen >= 0 && parts.onChoose(this.#chosen, true));
  }

  get chosen(): number {
    return this.#chosen;
  }

  get count(): number {
    return this.#count;
  }

  /** Indices of the rows on the screen. */
  visible(): readonly number[] {
    return Array.from({ length: this.#scroller.visible }, (_, index) => this.#scroller.top + index);
  }

  /** Other rows: none is chosen, and the first ones are shown. `keep` where rows were only added at the end. */
  setCount(count: number, keep = false): void {
    this.#count = count;
    if (!keep) this.#chosen = -1;
    this.#scroller.setCount(count);
    if (!keep) this.#scroller.scrollTo(0);
    this.#parts.redraw();
  }

  /** Chooses a row without telling of it. */
  mark(index: number): void {
    this.#chosen = index < this.#count ? index : -1;
    if (this.#chosen >= 0) this.#scroller.reveal(this.#chosen, true);
    this.#parts.redraw();
  }

  /** Chooses a row and tells of it; one out of range is ignored. */
  choose(index: number): void {
    if (index < 0 || index >= this.#count) return;
    this.mark(index);
    this.#parts.onChoose(index, false);
  }

  focus(): void {
    this.#box.focus({ preventScroll: true });
  }

  draw(): void {
    const indices = this.visible();
    this.#rows.arrange(indices).forEach((row, at) => this.#drawRow(row, indices[at] ?? 0));
    const active = this.#rows.get(this.#chosen)?.element.id;
    if (active === undefined) this.#box.removeAttribute('aria-activedescendant');
    else if (this.#box.getAttribute('aria-activedescendant') !== active) this.#box.setAttribute('aria-activedescendant', active);
  }

  #drawRow(row: Row, index: number): void {
    const { element } = row;
    const chosen = index === this.#chosen;
    if (element.id !== `${this.#id}-${index}`) {
      element.id = `${this.#id}-${index}`;
      element.setAttribute('role', 'option');
      element.setAttribute('aria-posinset', String(index + 1));
    }
    element.setAttribute('aria-setsize', String(this.#count));
    element.setAttribute('aria-selected', String(chosen));
    element.classList.toggle('chosen', chosen);
    this.#parts.draw(row, index);
  }

  #press(event: PointerEvent): void {
    const { target } = event;
    const index = target instanceof Node ? this.#rows.keyOf(target) : undefined;
    if (event.button !== 0 || index === undefined) return;
    event.preventDefault();
    this.focus();
    this.choose(index);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { page } = this.#scroller;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.#count,
      End: this.#count,
    };
    const by = moves[event.key];
    if (event.key === 'Enter' && this.#chosen >= 0) this.#parts.onChoose(this.#chosen, true);
    else if (by !== undefined) this.choose(Math.min(this.#count - 1, Math.max(0, this.#chosen + by)));
    else return;
    event.preventDefault();
  }
}
