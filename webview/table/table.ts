/** One array as a table: its elements as rows, their fields as columns. Live, or sorted as it was at one moment. */
import { formatsOf } from '../../src/decode/format.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import { elementCount } from '../../src/decode/value.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden } from '../dom.ts';
import type { FieldMenu } from '../fields/actions.ts';
import { leadOf } from '../fields/follow.ts';
import { markOf } from '../fields/marks.ts';
import { bytesOf, formatOf, INCONSISTENT, isContainer, tokenOf, valueOf, type Source } from '../fields/value.ts';
import { formatHex, plural } from '../format.ts';
import type { Host } from '../host.ts';
import { Menu, type MenuItem } from '../menu/menu.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';
import type { Store } from '../state/store.ts';
import { columnsOf, fieldOf, isNumeric, shownColumns, widthOf, type Column } from './columns.ts';
import { headerRow, TableBar } from './head.ts';
import { moveTo, type Cell } from './moves.ts';
import { TableRow, type CellState } from './row.ts';
import { TableSort } from './sorting.ts';

/** An element of at most this many bytes is read as one. */
const SMALL = 512;
const ACTIVE_ID = 'active-cell';

export interface TableEvents {
  readonly onChange: () => void;
  readonly onPick: (row: FieldRow) => void;
  readonly onEdit: (row: FieldRow) => void;
  readonly onClose: () => void;
  readonly onColumns: (columns: readonly string[]) => void;
}

export class TableView {
  readonly element: HTMLElement;
  readonly grid: HTMLElement;
  readonly #store: Store;
  readonly #actions: FieldMenu;
  readonly #events: TableEvents;
  readonly #bar: TableBar;
  readonly #body: HTMLElement;
  readonly #scroller: Scroller;
  readonly #rows: RowPool<number, TableRow>;
  #head: HTMLElement = el('div');
  #array: FieldRow | undefined;
  #all: readonly Column[] = [];
  #columns: readonly Column[] = [];
  #numeric: readonly boolean[] = [];
  /** What the head was built for. */
  #built = '';
  /** The cell where keys act: a row as it is shown, and a column. */
  #active: Cell = { row: 0, column: 0 };
  readonly #sorting: TableSort;
  #marked: HTMLElement | undefined;

