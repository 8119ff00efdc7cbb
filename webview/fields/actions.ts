/** What can be done with a field: the items of its menu. */
import { FORMATS, formatPath, formatsOf, ownFormat, type FormatName } from '../../src/decode/format.ts';
import { isCharArray } from '../../src/decode/leaf.ts';
import type { FieldRow, FieldTree } from '../../src/decode/tree.ts';
import type { Host } from '../host.ts';
import { explain } from '../notice.ts';
import type { GuardChoice } from '../state/persisted.ts';
import type { Store } from '../state/store.ts';
import type { WatchableRow } from '../writers/watchable.ts';
import { leadOf, nowhere, targetText } from './follow.ts';
import { countersOf } from './guards.ts';
import type { MenuItem } from '../menu/menu.ts';
import { formatOf, isContainer, type Formatted, type Place } from './value.ts';

export interface FieldActions {
  readonly onEdit: (row: FieldRow) => void;
  /** Shows an offset of the segment, and chooses the field there. */
  readonly onFollow: (offset: number) => void;
  readonly onTable: (row: FieldRow) => void;
  readonly onGuard: (row: FieldRow, choice: GuardChoice | undefined) => void;
  readonly onFormats: () => void;
  /** What can be done to see who writes to it. */
  readonly writerItems: (row: WatchableRow) => readonly MenuItem[];
  /** Chooses between several; opened where the row is. */
  readonly onChoice: (label: string, items: readonly MenuItem[]) => void;
}

export class FieldMenu {
  readonly #store: Store;
  readonly #host: Host;
  readonly #actions: FieldActions;

  constructor(store: Store, host: Host, actions: FieldActions) {
    this.#store = store;
    this.#host = host;
    this.#actions = actions;
  }

  items(tree: FieldTree, row: FieldRow, guard: GuardChoice | undefined): readonly MenuItem[] {
    const { onEdit, onTable } = this.#actions;
    const container = isContainer(row, formatOf(row, this.#store.formats));
    const items: MenuItem[] = [];
    if (this.#store.canEdit && !container && !row.gap) items.push({ label: 'Edit Value', keys: 'F2', run: () => onEdit(row) });
    if (leadOf(row, this.#store)) items.push({ label: 'Follow Pointer', keys: 'Ctrl+Enter', run: () => this.follow(row) });
    items.push({ label: 'Copy Value', keys: 'Ctrl+C', run: () => document.execCommand('copy') });
    if (!row.gap) items.push({ label: 'Copy Path', run: () => this.#copy(row.path || row.name) });
    items.push(...this.#formatItems(row).map((item, index) => ({ ...item, separated: index === 0 })));
    if (isTabular(row)) items.push({ label: 'Show as Table', separated: true, run: () => onTable(row) });
    if (container) items.push(this.#guardItem(tree, row, guard));
    items.push(...this.writerItems(row));
    if (row.size > 0) items.push({ label: 'Export…', separated: true, run: () => this.exportRange(row.offset, row.size) });
    return items;
  }

  writerItems(row: WatchableRow): readonly MenuItem[] {
    return this.#actions.writerItems(row);
  }

  #formatItems(row: FieldRow): readonly MenuItem[] {
    const { element } = row.type;
    const items: MenuItem[] = [];
    if (!row.gap && formatsOf(row.type, row.bitWidth).length > 1) items.push(this.formatItem('Display As', row));
    if (row.type.kind === 'array' && element && formatsOf(element).length > 1)
      items.push(this.formatItem('Display Elements As', { path: `${row.path}[0]`, type: element }));
    return items;
  }

  /** A submenu with the formats of a field; it counts for the same field of all elements. */
  formatItem(label: string, { path, type, bitWidth }: Formatted): MenuItem {
    const now = formatOf({ path, type, bitWidth }, this.#store.formats);
    const item = (format: FormatName): MenuItem => ({
      label: FORMATS[format],
      role: 'radio',
      checked: format === now || (format === 'default' && now === ownFormat(type)),
      run: () => this.#setFormat(formatPath(path), format),
    });
    return { label, submenu: () => formatsOf(type, bitWidth).map(item) };
  }

  #setFormat(path: string, format: FormatName): void {
    const { [path]: _, ...others } = this.#store.formats;
    const formats = format === 'default' ? others : { ...others, [path]: format };
    this.#store.setSettings({ formats });
    this.#actions.onFormats();
    this.#ask(this.#host.ask('setFormats', { formats }));
  }

  #guardItem(tree: FieldTree, row: FieldRow, guard: GuardChoice | undefined): MenuItem {
    const { onGuard } = this.#actions;
    const counters = (): readonly MenuItem[] =>
      countersOf(tree, row).map((counter) => ({
        label: counter,
        role: 'radio',
        checked: guard?.counter === counter,
        run: () => onGuard(row, { path: row.path, counter }),
      }));
    const submenu = (): readonly MenuItem[] => [
      { label: 'Off', role: 'radio', checked: !guard, run: () => onGuard(row, undefined) },
      {
        label: 'Twice, and Equal',
        role: 'radio',
        checked: guard !== undefined && guard.counter === undefined,
        run: () => onGuard(row, { path: row.path }),
      },
      ...(counters().length > 0
        ? [{ label: 'By Sequence Counter…', checked: guard?.counter !== undefined, submenu: counters }]
        : []),
    ];
    return { label: 'Read Whole', submenu };
  }

  /** Goes to where a pointer leads; where processes map the segment differently, the user says as which of them. */
  follow(row: FieldRow | (Place & { readonly name: string })): void {
    const lead = leadOf(row, this.#store);
    const name = row.path || row.name;
    if (!lead) return this.#store.setNotice(`${name} is no pointer. Its menu can show it as one.`);
    const [only, other] = lead.targets;
    if (!only) return this.#store.setNotice(nowhere(name, lead));
    if (!other) return this.#actions.onFollow(only.offset);
    const items = lead.targets.map((target) => ({ label: targetText(target), run: () => this.#actions.onFollow(target.offset) }));
    this.#actions.onChoice(`Places that ${name} points to`, items);
  }

  exportRange(offset: number, length: number): void {
    const { size } = this.#store;
    this.#ask(this.#host.ask('exportRange', { offset, length: Math.max(0, Math.min(length, size - offset)) }));
  }

  #copy(text: string): void {
    this.#ask(navigator.clipboard.writeText(text));
  }

  #ask(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => this.#store.setNotice(explain(error)));
  }
}

/** An array whose elements make rows: no text. */
export function isTabular(row: Pick<FieldRow, 'type' | 'childCount'>): boolean {
  return row.type.kind === 'array' && !isCharArray(row.type) && row.childCount > 0 && (row.type.element?.size ?? 0) > 0;
}
