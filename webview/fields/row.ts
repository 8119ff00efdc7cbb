/** One row of the fields; made once, drawn again for other fields as the view scrolls. */
import type { Leaf } from '../../src/decode/leaf.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import { el, setText } from '../dom.ts';
import { formatHex } from '../format.ts';
import { tokenOf } from './value.ts';

export interface RowState {
  readonly leaf: Leaf | undefined;
  readonly step: number;
  readonly selected: boolean;
  readonly hovered: boolean;
}

const cell = (name: string): HTMLElement => el('span', { class: `col ${name}`, attributes: { role: 'gridcell' } });

export class RowElement {
  readonly element: HTMLElement;
  readonly twisty = el('span', { class: 'twisty codicon', attributes: { 'aria-hidden': 'true' } });
  readonly value = cell('value');
  readonly #indent = el('span', { class: 'indent' });
  readonly #name = el('span', { class: 'field-name' });
  readonly #shown = el('span', { class: 'shown' });
  readonly #type = cell('type');
  readonly #offset = cell('at');
  #classes = '';
  #depth = -1;
  row: FieldRow | undefined;

  constructor() {
    const name = cell('name');
    name.append(this.#indent, this.twisty, this.#name);
    this.value.append(this.#shown);
    this.element = el('div', { class: 'row', attributes: { role: 'row' } }, name, this.value, this.#type, this.#offset);
  }

  draw(index: number, row: FieldRow, state: RowState): void {
    if (this.row?.path !== row.path || this.row.expanded !== row.expanded || this.row.type !== row.type) this.#bind(row);
    this.row = row;
    this.#attribute('aria-rowindex', String(index + 2));
    this.#attribute('aria-selected', String(state.selected));
    const text = state.leaf?.text ?? '';
    setText(this.#shown, text);
    const value = state.leaf?.value === undefined ? text : String(state.leaf.value);
    if (this.value.dataset['value'] !== value) this.value.dataset['value'] = value;
    const title = text.length > 12 ? text : '';
    if (this.value.title !== title) this.value.title = title;
    this.#look(row, state);
  }

  #look(row: FieldRow, state: RowState): void {
    const mark = state.step > 0 ? ` changed step${state.step}` : '';
    const past = state.leaf && state.leaf.value === undefined ? ' none' : ` ${tokenOf(row)}`;
    const classes = `${state.selected ? 'selected ' : ''}${state.hovered ? 'hovered' : ''}|shown${past}${mark}`;
    if (classes === this.#classes) return;
    this.#classes = classes;
    const [own = '', shown = ''] = classes.split('|');
    this.element.className = `row ${own}`;
    this.#shown.className = shown;
  }

  #bind(row: FieldRow): void {
    const { element } = this;
    element.dataset['path'] = row.path;
    this.#attribute('aria-level', String(row.depth + 1));
    this.#attribute('aria-posinset', String(row.position + 1));
    this.#attribute('aria-setsize', String(row.siblings));
    if (row.expandable) this.#attribute('aria-expanded', String(row.expanded));
    else element.removeAttribute('aria-expanded');
    if (this.#depth !== row.depth) this.#indent.style.width = `${row.depth * 12}px`;
    this.#depth = row.depth;
    this.twisty.className = `twisty codicon ${row.expandable ? `codicon-chevron-${row.expanded ? 'down' : 'right'}` : ''}`;
    setText(this.#name, row.name || '(anonymous)');
    this.#name.classList.toggle('anonymous', row.name === '');
    const type = row.bitWidth === undefined ? row.type.name : `${row.type.name} : ${row.bitWidth}`;
    setText(this.#type, type);
    this.#type.title = type;
    setText(this.#offset, row.bitWidth === undefined ? formatHex(row.offset) : `${formatHex(row.offset)}:${row.bitOffset ?? 0}`);
  }

  #attribute(name: string, value: string): void {
    if (this.element.getAttribute(name) !== value) this.element.setAttribute(name, value);
  }
}