  constructor(store: Store, host: Host, actions: FieldMenu, events: TableEvents) {
    this.#store = store;
    this.#actions = actions;
    this.#events = events;
    this.#sorting = new TableSort(host, store, (isOther) => this.#onSort(isOther));
    this.#bar = new TableBar({
      onClose: events.onClose,
      onColumns: (at) => this.#chooseColumns(at),
      onExport: () => this.#array && actions.exportRange(this.#array.offset, this.#array.size),
      onLive: () => this.#sorting.stop(),
      onCancel: () => this.#sorting.cancel(),
    });
    this.#body = el('div', { class: 'rows', attributes: { role: 'rowgroup', id: 'table-rows' } });
    this.grid = el('div', { class: 'grid', attributes: { role: 'grid', tabindex: '0' } }, this.#head, this.#body);
    this.#rows = new RowPool(this.#body, () => new TableRow());
    this.#scroller = new Scroller(this.#body, 'Scroll table', events.onChange);
    const box = el('div', { class: 'fields-body' }, el('div', { class: 'across' }, this.grid), this.#scroller.element);
    this.element = el('div', { class: 'table', attributes: { hidden: '' } }, this.#bar.element, box);
    this.grid.addEventListener('keydown', (event) => this.#key(event));
    this.#body.addEventListener('pointerdown', (event) => this.#press(event));
    this.#body.addEventListener('dblclick', () => this.#edit());
    this.#body.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      this.#openMenu(event.clientX, event.clientY);
    });
    store.subscribe((topic) => {
      if (topic === 'settings' && this.#array) this.#buildHead();
    });
  }

  /** Of the array that is shown; undefined while there is none. */
  get path(): string | undefined {
    return this.#array?.path;
  }

  open(array: FieldRow, columns: readonly string[] | undefined): void {
    const { element } = array.type;
    if (!element) return;
    this.close();
    this.#array = array;
    this.#all = columnsOf(element);
    this.#columns = shownColumns(this.#all, columns);
    this.#active = { row: 0, column: 0 };
    this.grid.setAttribute('aria-label', `Table of ${array.path || array.name}`);
    this.#buildHead();
    setHidden(this.element, false);
    this.#scroller.scrollTo(0);
    this.openAt(this.#store.selection.start);
  }

  close(): void {
    this.#sorting.stop();
    this.#array = undefined;
    setHidden(this.element, true);
  }

  focus(): void {
    this.grid.focus({ preventScroll: true });
  }

  /** Again where the columns, their widths or their order are others now; the focus stays on its column. */
  #buildHead(): void {
    const { formats } = this.#store;
    const digits = Math.max(3, String(this.#count).length + 2);
    const widths = this.#columns.map((column, index) => {
      const chars = widthOf(column, formatOf(this.#placeOf(0, column), formats));
      return `var(--w-column-${index}, calc(${chars} * var(--ch) + 12px))`;
    });
    this.#numeric = this.#columns.map((column) => isNumeric(this.#placeOf(0, column), formats));
    this.grid.style.setProperty('--columns', `calc(${digits} * var(--ch) + 12px) ${widths.join(' ')}`);
    this.grid.setAttribute('aria-colcount', String(this.#columns.length + 1));
    const built = JSON.stringify([this.#columns.map(({ path }) => path), this.#numeric, this.#sorting.by]);
    if (built === this.#built) return;
    this.#built = built;
    const focused = [...this.#head.querySelectorAll('.sort')].findIndex((sort) => sort === document.activeElement);
    const head = headerRow(this.grid, this.#columns, this.#numeric, this.#sorting.by, {
      onSort: (column) => this.#sortBy(column),
      onMenu: (column, { clientX, clientY }) =>
        new Menu(column.path || 'value', this.#columnItems(column), clientX, clientY, this.grid),
    });
    this.#head.replaceWith(head);
    this.#head = head;
    if (focused >= 0) head.querySelectorAll<HTMLElement>('.sort')[focused]?.focus({ preventScroll: true });
  }

  get #count(): number {
    if (this.#sorting.sorted) return this.#sorting.sorted.order.length;
    return this.#array ? elementCount(this.#array.type, this.#array.offset, this.#store.size) : 0;
  }

  get #stride(): number {
    return this.#array?.type.element?.size ?? 1;
  }

  /** Which element row `row` shows. */
  #indexAt(row: number): number {
    return this.#sorting.sorted ? (this.#sorting.sorted.order[row] ?? -1) : row;
  }

  #placeOf(index: number, column: Column): FieldRow {
    return fieldOf(this.#array, index, column);
  }

  /** Bytes of the visible rows; none for sorted ones, whose bytes are here. */
  wanted(): readonly Range[] {
    const array = this.#array;
    if (!array || this.#sorting.sorted) return [];
    const { formats } = this.#store;
    return Array.from({ length: this.#scroller.visible }, (_, at) => this.#scroller.top + at).flatMap((index) => {
      if (this.#stride <= SMALL) return [{ offset: array.offset + index * this.#stride, length: this.#stride }];
      return this.#columns.flatMap((column) => bytesOf(this.#placeOf(index, column), formats) ?? []);
    });
  }

  /** Shows the element that holds `offset`; the path of the column's field there, or undefined where the array does not hold it. */
  openAt(offset: number): string | undefined {
    const array = this.#array;
    const index = array ? Math.floor((offset - array.offset) / this.#stride) : -1;
    if (!array || index < 0 || index >= elementCount(array.type, array.offset, this.#store.size)) return undefined;
    const within = (offset - array.offset) % this.#stride;
    const column = this.#columns.findIndex((one) => within >= one.offset && within < one.offset + Math.max(1, one.size));
    const row = this.#sorting.sorted ? this.#sorting.sorted.order.indexOf(index) : index;
    if (row < 0) return undefined;
    this.#scroller.setCount(this.#count);
    this.#scroller.reveal(row, true);
    this.#active = { row, column: column < 0 ? this.#active.column : column };
    const shown = this.#columns[column];
    return shown && this.#placeOf(index, shown).path;
  }

  /** The cell of a field, where it is on the screen. */
  cellOf(path: string): HTMLElement | undefined {
    return [...this.#body.querySelectorAll<HTMLElement>('.cell[data-path]')].find((cell) => cell.dataset['path'] === path);
  }

  draw(now: number): void {
    const array = this.#array;
    if (!array) return;
    const count = this.#count;
    this.#scroller.setCount(count);
    if (count > 0) this.#active = { ...this.#active, row: Math.min(this.#active.row, count - 1) };
    this.grid.setAttribute('aria-rowcount', String(count + 1));
    const { byteOrder, formats } = this.#store;
    const source: Source = this.#sorting.sorted
      ? { snapshot: this.#sorting.sorted.snapshot, byteOrder, formats, tornAt: () => false }
      : this.#store;
    const rows = Array.from({ length: this.#scroller.visible }, (_, at) => this.#scroller.top + at);
    this.#rows.arrange(rows).forEach((element, at) => {
      const row = rows[at] ?? 0;
      const index = this.#indexAt(row);
      element.draw(
        row,
        index,
        this.#columns.map((column, place) => this.#cellState(row, place, this.#placeOf(index, column), source, now)),
      );
    });
    this.#markActive();
    this.#drawBar(count);
  }

  #cellState(row: number, column: number, place: FieldRow, source: Source, now: number): CellState {
    const leaf = valueOf(place, source);
    const text = leaf?.text ?? '';
    const torn = text === INCONSISTENT;
    const lead = this.#sorting.sorted || leaf?.value === undefined ? undefined : leadOf(place, this.#store);
    const links = (lead?.targets.length ?? 0) > 0 ? ' link' : '';
    const kind = torn ? 'torn' : leaf?.value === undefined ? 'none' : tokenOf(place, formatOf(place, source.formats)) + links;
    return {
      path: place.path,
      text: leaf?.note === undefined ? text : `${text} (${leaf.note})`,
      value: leaf?.value === undefined ? text : String(leaf.value),
      kind,
      step: this.#sorting.sorted || !leaf ? 0 : markOf(place, this.#store, now),
      numeric: this.#numeric[column] ?? false,
      active: row === this.#active.row && column === this.#active.column,
    };
  }

  #drawBar(count: number): void {
    const array = this.#array;
    const title = `${array?.path || array?.name || ''} · ${plural(count, 'element')} at ${formatHex(array?.offset ?? 0)}`;
    this.#bar.draw({ title, working: this.#sorting.working, sorted: this.#sorting.said });
  }

  #markActive(): void {
    const cell = this.#rows.get(this.#active.row)?.cells[this.#active.column];
    if (cell === this.#marked && cell?.id === ACTIVE_ID) return;
    this.#marked?.removeAttribute('id');
    this.#marked = cell;
    if (cell) cell.id = ACTIVE_ID;
    if (cell) this.grid.setAttribute('aria-activedescendant', ACTIVE_ID);
    else this.grid.removeAttribute('aria-activedescendant');
  }

  #activePlace(): FieldRow | undefined {
    const column = this.#columns[this.#active.column];
    const index = this.#indexAt(this.#active.row);
    return column && index >= 0 && this.#count > 0 ? this.#placeOf(index, column) : undefined;
  }

  /** Makes a cell the active one, and its bytes the selection. */
  #choose(row: number, column: number): void {
    this.#active = {
      row: Math.min(Math.max(0, row), Math.max(0, this.#count - 1)),
      column: Math.min(Math.max(0, column), this.#columns.length - 1),
    };
    this.#scroller.reveal(this.#active.row);
    const place = this.#activePlace();
    if (place) this.#events.onPick(place);
    this.#events.onChange();
    this.#rows.get(this.#active.row)?.cells[this.#active.column]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #press(event: PointerEvent): void {
    const { target } = event;
    const row = target instanceof Node ? this.#rows.keyOf(target) : undefined;
    if (row === undefined || (event.button !== 0 && event.button !== 2)) return;
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
    this.#choose(row, Number(cell?.dataset['column'] ?? this.#active.column));
    this.focus();
    event.preventDefault();
    if (event.button === 0 && (event.ctrlKey || event.metaKey)) this.#follow();
  }

  #key(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, shiftKey } = event;
    if (event.altKey || event.target !== this.grid) return;
    const command = ctrlKey || metaKey;
    const to = moveTo(key, command, this.#active, this.#scroller.page, this.#count, this.#columns.length);
    if (key === 'Enter' && command) this.#follow();
    else if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) this.#openMenu();
    else if (key === 'F2' || key === 'Enter') this.#edit();
    else if (key === 'Escape') this.#events.onClose();
    else if (to) this.#choose(to.row, to.column);
    else return;
    event.preventDefault();
  }

  /** The active field; of sorted rows none, since these are not live: `what` cannot be done with them. */
  #liveField(what: string): FieldRow | undefined {
    if (!this.#sorting.sorted) return this.#activePlace();
    this.#store.setNotice(`These rows are not live: go back to live to ${what}.`);
    return undefined;
  }

  #edit(): void {
    const field = this.#liveField('edit them');
    if (field) this.#events.onEdit(field);
  }

  #follow(): void {
    const field = this.#liveField('follow their pointers');
    if (field) this.#actions.follow(field);
  }

  #openMenu(x?: number, y?: number): void {
    const column = this.#columns[this.#active.column];
    const place = this.#activePlace();
    if (!column || !place) return;
    const { left, bottom } = (this.cellOf(place.path) ?? this.#body).getBoundingClientRect();
    const items: MenuItem[] = [];
    if (this.#store.canEdit && !isContainer(place, formatOf(place, this.#store.formats)))
      items.push({ label: 'Edit Value', keys: 'F2', run: () => this.#edit() });
    if (leadOf(place, this.#store)) items.push({ label: 'Follow Pointer', keys: 'Ctrl+Enter', run: () => this.#follow() });
    items.push(
      ...this.#actions.writerItems(place).map((item, index) => ({ ...item, separated: index === 0 && items.length > 0 })),
      ...this.#columnItems(column).map((item, index) => ({ ...item, separated: index === 0 || item.separated === true })),
    );
    new Menu(place.path, items, x ?? left, y ?? bottom, this.grid);
  }

  #columnItems(column: Column): readonly MenuItem[] {
    const place = this.#placeOf(0, column);
    const items: MenuItem[] = [];
    if (!isContainer(place, formatOf(place, this.#store.formats)))
      items.push(
        { label: 'Sort Ascending', run: () => this.#startSort(column, false) },
        { label: 'Sort Descending', run: () => this.#startSort(column, true) },
      );
    if (this.#sorting.sorted) items.push({ label: 'Back to Live', run: () => this.#sorting.stop() });
    if (formatsOf(column.type, column.bitWidth).length > 1)
      items.push({ ...this.#actions.formatItem('Display As', place), separated: true });
    items.push({ label: 'Columns', separated: true, submenu: () => this.#columnChoices() });
    items.push({ label: 'Back to the Fields', keys: 'Escape', run: this.#events.onClose });
    return items;
  }

  #chooseColumns(at: HTMLElement): void {
    const { left, bottom } = at.getBoundingClientRect();
    new Menu('Columns', this.#columnChoices(), left, bottom, this.grid);
  }

  #columnChoices(): readonly MenuItem[] {
    const shown = new Set(this.#columns.map(({ path }) => path));
    return this.#all.map(({ path }) => ({
      label: path || 'value',
      role: 'checkbox',
      checked: shown.has(path),
      run: () => this.#showColumns(shown.has(path) ? [...shown].filter((one) => one !== path) : [...shown, path]),
    }));
  }

  #showColumns(paths: readonly string[]): void {
    if (paths.length === 0) return this.#store.setNotice('A table has at least one column.');
    this.#columns = shownColumns(this.#all, paths);
    this.#events.onColumns(paths);
    this.#active = { ...this.#active, column: Math.min(this.#active.column, this.#columns.length - 1) };
    this.#buildHead();
    this.#events.onChange();
  }

  /** A click on a header: ascending, descending, live again. */
  #sortBy(column: Column): void {
    if (isContainer(this.#placeOf(0, column), formatOf(this.#placeOf(0, column), this.#store.formats)))
      return this.#store.setNotice(`${column.path} is no single value: it cannot be sorted by.`);
    if (this.#sorting.by?.path !== column.path) this.#startSort(column, false);
    else if (this.#sorting.by.descending) this.#sorting.stop();
    else this.#startSort(column, true);
  }

  #startSort(column: Column, descending: boolean): void {
    const array = this.#array;
    if (!array) return;
    const { byteOrder, formats, size } = this.#store;
    const format = formatOf(this.#placeOf(0, column), formats);
    const place = { offset: array.offset, count: elementCount(array.type, array.offset, size), stride: this.#stride };
    this.#sorting.start(place, { column, format, descending, littleEndian: byteOrder === 'little' });
  }

  /** Sorted by something else, live again, or further on the way. */
  #onSort(isOther: boolean): void {
    if (isOther && this.#array) {
      const column = this.#columns.findIndex(({ path }) => path === this.#sorting.by?.path);
      this.#active = { row: 0, column: column < 0 ? this.#active.column : column };
      this.#scroller.setCount(this.#count);
      this.#scroller.scrollTo(0);
    }
    if (this.#array) this.#buildHead();
    this.#events.onChange();
  }
}
