/** The fields of the segment's type, as a tree in a table; drawn from the same snapshot as the bytes. */
import { FieldTree, type FieldRow } from '../../src/decode/tree.ts';
import type { LockInfo } from '../../src/protocol/locking.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, setHidden } from '../dom.ts';
import { boxOf, ValueInput } from '../edit/valueInput.ts';
import { formatCount, formatHex } from '../format.ts';
import type { Host } from '../host.ts';
import { lockOf } from '../locks/marks.ts';
import type { Detail } from '../locks/words.ts';
import { Menu, type MenuItem } from '../menu/menu.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { FieldOptions, GuardChoice } from '../state/persisted.ts';
import type { Selection, Store } from '../state/store.ts';
import { TableView } from '../table/table.ts';
import type { WatchableRow } from '../writers/watchable.ts';
import { FieldMenu, isTabular } from './actions.ts';
import { ChangingFields } from './changing.ts';
import { columnHeader } from './columns.ts';
import { conflictMarks } from './conflicts.ts';
import { editedField, type EditedField } from './edit.ts';
import { guardsOf, refusal } from './guards.ts';
import { targetOf } from './keys.ts';
import { LockRows, type ShownRow } from './lockRows.ts';
import { FieldPointer } from './pointer.ts';
import { RowReader } from './reading.ts';
import { RowElement } from './row.ts';
import { Toolbar, type Switch } from './toolbar.ts';
import { bytesOf, formatOf, isContainer, valueOf } from './value.ts';

const ACTIVE_ID = 'active-field';

export interface FieldEvents {
  /** Other rows are shown now. */
  readonly onChange: () => void;
  /** The user chose a field here. */
  readonly onPick: (row: FieldRow) => void;
  /** A pointer is followed to this offset. */
  readonly onFollow: (offset: number) => void;
  /** More is to be told of a lock. */
  readonly onLock: (lock: LockInfo) => void;
  /** The line where a thread waits for the lock at `offset`. */
  readonly onWhere: (offset: number, detail: Detail) => void;
  /** Items of a field's menu about who writes to it. */
  readonly writerItems: (row: WatchableRow) => readonly MenuItem[];
}

export class FieldsView {
  readonly element: HTMLElement;
  readonly scroller: Scroller;
  readonly #store: Store;
  readonly #events: FieldEvents;
  readonly #grid: HTMLElement;
  readonly #body: HTMLElement;
  readonly #treeBox: HTMLElement;
  readonly #bar: Toolbar;
  readonly #editor: ValueInput<EditedField>;
  readonly #actions: FieldMenu;
  readonly #table: TableView;
  readonly #rows: RowPool<string, RowElement>;
  readonly #reader: RowReader;
  #tree: FieldTree | undefined;
  #lockRows: LockRows | undefined;
  #changing: ChangingFields | undefined;
  #options: FieldOptions;
  #guarded: ReturnType<typeof guardsOf> = [];
  #active: HTMLElement | undefined;
  #drawn: Snapshot | undefined;

