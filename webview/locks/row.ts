/** One row of the tab Locks: a lock, a word where threads sleep, or what is told beneath one of these. */
import { el, setHidden, setText } from '../dom.ts';
import { formatCount, formatHex } from '../format.ts';
import { timeOf } from '../snapshots/row.ts';
import type { LockRow } from './rows.ts';
import { LOCK_ICONS, lookOf, nameOf, sharesOf, valueText, waitingOf, type LockLook } from './words.ts';

export const COLUMNS = [
  ['Lock', 'lock-name'],
  ['State', 'lock-state'],
  ['Waiting', 'lock-waiting'],
  ['Held', 'lock-held-share'],
  ['Contended', 'lock-contended-share'],
  ['Since', 'lock-since'],
  ['Type', 'lock-type'],
  ['Offset', 'lock-at'],
] as const;

const cell = (name: string): HTMLElement => el('span', { class: `lock-cell ${name}`, attributes: { role: 'gridcell' } });

/** What a row says, by its columns. */
interface Texts {
  readonly icon: string;
  readonly look: LockLook | '';
  readonly name: string;
  readonly state: string;
  readonly waiting?: string;
  readonly held?: string;
  readonly contended?: string;
  readonly since?: string;
  readonly type?: string;
  readonly at?: string;
}

export class LockRowElement {
  readonly element: HTMLElement;
  readonly twisty = el('span', { class: 'twisty codicon', attributes: { 'aria-hidden': 'true' } });
  /** The line where a thread waits. */
  readonly where = el('span', { class: 'lock-where mono', attributes: { hidden: '' } });
  readonly #icon = el('span', { attributes: { 'aria-hidden': 'true' } });
  readonly #label = el('span', { class: 'lock-label' });
  readonly #text = el('span', { class: 'lock-text' });
  readonly #cells = COLUMNS.map(([, name]) => cell(name));
  #drawn: LockRow | undefined;

  constructor() {
    const [name, state] = this.#cells;
    name?.append(this.twisty, this.#icon, this.#label);
    state?.append(this.#text, this.where);
    this.element = el('div', { class: 'lock-row', attributes: { role: 'row' } }, ...this.#cells);
  }

  get row(): LockRow | undefined {
    return this.#drawn;
  }

  draw(index: number, row: LockRow, selected: boolean): void {
    this.#attribute('aria-rowindex', String(index + 2));
    this.#attribute('aria-selected', String(selected));
    this.element.classList.toggle('selected', selected);
    if (row === this.#drawn) return;
    this.#drawn = row;
    this.#attribute('aria-level', row.kind === 'detail' ? '2' : '1');
    this.#attribute('aria-posinset', String(row.position + 1));
    this.#attribute('aria-setsize', String(row.siblings));
    if (row.kind === 'detail') this.element.removeAttribute('aria-expanded');
    else this.#attribute('aria-expanded', String(row.expanded));
    this.element.classList.toggle('detail', row.kind === 'detail');
    const chevron = row.kind === 'detail' ? '' : `codicon-chevron-${row.expanded ? 'down' : 'right'}`;
    this.twisty.className = `twisty codicon ${chevron}`;
    this.#put(textsOf(row));
    this.#putWhere(row);
  }

  #put({ icon, look, name, state, waiting = '', held = '', contended = '', since = '', type = '', at = '' }: Texts): void {
    const mark = look === '' ? 'dim' : `lock-${look}`;
    this.#icon.className = `lock-icon codicon codicon-${icon} ${mark}`;
    setText(this.#label, name);
    this.#label.title = name;
    setText(this.#text, state);
    this.#text.title = state;
    this.#text.className = `lock-text ${look === '' || look === 'free' ? '' : mark}`;
    [waiting, held, contended, since, type, at].forEach((text, column) => {
      const to = this.#cells[column + 2];
      if (!to) return;
      setText(to, text);
      if (to.title !== text) to.title = text;
    });
  }

  #putWhere(row: LockRow): void {
    const { where, tid } = row.kind === 'detail' ? row.detail : {};
    setHidden(this.where, where === undefined);
    setText(this.where, where ?? '');
    this.where.classList.toggle('link', tid !== undefined);
    this.where.title = tid === undefined ? 'No debug info tells the line.' : 'Open the line where it waits (Enter)';
  }

  #attribute(name: string, value: string): void {
    if (this.element.getAttribute(name) !== value) this.element.setAttribute(name, value);
  }
}

/** '12:03:11' of today, else the day: what a narrow column has room for. */
function dayOrTime(time: number): string {
  return timeOf(time).split(' ')[0] ?? '';
}

function textsOf(row: LockRow): Texts {
  if (row.kind === 'detail') {
    const { icon, label, text, look } = row.detail;
    return { icon, look: look === 'held' ? '' : (look ?? ''), name: label, state: text };
  }
  const at = formatHex(row.offset);
  if (row.kind === 'elsewhere') {
    const waiting = formatCount(waitingOf(row.word));
    return { icon: 'question', look: '', name: `at ${at}`, state: 'threads sleep here, where no lock is known', waiting, at };
  }
  const { lock } = row;
  const look = lookOf(lock);
  const waiting = waitingOf(lock);
  const shares = lock.share && sharesOf(lock.share);
  const since = lock.since !== undefined && look !== 'free' && look !== 'count' ? dayOrTime(lock.since) : '';
  return {
    icon: LOCK_ICONS[look],
    look,
    name: nameOf(lock),
    state: valueText({ ...lock, waiters: [], moreWaiters: 0 }),
    ...(waiting === 0 ? {} : { waiting: formatCount(waiting) }),
    ...shares,
    since,
    type: lock.type,
    at,
  };
}
