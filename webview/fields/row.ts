/** One row of the fields; made once, drawn again for other fields as the view scrolls. */
import type { FormatName } from '../../src/decode/format.ts';
import type { Shown } from '../../src/decode/formatted.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { LockInfo } from '../../src/protocol/locking.ts';
import { el, setHidden, setText } from '../dom.ts';
import { formatCount, formatHex, plural } from '../format.ts';
import { describe, LOCK_ICONS, lookOf, valueText, type Detail } from '../locks/words.ts';
import { NEW } from '../state/changes.ts';
import type { WatchMark } from '../writers/marks.ts';
import type { Past } from './history.ts';
import type { ShownRow } from './lockRows.ts';
import { INCONSISTENT, tokenOf } from './value.ts';

export interface RowState {
  readonly leaf: Shown | undefined;
  readonly format: FormatName;
  readonly step: number;
  readonly selected: boolean;
  readonly hovered: boolean;
  /** Where a pointer leads: '→ 0x120'; `follows` where that can be followed. */
  readonly lead?: string | undefined;
  readonly follows: boolean;
  /** What the row's guard does. */
  readonly guard?: string | undefined;
  /** How the mappers that do not agree on it have it. */
  readonly conflict?: string | undefined;
  /** It is this lock, and says how that stands instead of its bytes. */
  readonly lock?: LockInfo | undefined;
  /** It is no field, and tells of the lock above it. */
  readonly detail?: Detail | undefined;
  /** It is watched for who writes to it. */
  readonly watched?: WatchMark | undefined;
  readonly past?: Past | undefined;
  /** Some of it lies past the end that the segment had in the baseline. */
  readonly isNew: boolean;
  /** Of the baseline, where that is known; else of the last change that was seen. */
  readonly previous?: string | undefined;
}

const cell = (name: string): HTMLElement => el('span', { class: `col ${name}`, attributes: { role: 'gridcell' } });

export class RowElement {
  readonly element: HTMLElement;
  readonly twisty = el('span', { class: 'twisty codicon', attributes: { 'aria-hidden': 'true' } });
  readonly value = cell('value');
  readonly lock = el('span', { attributes: { hidden: '', 'aria-hidden': 'true' } });
  readonly lead = el('span', { class: 'lead', attributes: { hidden: '' } });
  readonly #indent = el('span', { class: 'indent' });
  readonly #name = el('span', { class: 'field-name' });
  readonly #guard = el('span', { class: 'guard codicon codicon-shield', attributes: { hidden: '', role: 'img' } });
  readonly #watch = el('span', { class: 'watch-mark codicon codicon-eye', attributes: { hidden: '', role: 'img' } });
  readonly #conflict = el('span', { class: 'conflict-mark codicon codicon-warning', attributes: { hidden: '', role: 'img' } });
  readonly #shown = el('span', { class: 'shown' });
  readonly #writer = el('span', { class: 'written-by', attributes: { hidden: '' } });
  readonly #note = el('span', { class: 'note', attributes: { hidden: '' } });
  readonly #type = cell('type');
  readonly #offset = cell('at');
  readonly #size = cell('size');
  readonly #count = cell('count');
  #classes = '';
  #depth = -1;
  row: ShownRow | undefined;

