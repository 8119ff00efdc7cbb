/** What the bytes at the cursor are in every type: read with the frames, copied, and edited where writing is enabled. */
import type { Range } from '../../src/protocol/messages.ts';
import { el, setText } from '../dom.ts';
import type { DrawerParts, Tab } from '../drawer/parts.ts';
import { fieldAt } from '../drawer/places.ts';
import { copyText } from '../edit/copy.ts';
import { boxOf, ValueInput, type Edited } from '../edit/valueInput.ts';
import { formatHex } from '../format.ts';
import { targetsOf } from './addresses.ts';
import { LONGEST, readAs, READINGS, type Context } from './readings.ts';
import { NONE, ReadingRow } from './row.ts';

interface EditedReading extends Edited {
  readonly row: ReadingRow;
}

export class Inspector implements Tab {
  readonly element: HTMLElement;
  readonly #parts: DrawerParts;
  readonly #place = el('span', { class: 'place' });
  readonly #note = el('span', { class: 'dim' });
  readonly #grid: HTMLElement;
  readonly #rows: readonly ReadingRow[];
  readonly #scroll: HTMLElement;
  readonly #editor: ValueInput<EditedReading>;
  #active = 0;

  constructor(parts: DrawerParts) {
    this.#parts = parts;
    this.#grid = el('div', { class: 'readings-grid', attributes: { role: 'grid', 'aria-label': 'Inspector', tabindex: '0' } });
    this.#rows = READINGS.map((reading) => new ReadingRow(reading));
    this.#grid.append(...this.#rows.map((row) => row.element));
    this.#editor = new ValueInput(parts.store, parts.host, 'reading-editor', () => this.#grid.focus({ preventScroll: true }));
    this.#scroll = el('div', { class: 'inspector-scroll' }, this.#grid, this.#editor.element);
    this.element = el(
      'div',
      { class: 'inspector' },
      el('div', { class: 'inspector-head' }, this.#place, this.#note),
      this.#scroll,
    );
    this.#grid.addEventListener('keydown', (event) => this.#key(event));
    this.#grid.addEventListener('click', (event) => this.#click(event));
    this.#grid.addEventListener('dblclick', (event) => this.#rowOf(event) && this.#edit());
  }

  get #context(): Context {
    const { selection, byteOrder } = this.#parts.store;
    const length = selection.end - selection.start;
    return { littleEndian: byteOrder === 'little', width: [1, 2, 4, 8].includes(length) ? length : 1 };
  }

  get #unheld(): boolean {
    const { snapshot, selection } = this.#parts.store;
    return snapshot?.unheldAt(selection.start) !== undefined;
  }

  get #bytes(): Uint8Array {
    const { snapshot, selection } = this.#parts.store;
    return (this.#unheld ? undefined : snapshot?.slice(selection.start, LONGEST)) ?? new Uint8Array(0);
  }

  wanted(): readonly Range[] {
    return [{ offset: this.#parts.store.selection.start, length: LONGEST }];
  }

  focus(): void {
    this.#grid.focus({ preventScroll: true });
  }

  draw(now: number): void {
    const { selection, size, changes, typed, byteOrder, segment } = this.#parts.store;
    const { start } = selection;
    const context = this.#context;
    const bytes = this.#bytes;
    const field = fieldAt(typed, start, size);
    setText(this.#place, size === 0 ? 'The segment has no bytes.' : `at ${formatHex(start)}${field ? ` · ${field}` : ''}`);
    setText(this.#note, this.#unheld ? 'no memory is held here' : byteOrder === 'little' ? 'little-endian' : 'big-endian');
    for (const [index, row] of this.#rows.entries()) {
      const text = readAs(row.reading, bytes, context);
      const length = row.reading.size(context);
      const target =
        row.reading.id === 'pointer' && text?.startsWith('0x') ? targetsOf(BigInt(text), segment?.mappers ?? [])[0] : undefined;
      row.draw(text, text === undefined ? 0 : changes.step(start, length, now), index === this.#active, target);
    }
    const active = this.#rows[this.#active]?.element.id ?? '';
    if (this.#grid.getAttribute('aria-activedescendant') !== active) this.#grid.setAttribute('aria-activedescendant', active);
    this.#grid.setAttribute('aria-readonly', String(!this.#parts.store.canEdit));
    const edited = this.#editor.value?.row;
    if (edited) this.#editor.place(boxOf(edited.value, this.#scroll));
  }

  #rowOf(event: Event): ReadingRow | undefined {
    const { target } = event;
    return target instanceof Node ? this.#rows.find((row) => row.element.contains(target)) : undefined;
  }

  #click(event: MouseEvent): void {
    const row = this.#rowOf(event);
    if (!row) return;
    this.#active = this.#rows.indexOf(row);
    if (event.target === row.copy) this.#copy(row);
    else if (event.target === row.follow) this.#follow(row);
    this.#parts.redraw();
  }

  #key(event: KeyboardEvent): void {
    const row = this.#rows[this.#active];
    if (!row || event.altKey) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -1e3, End: 1e3 };
    const by = moves[event.key];
    if (ctrl && event.key === 'Enter') this.#follow(row);
    else if (ctrl && event.key.toLowerCase() === 'c') this.#copy(row);
    else if (ctrl) return;
    else if (event.key === 'Enter' || event.key === 'F2') this.#edit();
    else if (by !== undefined) this.#move(by);
    else return;
    event.preventDefault();
  }

  #move(by: number): void {
    this.#active = Math.min(this.#rows.length - 1, Math.max(0, this.#active + by));
    this.#rows[this.#active]?.element.scrollIntoView({ block: 'nearest' });
    this.#parts.redraw();
  }

  #copy(row: ReadingRow): void {
    if (row.text === undefined) return this.#parts.store.setNotice('There is no such value to copy here.');
    void copyText(this.#parts.store, row.text, `The ${row.reading.name} was copied.`);
  }

  #follow(row: ReadingRow): void {
    const { target } = row;
    if (row.reading.id !== 'pointer') return;
    if (!target) return this.#parts.store.setNotice('This address is in no mapping of this segment that can be seen.');
    if (target.offset >= this.#parts.store.size)
      return this.#parts.store.setNotice('This address lies past the end of the segment.');
    this.#parts.reveal(target.offset, 1);
  }

  #edit(): void {
    const { store, redraw } = this.#parts;
    const row = this.#rows[this.#active];
    if (!row) return;
    if (store.refusal !== undefined) return store.setNotice(store.refusal);
    const { reading } = row;
    const context = this.#context;
    this.#editor.edit({
      row,
      label: `Value as ${reading.name}`,
      text: readAs(reading, this.#bytes, context) ?? '',
      offset: store.selection.start,
      size: LONGEST,
      encode: (text) => ({ bytes: reading.encode(text, context) }),
      read: (bytes) => readAs(reading, bytes, context) ?? NONE,
    });
    redraw();
  }
}
