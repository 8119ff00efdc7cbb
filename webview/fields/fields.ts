/** The fields of the segment's type, as a tree in a table; drawn from the same snapshot as the bytes. */
import { FieldTree, type FieldRow } from '../../src/decode/tree.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el } from '../dom.ts';
import { formatHex } from '../format.ts';
import type { Host } from '../host.ts';
import { RowPool } from '../scroll/pool.ts';
import { Scroller } from '../scroll/scroller.ts';
import { FADE, STEPS } from '../state/changes.ts';
import type { Selection, Store } from '../state/store.ts';
import { columnHeader } from './columns.ts';
import { FieldEditor } from './edit.ts';
import { RowElement } from './row.ts';
import { bytesOf, isContainer, valueOf } from './value.ts';

const ACTIVE_ID = 'active-field';

export class FieldsView {
  readonly element: HTMLElement;
  readonly scroller: Scroller;
  readonly #store: Store;
  readonly #grid: HTMLElement;
  readonly #body: HTMLElement;
  readonly #editor: FieldEditor;
  readonly #onPick: (row: FieldRow) => void;
  readonly #onExpand: () => void;
  readonly #rows: RowPool<string, RowElement>;
  /** Bit-fields share bytes: their change is told by their own value. */
  readonly #bits = new Map<string, { text: string; at: number }>();
  #tree: FieldTree | undefined;
  #active: HTMLElement | undefined;

  /** `onPick`: the user chose a field here. `onExpand`: other rows are shown now. */
  constructor(store: Store, host: Host, onExpand: () => void, onPick: (row: FieldRow) => void) {
    this.#store = store;
    this.#onPick = onPick;
    this.#onExpand = onExpand;
    this.#editor = new FieldEditor(store, host, () => this.#grid.focus({ preventScroll: true }));
    this.#body = el('div', { class: 'rows', attributes: { role: 'rowgroup', id: 'field-rows' } });
    this.#grid = el('div', { class: 'grid', attributes: { role: 'treegrid', 'aria-label': 'Fields', tabindex: '0' } });
    this.#grid.append(columnHeader(this.#grid), this.#body);
    this.#rows = new RowPool(this.#body, () => new RowElement());
    this.scroller = new Scroller(this.#body, 'Scroll fields', onExpand);
    this.element = el(
      'section',
      { class: 'fields pane' },
      el('div', { class: 'across' }, this.#grid),
      this.scroller.element,
      this.#editor.element,
    );
    this.#grid.addEventListener('keydown', (event) => this.#key(event));
    this.#body.addEventListener('pointerdown', (event) => this.#press(event));
    this.#body.addEventListener('dblclick', (event) => this.#doublePress(event));
    this.#body.addEventListener('pointermove', (event) => this.#hoverAt(event));
    this.#body.addEventListener('pointerleave', () => store.setHover(undefined));
  }

  /** Takes the store's type; `expanded` are the paths that were open before. */
  reset(expanded: readonly string[]): void {
    const { layout, size } = this.#store;
    this.#editor.close(false);
    this.#bits.clear();
    this.#tree = layout && new FieldTree(layout, 0, size);
    this.#tree?.restore(expanded);
    // All rows have the same columns: as wide as the last offset, with room for the ':7' of a bit-field.
    const widest = formatHex(layout?.size ?? 0).length + ':7'.length;
    this.#grid.style.setProperty('--w-at', `max(56px, calc(${widest} * var(--ch) + 8px))`);
    this.scroller.setCount(this.#tree?.rowCount ?? 0);
  }

  expandedPaths(): readonly string[] {
    return this.#tree?.expandedPaths() ?? [];
  }

  /** Bytes that the visible rows are made of. */
  wanted(): readonly Range[] {
    return this.#visible().flatMap((row) => bytesOf(row) ?? []);
  }

  /** Opens and shows the field that holds `offset`; its path, or undefined where no field does. */
  openAt(offset: number): string | undefined {
    const index = this.#tree?.expandTo(offset) ?? -1;
    if (!this.#tree || index < 0) return undefined;
    this.scroller.setCount(this.#tree.rowCount);
    this.scroller.reveal(index, true);
    return this.#tree.rowAt(index)?.path;
  }

  /** The field that would show a byte, without opening anything. */
  rowOf(offset: number): FieldRow | undefined {
    return this.#tree?.rowAt(this.#tree.rowOfOffset(offset));
  }

  /** The field that the selected bytes are: the chosen one, unless it lies elsewhere (past the end); else the one that holds the first. */
  pathOf({ start, path }: Selection): string | undefined {
    const chosen = path === undefined ? undefined : this.#tree?.rowAt(this.#tree.indexOf(path));
    return chosen?.offset === start ? path : this.rowOf(start)?.path;
  }

  #visible(): readonly FieldRow[] {
    const rows = Array.from({ length: this.scroller.visible }, (_, index) => this.#tree?.rowAt(this.scroller.top + index));
    return rows.filter((row) => row !== undefined);
  }

  draw(now: number): void {
    const tree = this.#tree;
    if (!tree) return;
    tree.resize(this.#store.size);
    this.scroller.setCount(tree.rowCount);
    this.#grid.setAttribute('aria-rowcount', String(tree.rowCount + 1));
    const rows = this.#visible();
    const hoveredPath = this.#store.hover && this.rowOf(this.#store.hover.offset)?.path;
    this.#rows.arrange(rows.map((row) => row.path)).forEach((element, index) => {
      const row = rows[index];
      if (row) this.#drawRow(element, this.scroller.top + index, row, hoveredPath, now);
    });
    this.#markActive();
    const { path } = this.#editor;
    this.#editor.place(path === undefined ? undefined : this.#rows.get(path)?.value, this.element);
  }

  #drawRow(element: RowElement, index: number, row: FieldRow, hoveredPath: string | undefined, now: number): void {
    const { snapshot, byteOrder, selection, changes } = this.#store;
    const leaf = valueOf(row, snapshot, byteOrder);
    const step = row.bitWidth === undefined ? changes.step(row.offset, row.size, now) : this.#bitStep(row.path, leaf?.text, now);
    const selected = selection.path === row.path;
    element.draw(index, row, { leaf, step: leaf ? step : 0, selected, hovered: hoveredPath === row.path });
  }

  #bitStep(path: string, text: string | undefined, now: number): number {
    if (text === undefined) return 0;
    const known = this.#bits.get(path);
    if (!known) this.#bits.set(path, { text, at: -FADE });
    else if (known.text !== text) this.#bits.set(path, { text, at: now });
    const age = now - (this.#bits.get(path)?.at ?? -FADE);
    return known && age < FADE ? 1 + Math.floor((age / FADE) * STEPS) : 0;
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

  #at(event: Event): RowElement | undefined {
    const { target } = event;
    const path = target instanceof Node ? this.#rows.keyOf(target) : undefined;
    return path === undefined ? undefined : this.#rows.get(path);
  }

  #press(event: PointerEvent): void {
    const element = this.#at(event);
    if (event.button !== 0 || !element?.row) return;
    if (event.target === element.twisty && element.row.expandable) this.#toggle(element.row.path);
    this.#onPick(element.row);
    this.#grid.focus({ preventScroll: true });
    event.preventDefault();
  }

  #doublePress(event: MouseEvent): void {
    const element = this.#at(event);
    if (!element?.row || event.target === element.twisty) return;
    if (element.row.expandable && !element.value.contains(event.target instanceof Node ? event.target : null))
      this.#toggle(element.row.path);
    else this.#edit(element.row);
  }

  #hoverAt(event: PointerEvent): void {
    const row = this.#at(event)?.row;
    this.#store.setHover(row && { offset: row.offset, length: Math.max(1, row.size) });
  }

