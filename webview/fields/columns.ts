/** The head of the fields, and columns that can be drawn wider. */
import { el } from '../dom.ts';

const COLUMNS = [
  ['Field', 'name'],
  ['Value', 'value'],
  ['Type', 'type'],
  ['Offset', 'at'],
  ['Size', 'size'],
  ['Changes', 'count'],
] as const;
const NARROWEST = 48;

/** A row of column headers; dragging a border sets `--w-<column>` on `grid`. */
export function columnHeader(grid: HTMLElement): HTMLElement {
  const row = el('div', { class: 'row head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  COLUMNS.forEach(([text, name], index) => {
    const head = el('span', { class: `col ${name}`, attributes: { role: 'columnheader' } }, el('span', { text }));
    if (index < COLUMNS.length - 1) head.append(grip(grid, head, name));
    row.append(head);
  });
  return row;
}

/** The border of a column at its right; dragging it sets `--w-<name>` on `grid`, a double click takes that back. */
export function grip(grid: HTMLElement, head: HTMLElement, name: string): HTMLElement {
  const element = el('span', { class: 'grip', attributes: { 'aria-hidden': 'true' } });
  element.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    event.stopPropagation();
    const start = event.clientX - head.getBoundingClientRect().width;
    const move = (to: PointerEvent): void =>
      grid.style.setProperty(`--w-${name}`, `${Math.max(NARROWEST, to.clientX - start)}px`);
    element.setPointerCapture(event.pointerId);
    element.addEventListener('pointermove', move);
    element.addEventListener('lostpointercapture', () => element.removeEventListener('pointermove', move), { once: true });
  });
  element.addEventListener('click', (event) => event.stopPropagation());
  element.addEventListener('dblclick', () => grid.style.removeProperty(`--w-${name}`));
  return element;
}
