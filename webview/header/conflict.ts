/** How mappers lay out one type: a table with a row for each difference, and a column for each way. */
import type { ConflictInfo } from '../../src/protocol/typing.ts';
import { el } from '../dom.ts';

/** Rows that are built; nobody reads more. */
const SHOWN = 200;

export function conflictTable({ name, sides, rows }: ConflictInfo): HTMLElement {
  const head = (text: string): HTMLElement => el('th', { text, attributes: { scope: 'col' } });
  const body = rows
    .slice(0, SHOWN)
    .map(({ path, cells }) =>
      el(
        'tr',
        {},
        el('th', { class: 'mono', text: path || name, attributes: { scope: 'row' } }),
        ...cells.map((text) => el('td', { class: 'mono', text })),
      ),
    );
  const more = rows.length > SHOWN ? [el('p', { class: 'dim', text: `… and ${rows.length - SHOWN} more` })] : [];
  const table = el(
    'table',
    { attributes: { 'aria-label': `How ${name} is laid out` } },
    el('thead', {}, el('tr', {}, head('Field'), ...sides.map((side) => head(`in ${side}`)))),
    el('tbody', {}, ...body),
  );
  return el(
    'div',
    { class: 'conflict', attributes: { tabindex: '0', role: 'group', 'aria-label': 'Differences' } },
    table,
    ...more,
  );
}