  constructor() {
    const name = cell('name');
    name.append(this.#indent, this.twisty, this.#name, this.#guard, this.#watch, this.#conflict);
    this.value.append(this.lock, this.#shown, this.#note, this.lead, this.#writer);
    this.element = el(
      'div',
      { class: 'row', attributes: { role: 'row' } },
      name,
      this.value,
      this.#type,
      this.#offset,
      this.#size,
      this.#count,
    );
  }

  draw(index: number, row: ShownRow, state: RowState): void {
    const { row: before } = this;
    const sameParts = before?.expanded === row.expanded && before.expandable === row.expandable;
    if (!sameParts || before.path !== row.path || before.type !== row.type || before.name !== row.name) this.#bind(row);
    else if (before.position !== row.position || before.siblings !== row.siblings) this.#place(row);
    this.row = row;
    this.#attribute('aria-rowindex', String(index + 2));
    this.#attribute('aria-selected', String(state.selected));
    const text = state.lock ? valueText(state.lock) : (state.leaf?.text ?? '');
    setText(this.#shown, text);
    const value = state.leaf?.value === undefined ? text : String(state.leaf.value);
    if (this.value.dataset['value'] !== value) this.value.dataset['value'] = value;
    this.#drawAside(state);
    this.#describe(text, state);
    this.#look(row, state);
  }

  /** What stands beside the value. */
  #drawAside({ leaf, lead, lock, detail, follows, guard, conflict, watched, past }: RowState): void {
    const note = lock ? undefined : leaf?.note;
    setText(this.#note, note ?? '');
    setHidden(this.#note, note === undefined);
    this.#drawLock(lock, detail);
    this.#drawWatch(watched);
    setText(this.lead, lead ?? '');
    setHidden(this.lead, !lead);
    this.lead.classList.toggle('link', follows);
    const title = follows ? (detail ? 'Open the line where it waits (Enter)' : LEAD) : '';
    if (this.lead.title !== title) this.lead.title = title;
    setHidden(this.#guard, guard === undefined);
    if (this.#guard.title !== (guard ?? '')) this.#guard.title = guard ?? '';
    this.#guard.ariaLabel = guard ?? '';
    setHidden(this.#conflict, conflict === undefined);
    if (this.#conflict.title !== (conflict ?? '')) this.#conflict.title = conflict ?? '';
    this.#conflict.ariaLabel = conflict === undefined ? '' : `Laid out differently: ${conflict}`;
    setText(this.#count, past ? formatCount(past.count) : '');
  }

  #drawLock(lock: LockInfo | undefined, detail: Detail | undefined): void {
    const [name, look] = lock
      ? [LOCK_ICONS[lookOf(lock)], lookOf(lock)]
      : [detail?.icon, detail?.look === 'bad' ? 'bad' : 'detail'];
    setHidden(this.lock, name === undefined);
    const classes = name === undefined ? '' : `lock-mark codicon codicon-${name} lock-${look}`;
    if (this.lock.className !== classes) this.lock.className = classes;
    const title = lock ? 'Show in the tab Locks' : '';
    if (this.lock.title !== title) this.lock.title = title;
  }

  #drawWatch(watched: WatchMark | undefined): void {
    const writer = watched?.writer;
    const text = writer ? `written by ${writer.text}` : '';
    const title = watched ? (text && `Watched: ${text}`) || 'Watched: nobody was seen to write yet' : '';
    setHidden(this.#watch, !watched);
    if (this.#watch.title !== title) this.#watch.title = title;
    if (this.#watch.ariaLabel !== title) this.#watch.ariaLabel = title;
    setText(this.#writer, writer ? `by ${writer.short}` : '');
    setHidden(this.#writer, text === '');
    if (this.#writer.title !== text) this.#writer.title = text;
  }

  /** What the value was: on hover, and for who hears the chosen row instead of seeing it. */
  #describe(text: string, { leaf, lock, selected, hovered, past, isNew, previous, guard }: RowState): void {
    const told = hovered || selected;
    const fresh = isNew ? NEW : '';
    const was = past && previous !== undefined ? `was ${previous}` : '';
    const changes = past ? `changed ${plural(past.count, 'time')} while it was shown` : '';
    const own = lock && told ? [describe(lock)] : [text.length > 12 ? text : '', leaf?.note ?? ''];
    const lines = [...own, was, changes, fresh].filter((line) => line !== '');
    const title = text === INCONSISTENT ? TORN : told ? lines.join('\n') : '';
    if (this.value.title !== title) this.value.title = title;
    const description = selected
      ? [lock ? describe(lock).replaceAll('\n', ', ') : '', was, changes, fresh, guard ?? '']
          .filter((line) => line !== '')
          .join(', ')
      : '';
    if (description) this.#attribute('aria-description', description);
    else this.element.removeAttribute('aria-description');
  }

  #look(row: FieldRow, state: RowState): void {
    const mark = state.step > 0 ? ` changed step${state.step}` : '';
    const torn = state.leaf?.text === INCONSISTENT;
    const past = torn ? ' torn' : state.leaf && state.leaf.value === undefined ? ' none' : ` ${tokenOf(row, state.format)}`;
    const token = state.lock ? ` lock-${lookOf(state.lock)}` : state.detail ? ` lock-${state.detail.look ?? 'detail'}` : past;
    const gap = row.gap === undefined ? (state.detail ? 'detail ' : '') : 'gap ';
    const conflict = state.conflict === undefined ? '' : 'conflicting ';
    const classes = `${gap}${conflict}${state.selected ? 'selected ' : ''}${state.hovered ? 'hovered' : ''}|shown${token}${mark}`;
    if (classes === this.#classes) return;
    this.#classes = classes;
    const [own = '', shown = ''] = classes.split('|');
    this.element.className = `row ${own}`;
    this.#shown.className = shown;
  }

  #place(row: FieldRow): void {
    this.#attribute('aria-level', String(row.depth + 1));
    this.#attribute('aria-posinset', String(row.position + 1));
    this.#attribute('aria-setsize', String(row.siblings));
  }

  #bind(row: ShownRow): void {
    const { element } = this;
    const { detail } = row;
    element.dataset['path'] = row.path;
    this.#place(row);
    if (row.expandable) this.#attribute('aria-expanded', String(row.expanded));
    else element.removeAttribute('aria-expanded');
    if (this.#depth !== row.depth) this.#indent.style.width = `${row.depth * 12}px`;
    this.#depth = row.depth;
    this.twisty.className = `twisty codicon ${row.expandable ? `codicon-chevron-${row.expanded ? 'down' : 'right'}` : ''}`;
    setText(this.#name, row.gap ?? (row.name || '(anonymous)'));
    this.#name.title = row.gap || detail ? '' : row.path;
    this.#name.classList.toggle('anonymous', row.name === '');
    const type = row.bitWidth === undefined || row.gap ? row.type.name : `${row.type.name} : ${row.bitWidth}`;
    setText(this.#type, type);
    this.#type.title = type;
    if (detail) this.#size.title = '';
    if (detail) for (const one of [this.#offset, this.#size]) setText(one, '');
    else this.#bindPlace(row);
  }

  #bindPlace(row: ShownRow): void {
    setText(this.#offset, row.bitWidth === undefined ? formatHex(row.offset) : `${formatHex(row.offset)}:${row.bitOffset ?? 0}`);
    setText(this.#size, row.bitWidth === undefined ? formatCount(row.size) : plural(row.bitWidth, 'bit'));
    this.#size.title = row.bitWidth === undefined ? plural(row.size, 'byte') : '';
  }

  #attribute(name: string, value: string): void {
    if (this.element.getAttribute(name) !== value) this.element.setAttribute(name, value);
  }
}

const LEAD = 'Follow (Ctrl+Enter)';
const TORN = 'These bytes are of more than one moment: the struct was written while it was read.';
