/** The tab Locks: who holds what, who waits for it, and what is wrong with that. */
import type { FindingInfo, LockInfo, LockPlace, LocksInfo } from '../../src/protocol/locking.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { el, icon, setHidden } from '../dom.ts';
import { button } from '../drawer/controls.ts';
import type { DrawerParts, Tab } from '../drawer/parts.ts';
import { explain } from '../notice.ts';
import { Findings } from './findings.ts';
import { DeadlockGraph } from './graph.ts';
import { LockGrid } from './grid.ts';
import { keyOf, rowsOf, type LockRow } from './rows.ts';
import { locksWords } from './standing.ts';

export class Locks implements Tab {
  readonly element: HTMLElement;
  readonly #parts: DrawerParts;
  readonly #findings: Findings;
  readonly #graph: DeadlockGraph;
  readonly #grid: LockGrid;
  readonly #words = el('div', { class: 'lock-words', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #choose = button('Choose a Type…', () => this.#ask((parts) => parts.host.ask('pickType', null)), false);
  readonly #expanded = new Set<string>();
  #said = '';
  #drawn: LocksInfo | undefined;
  /** Key of the deadlock that is drawn; the first one where that is gone. */
  #cycle: string | undefined;

  constructor(parts: DrawerParts) {
    this.#parts = parts;
    this.#findings = new Findings((finding) => this.#pickFinding(finding));
    this.#graph = new DeadlockGraph((lock) => this.#show(lock));
    this.#grid = new LockGrid({
      redraw: parts.redraw,
      onPick: ({ offset, length }, done) => {
        parts.reveal(offset, length);
        if (done) parts.focusBytes();
      },
      onToggle: (key, open) => this.#toggle(key, open),
      onWhere: (row) => this.#openWhere(row),
    });
    const main = el('div', { class: 'locks-main' }, this.#findings.element, this.#words, this.#grid.element);
    this.element = el('div', { class: 'locks' }, el('div', { class: 'locks-panes' }, main, this.#graph.element));
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      parts.focusBytes();
    });
  }

  wanted(): readonly Range[] {
    return [];
  }

  focus(): void {
    this.draw();
    if (!this.#grid.element.hidden) this.#grid.focus();
    else if (this.#choose.isConnected) void this.#choose.updateComplete.then(() => this.#choose.focus());
  }

  /** Opens a lock and shows its row. */
  choose(lock: Pick<LockInfo, 'offset' | 'path'>): void {
    const key = keyOf(lock);
    this.#expanded.add(key);
    this.#drawn = undefined;
    this.draw();
    this.#grid.choose(key);
  }

  draw(): void {
    const { locks } = this.#parts.store;
    this.#say();
    if (locks !== this.#drawn || !locks) {
      this.#drawn = locks;
      const rows = locks ? rowsOf(locks, this.#expanded) : [];
      this.#grid.setRows(rows);
      setHidden(this.#grid.element, rows.length === 0);
      setHidden(this.#findings.element, !locks || locks.findings.length === 0);
    }
    const cycles = (locks?.findings ?? []).filter(({ cycle }) => cycle !== undefined && cycle.length > 0);
    const cycle = cycles.find(({ key }) => key === this.#cycle) ?? cycles[0];
    setHidden(this.#graph.element, !cycle);
    if (cycle) this.#graph.draw(cycle);
    this.#findings.draw(locks?.findings ?? [], cycle?.key);
    if (!this.#grid.element.hidden) this.#grid.draw();
  }

  #say(): void {
    const words = locksWords(this.#parts.store);
    const key = JSON.stringify(words);
    if (key === this.#said) return;
    this.#said = key;
    const lines = words.map(({ icon: mark, text, choose }) => {
      const line = el('p', { class: `lock-word ${mark}` }, icon(mark), el('span', { text }));
      if (choose) line.append(this.#choose);
      return line;
    });
    this.#words.replaceChildren(...lines);
    setHidden(this.#words, words.length === 0);
  }

  #toggle(key: string, open: boolean): void {
    if (open) this.#expanded.add(key);
    else this.#expanded.delete(key);
    this.#drawn = undefined;
    this.#parts.redraw();
  }

  #pickFinding(finding: FindingInfo): void {
    if (finding.cycle) this.#cycle = finding.key;
    const lock = finding.locks.find(({ here }) => here) ?? finding.locks[0];
    if (lock) this.#show(lock);
    this.#parts.redraw();
  }

  /** Its bytes and its row, or the panel of the segment that it is in. */
  #show(place: LockPlace): void {
    const { id, here, offset } = place;
    if (!here) return this.#ask(({ host }) => host.ask('showOtherLock', { id, offset }));
    const lock = this.#parts.store.locks?.locks.find((one) => one.offset === offset);
    this.#parts.reveal(offset, Math.max(1, lock?.size ?? 1));
    if (lock) this.choose(lock);
  }

  #openWhere(row: LockRow): void {
    if (row.kind !== 'detail' || row.detail.tid === undefined) return;
    const { tid } = row.detail;
    this.#ask(({ host }) => host.ask('openWhere', { offset: row.offset, tid }));
  }

  #ask(ask: (parts: DrawerParts) => Promise<unknown>): void {
    ask(this.#parts).catch((error: unknown) => this.#parts.store.setNotice(explain(error)));
  }
}