  #toggle(path: string, open?: boolean): void {
    this.#tree?.toggle(path, open);
    this.scroller.setCount(this.#tree?.rowCount ?? 0);
    this.#onExpand();
  }

  #edit(row: FieldRow): void {
    this.#editor.open(row, valueOf(row, this.#store.snapshot, this.#store.byteOrder));
    this.#onExpand();
  }

  #key(event: KeyboardEvent): void {
    const tree = this.#tree;
    if (!tree || event.altKey || event.metaKey) return;
    const index = tree.indexOf(this.#store.selection.path ?? '');
    const row = tree.rowAt(index);
    if (this.#act(event.key, row)) return event.preventDefault();
    const to = this.#target(event.key, index, tree.rowCount, row);
    if (to === undefined) return;
    event.preventDefault();
    this.scroller.reveal(to);
    const chosen = tree.rowAt(to);
    if (chosen) this.#onPick(chosen);
  }

  /** Keys that do something with the chosen row itself. */
  #act(key: string, row: FieldRow | undefined): boolean {
    if (!row) return false;
    if (key === 'F2' || (key === 'Enter' && !isContainer(row))) this.#edit(row);
    else if ((key === 'Enter' || key === ' ') && row.expandable) this.#toggle(row.path);
    else if (key === 'ArrowRight' && row.expandable && !row.expanded) this.#toggle(row.path, true);
    else if (key === 'ArrowLeft' && row.expandable && row.expanded) this.#toggle(row.path, false);
    else return false;
    return true;
  }

  #target(key: string, index: number, count: number, row: FieldRow | undefined): number | undefined {
    const page = this.scroller.page;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -count,
      End: count,
    };
    const by = moves[key];
    if (by !== undefined) return Math.min(count - 1, Math.max(0, index + by));
    if (key === 'ArrowRight' && row?.expanded) return index + 1;
    if (key === 'ArrowLeft' && row?.parent !== undefined) return this.#tree?.indexOf(row.parent);
    return undefined;
  }
}
