/** One reading: its name, what the bytes are by it, and what can be done with that. */
import { el, setHidden, setText } from '../dom.ts';
import { formatHex } from '../format.ts';
import type { Target } from './addresses.ts';
import type { Reading } from './readings.ts';

/** Stands where the bytes are no such value. */
export const NONE = '—';

export class ReadingRow {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly reading: Reading;
  readonly copy: HTMLButtonElement;
  readonly follow: HTMLButtonElement;
  /** Undefined where the bytes are no such value. */
  text: string | undefined;
  target: Target | undefined;
  readonly #shown = el('span', { class: 'shown' });
  readonly #cell: HTMLElement;

  constructor(reading: Reading) {
    this.reading = reading;
    this.copy = action('copy', `Copy ${reading.name}`);
    this.follow = action('arrow-right', 'Go where it points');
    this.value = el('span', { class: 'reading-value mono' }, this.#shown);
    this.#cell = el('span', { class: 'reading-cell', attributes: { role: 'gridcell' } }, this.value, this.follow, this.copy);
    const name = el('span', { class: 'reading-name', text: reading.name, attributes: { role: 'rowheader' } });
    const attributes = { role: 'row', id: `reading-${reading.id}`, 'data-reading': reading.id };
    this.element = el('div', { class: 'reading', attributes }, name, this.#cell);
  }

  draw(text: string | undefined, step: number, active: boolean, target: Target | undefined): void {
    this.text = text;
    this.target = target;
    const where = target ? `  → ${formatHex(target.offset)} (${target.mapper.process} ${target.mapper.pid})` : '';
    setText(this.#shown, `${text ?? NONE}${where}`);
    if (this.#cell.dataset['value'] !== (text ?? '')) this.#cell.dataset['value'] = text ?? '';
    const title = text === undefined ? 'These bytes are no such value.' : `${text}${where}`;
    if (this.value.title !== title) this.value.title = title;
    const classes = `shown${text === undefined ? ' none' : ''}${step > 0 ? ` changed step${step}` : ''}`;
    if (this.#shown.className !== classes) this.#shown.className = classes;
    this.element.classList.toggle('active', active);
    this.element.setAttribute('aria-selected', String(active));
    setHidden(this.follow, target === undefined);
    setHidden(this.copy, text === undefined);
  }
}

/** For the pointer; keys do the same on the row. */
function action(icon: string, label: string): HTMLButtonElement {
  const attributes = { type: 'button', tabindex: '-1', 'aria-label': label };
  return el('button', { class: `row-action codicon codicon-${icon}`, title: label, attributes });
}