  constructor(store: Store, host: Host, options: FieldOptions, events: FieldEvents) {
    this.#store = store;
    this.#events = events;
    this.#options = options;
    this.#reader = new RowReader(store, (path) => this.#guardOf(path));
    this.#editor = new ValueInput(store, host, 'field-editor', () => this.#focus());
    this.#body = el('div', { class: 'rows', attributes: { role: 'rowgroup', id: 'field-rows' } });
    this.#grid = el('div', { class: 'grid', attributes: { role: 'treegrid', 'aria-label': 'Fields', tabindex: '0' } });
    this.#grid.append(columnHeader(this.#grid), this.#body);
    this.#rows = new RowPool(this.#body, () => new RowElement());
    this.scroller = new Scroller(this.#body, 'Scroll fields', events.onChange);
    this.#bar = new Toolbar({
      onSwitch: (name, on) => this.#switch(name, on),
      onCollapse: () => this.#collapse(),
      onTable: () => this.#openTable(this.#arrayAround()),
    });
    this.#actions = new FieldMenu(store, host, {
      onEdit: (row) => this.#edit(row),
      onFollow: events.onFollow,
      onTable: (row) => this.#openTable(row),
      onGuard: (row, choice) => this.#setGuard(row, choice),
      onFormats: () => this.#reader.history.reformat(),
      writerItems: events.writerItems,
      onChoice: (label, items) => this.#openMenu(label, items),
    });
    this.#table = new TableView(store, host, this.#actions, {
      onChange: events.onChange,
      onPick: events.onPick,
      onEdit: (row) => this.#edit(row),
      onClose: () => this.#closeTable(),
      onColumns: (columns) => (this.#options = { ...this.#options, columns }),
    });
    this.#treeBox = el('div', { class: 'fields-body' }, el('div', { class: 'across' }, this.#grid), this.scroller.element);
    this.element = el('section', { class: 'fields pane' });
    this.element.append(this.#bar.element, this.#treeBox, this.#table.element, this.#editor.element);
    this.#listen();
  }

  #listen(): void {
    this.#grid.addEventListener('keydown', (event) => this.#key(event));
    new FieldPointer({
      body: this.#body,
      grid: this.#grid,
      store: this.#store,
      rows: this.#rows,
      onPick: this.#events.onPick,
      onToggle: ({ path }) => this.#toggle(path),
      onFollow: (row) => this.#followRow(row),
      onEdit: (row) => this.#edit(row),
      onMenu: (row, x, y) => this.#openRowMenu(row, x, y),
      onLock: (row) => {
        const lock = lockOf(row, this.#store.locks);
        if (lock) this.#events.onLock(lock);
      },
    });
    this.#store.subscribe((topic) => {
      if (topic === 'types') this.#markConflicts();
      if (topic !== 'settings') return;
      this.#reader.history.reformat();
      this.#setGuards();
    });
  }

  /** What is kept over a reload. */
  get options(): FieldOptions {
    const { table: _, ...others } = this.#options;
    return this.#table.path === undefined ? others : { ...others, table: this.#table.path };
  }

  get #source(): LockRows | ChangingFields | undefined {
    return this.#changing ?? this.#lockRows;
  }

  /** Takes the store's type; `expanded` are the paths that were open before. */
  reset(expanded: readonly string[]): void {
    const { typed, size } = this.#store;
    this.#editor.close(false);
    this.#reader.history.clear();
    this.#changing = undefined;
    this.#tree = typed && new FieldTree(typed.type, typed.offset, size, this.#options.gaps);
    this.#tree?.restore(expanded);
    this.#lockRows = this.#tree && new LockRows(this.#tree, () => this.#store.locks);
    // All rows have the same columns: as wide as the last offset, with room for the ':7' of a bit-field.
    const length = typed?.type.size ?? 0;
    const widest = formatHex((typed?.offset ?? 0) + length).length + ':7'.length;
    this.#grid.style.setProperty('--w-at', `max(56px, calc(${widest} * var(--ch) + 8px))`);
    this.#grid.style.setProperty('--w-size', `max(48px, calc(${formatCount(length).length} * var(--ch) + 8px))`);
    this.#grid.classList.toggle('with-count', this.#options.counts);
    this.scroller.setCount(this.#tree?.rowCount ?? 0);
    this.#markConflicts();
    this.#setGuards();
    const shown = this.#table.path ?? this.#options.table;
    this.#closeTable(false);
    if (shown !== undefined) this.#openTable(this.#tree?.find(shown));
  }

  #markConflicts(): void {
    this.#reader.setConflicts(conflictMarks(this.#tree?.type, this.#store.types.conflicts));
  }

  expandedPaths(): readonly string[] {
    return this.#tree?.expandedPaths() ?? [];
  }

  /** Bytes that the visible rows are made of. */
  wanted(): readonly Range[] {
    if (this.#table.path !== undefined) return this.#table.wanted();
    return [...this.#visible().flatMap((row) => bytesOf(row, this.#store.formats) ?? []), ...(this.#changing?.wanted() ?? [])];
  }

  /** Opens and shows the field that holds `offset`; its path, or undefined where no field does. */
  openAt(offset: number): string | undefined {
    const inTable = this.#table.openAt(offset);
    const index = this.#tree?.expandTo(offset) ?? -1;
    if (!this.#tree || index < 0) return inTable;
    const path = this.#tree.rowAt(index)?.path;
    const row = this.#source?.indexOf(path ?? '') ?? -1;
    this.scroller.setCount(this.#source?.rowCount ?? 0);
    if (row >= 0) this.scroller.reveal(row, true);
    return inTable ?? path;
  }

  /** The field that would show a byte, without opening anything. */
  rowOf(offset: number): FieldRow | undefined {
    return this.#tree?.rowAt(this.#tree.rowOfOffset(offset));
  }

  /** The field that the selected bytes are: the chosen one, unless it lies elsewhere (past the end); else the one that holds the first. */
  chosen({ start, path }: Selection): FieldRow | undefined {
    const chosen = path === undefined ? undefined : this.#tree?.find(path);
    return chosen?.offset === start ? chosen : this.rowOf(start);
  }

  readonly pathOf = (selection: Selection): string | undefined => this.chosen(selection)?.path;

  #visible(): readonly ShownRow[] {
    const { visible, top } = this.scroller;
    return Array.from({ length: visible }, (_, at) => this.#source?.rowAt(top + at)).filter((row) => row !== undefined);
  }

  draw(now: number): void {
    const tree = this.#tree;
    if (!tree) return;
    tree.resize(this.#store.size);
    const path = this.#editor.value?.path;
    if (this.#table.path === undefined) this.#drawTree(now);
    else this.#table.draw(now);
    this.#drawBar();
    const inTable = path !== undefined && this.#table.path !== undefined;
    const cell = path === undefined ? undefined : inTable ? this.#table.cellOf(path) : this.#rows.get(path)?.value;
    this.#editor.place(cell && boxOf(cell, this.element));
  }

  #drawTree(now: number): void {
    const { snapshot, hover } = this.#store;
    const fresh = snapshot !== this.#drawn;
    this.#drawn = snapshot;
    this.#changing?.take(this.#store, this.#reader.history, now);
    const count = this.#source?.rowCount ?? 0;
    this.scroller.setCount(count);
    this.#grid.setAttribute('aria-rowcount', String(count + 1));
    const rows = this.#visible();
    const hovered =
      hover && (rows.find((row) => row.offset === hover.offset && row.size === hover.length) ?? this.rowOf(hover.offset));
    this.#rows.arrange(rows.map((row) => row.path)).forEach((element, index) => {
      const row = rows[index];
      if (row) element.draw(this.scroller.top + index, row, this.#reader.read(row, row.path === hovered?.path, fresh, now));
    });
    this.#markActive();
  }

  #drawBar(): void {
    const { gaps, counts } = this.#options;
    const changing = this.#changing;
    this.#bar.draw({ gaps, counts, changing: changing !== undefined }, this.#arrayAround() !== undefined, changing?.said() ?? '');
  }

  #markActive(): void {
    const { path } = this.#store.selection;
    const element = path === undefined ? undefined : this.#rows.get(path)?.element;
    if (element === this.#active) return;
    this.#active?.removeAttribute('id');
    this.#active = element;
    if (element) element.id = ACTIVE_ID;
    if (element) this.#grid.setAttribute('aria-activedescendant', ACTIVE_ID);
    else this.#grid.removeAttribute('aria-activedescendant');
  }

  #focus(): void {
    if (this.#table.path === undefined) this.#grid.focus({ preventScroll: true });
    else this.#table.focus();
  }

  #switch(name: Switch, on: boolean): void {
    if (name === 'counts') {
      this.#options = { ...this.#options, counts: on };
      this.#grid.classList.toggle('with-count', on);
    } else if (name === 'gaps') {
      this.#options = { ...this.#options, gaps: on };
      this.reset(this.expandedPaths());
    } else {
      this.#changing = on && this.#tree ? new ChangingFields(this.#tree, this.scroller.top, this.#store.formats) : undefined;
      this.scroller.scrollTo(0);
    }
    this.#events.onChange();
  }

  #collapse(): void {
    for (const path of this.expandedPaths()) if (path !== '') this.#tree?.toggle(path, false);
    this.#lockRows?.collapse();
    this.#events.onChange();
  }

  /** The array that is chosen, or that holds what is chosen; else the only one of the top. */
  #arrayAround(): FieldRow | undefined {
    const { path } = this.#store.selection;
    let row = path === undefined ? undefined : this.#tree?.find(path);
    while (row && !isTabular(row)) row = row.parent === undefined ? undefined : this.#tree?.find(row.parent);
    return row;
  }

  #openTable(row: FieldRow | undefined): void {
    if (!row || !isTabular(row)) return;
    this.#editor.close(false);
    this.#table.open(row, this.#options.columns);
    setHidden(this.#treeBox, true);
    setHidden(this.#bar.element, true);
    this.#table.focus();
    this.#events.onChange();
  }

  #closeTable(refocus = true): void {
    this.#editor.close(false);
    this.#table.close();
    setHidden(this.#treeBox, false);
    setHidden(this.#bar.element, false);
    if (!refocus) return;
    this.#grid.focus({ preventScroll: true });
    const { path } = this.#store.selection;
    if (path !== undefined) this.scroller.reveal(this.#source?.indexOf(path) ?? 0, true);
    this.#events.onChange();
  }

  #setGuard(row: FieldRow, choice: GuardChoice | undefined): void {
    const others = this.#options.guards.filter(({ path }) => path !== row.path);
    const reason = choice && refusal(row, others.length);
    if (reason !== undefined) return this.#store.setNotice(reason);
    this.#options = { ...this.#options, guards: choice ? [...others, choice] : others };
    this.#setGuards();
    if (choice && !this.#guarded.some((one) => one.choice === choice))
      this.#store.setNotice('Together these structs are too large to be read whole: at most 256 KiB.');
  }

  #guardOf(path: string): GuardChoice | undefined {
    return this.#guarded.find(({ choice }) => choice.path === path)?.choice;
  }

  /** Guards as the host is told them; only a change is told. */
  #setGuards(): void {
    this.#guarded = guardsOf(this.#tree, this.#options.guards, this.#store.byteOrder);
    const guards = this.#guarded.map(({ guard }) => guard);
    if (JSON.stringify(guards) !== JSON.stringify(this.#store.guards)) this.#store.setSettings({ guards });
  }

  #openRowMenu(row: ShownRow, x?: number, y?: number): void {
    if (!this.#tree || row.detail) return;
    const { left, bottom } = (this.#rows.get(row.path)?.value ?? this.#body).getBoundingClientRect();
    const items = this.#actions.items(this.#tree, row, this.#guardOf(row.path));
    new Menu(row.path || row.name, items, x ?? left, y ?? bottom, this.#grid);
  }

  /** Where the chosen row is, or the grid where that is scrolled away. */
  #openMenu(label: string, items: readonly MenuItem[]): void {
    const { path } = this.#store.selection;
    const inTable = this.#table.path !== undefined;
    const cell = path === undefined ? undefined : inTable ? this.#table.cellOf(path) : this.#rows.get(path)?.value;
    const { left, bottom } = (cell ?? this.#body).getBoundingClientRect();
    const back = inTable ? this.#table.grid : this.#grid;
    new Menu(label, items, left, bottom, back);
  }

  #toggle(path: string, open?: boolean): void {
    if (!this.#lockRows?.toggle(path, open)) this.#tree?.toggle(path, open);
    this.scroller.setCount(this.#source?.rowCount ?? 0);
    this.#events.onChange();
  }

  #followRow(row: ShownRow): void {
    if (row.detail) this.#events.onWhere(row.offset, row.detail);
    else this.#actions.follow(row);
  }

  #edit(row: ShownRow): void {
    if (row.detail) return this.#events.onWhere(row.offset, row.detail);
    this.#editor.edit(editedField(row, valueOf(row, this.#store), this.#store));
    this.#events.onChange();
  }

  #key(event: KeyboardEvent): void {
    const source = this.#source;
    if (!source || event.altKey) return;
    const index = source.indexOf(this.#store.selection.path ?? '');
    const row = source.rowAt(index);
    if (this.#act(event, row)) return event.preventDefault();
    if (event.metaKey) return;
    const to = targetOf(event.key, index, source.rowCount, this.scroller.page, row, (path) => source.indexOf(path));
    if (to === undefined) return;
    event.preventDefault();
    this.scroller.reveal(to);
    const chosen = source.rowAt(to);
    if (chosen) this.#events.onPick(chosen);
  }

  /** Keys that do something with the chosen row itself. */
  #act({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent, row: ShownRow | undefined): boolean {
    if (!row) return false;
    const container = isContainer(row, formatOf(row, this.#store.formats));
    if (key === 'Enter' && (ctrlKey || metaKey)) this.#followRow(row);
    else if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) this.#openRowMenu(row);
    else if (metaKey) return false;
    else if (key === 'F2' || (key === 'Enter' && !container)) this.#edit(row);
    else if ((key === 'Enter' || key === ' ') && row.expandable) this.#toggle(row.path);
    else if (key === 'ArrowRight' && row.expandable && !row.expanded) this.#toggle(row.path, true);
    else if (key === 'ArrowLeft' && row.expandable && row.expanded) this.#toggle(row.path, false);
    else return false;
    return true;
  }
}
