/** Where two states of the segment differ: by field where a type is set, by bytes elsewhere. */
import { MAX_VIEW_BYTES } from '../../src/protocol/limits.ts';
import { el, setText } from '../dom.ts';
import { VirtualList } from '../drawer/list.ts';
import type { DrawerParts } from '../drawer/parts.ts';
import { leavesIn, leafText, type Leaf } from '../drawer/places.ts';
import { formatHex } from '../format.ts';

/** Rows that are made of the differences: more than anybody goes through. */
export const MAX_ROWS = 100_000;
/** Rows nearer than this are read together, bytes. */
const NEAR = 4096;
/** Bytes of one value that are read: more than a row shows. */
const MOST = 256;

/** What differs, as rows. Pure. `complete` false where there would be more than MAX_ROWS. */
export function rowsOf(
  differences: Float64Array,
  typed: Parameters<typeof leavesIn>[0],
  size: number,
): { readonly rows: readonly Leaf[]; readonly complete: boolean } {
  const rows: Leaf[] = [];
  for (let at = 0; at + 1 < differences.length; at += 2) {
    for (const leaf of leavesIn(typed, differences[at] ?? 0, differences[at + 1] ?? 0, size, MAX_ROWS + 1 - rows.length)) {
      const last = rows.at(-1);
      // Two differences within one value are one row.
      if (last && last.offset === leaf.offset && last.path === leaf.path) continue;
      rows.push(leaf);
    }
    if (rows.length > MAX_ROWS) return { rows: rows.slice(0, MAX_ROWS), complete: false };
  }
  return { rows, complete: true };
}

class DifferenceRow {
  readonly element: HTMLElement;
  readonly #name = el('span', { class: 'difference-name mono' });
  readonly #left = el('span', { class: 'difference-value left-value mono' });
  readonly #right = el('span', { class: 'difference-value right-value mono' });

  constructor() {
    const arrow = el('span', { class: 'codicon codicon-arrow-right dim', attributes: { 'aria-hidden': 'true' } });
    this.element = el('div', { class: 'difference' }, this.#name, this.#left, arrow, this.#right);
  }

  draw(leaf: Leaf, left: string, right: string): void {
    const name = leaf.path || formatHex(leaf.offset);
    setText(this.#name, name);
    setText(this.#left, left);
    setText(this.#right, right);
    const title = `${name} at ${formatHex(leaf.offset)}\n${left}\n${right}`;
    if (this.element.title !== title) this.element.title = title;
  }
}

export interface Compared {
  readonly left: string;
  readonly right: string;
}

export class Differences {
  readonly list: VirtualList<DifferenceRow>;
  readonly #parts: DrawerParts;
  /** What was read of the rows, by side and row. */
  readonly #values = new Map<string, Uint8Array>();
  readonly #asked = new Set<string>();
  readonly #onChoose: (index: number) => void;
  #rows: readonly Leaf[] = [];
  #compared: Compared = { left: '', right: '' };
  /** Answers to an older comparison are dropped. */
  #round = 0;

  constructor(parts: DrawerParts, onChoose: (index: number) => void) {
    this.#parts = parts;
    this.#onChoose = onChoose;
    this.list = new VirtualList({
      name: 'Differences',
      make: () => new DifferenceRow(),
      draw: (row, index) => this.#drawRow(row, index),
      onChoose: (index, done) => this.#choose(index, done),
      redraw: parts.redraw,
    });
  }

  /** Other rows; `more` where they go on from those that there are. */
  show(compared: Compared, rows: readonly Leaf[], more: boolean): void {
    this.#compared = compared;
    this.#rows = rows;
    if (!more) {
      this.#round += 1;
      this.#values.clear();
      this.#asked.clear();
    }
    this.list.setCount(rows.length, more);
  }

  draw(): void {
    this.#read('left', this.#compared.left);
    this.#read('right', this.#compared.right);
    this.list.draw();
  }

  #drawRow(row: DifferenceRow, index: number): void {
    const leaf = this.#rows[index];
    if (leaf) row.draw(leaf, this.#text('left', index, leaf), this.#text('right', index, leaf));
  }

  #text(side: string, index: number, leaf: Leaf): string {
    const bytes = this.#values.get(`${side} ${index}`);
    if (!bytes) return this.#asked.has(`${side} ${index}`) ? '…' : '';
    if (bytes.length === 0) return 'past the end';
    return leafText(leaf, bytes, this.#parts.store.byteOrder === 'little');
  }

  /** Asks for what the visible rows lack; rows that are near each other in one request. */
  #read(side: 'left' | 'right', of: string): void {
    const missing = this.list.visible().filter((index) => this.#rows[index] && !this.#asked.has(`${side} ${index}`));
    let run: number[] = [];
    for (const index of missing) {
      const last = this.#rows[run.at(-1) ?? -1];
      if (last && (this.#rows[index]?.offset ?? 0) - last.offset > NEAR) {
        void this.#readRun(side, of, run);
        run = [];
      }
      run.push(index);
    }
    if (run.length > 0) void this.#readRun(side, of, run);
  }

  async #readRun(side: 'left' | 'right', of: string, run: readonly number[]): Promise<void> {
    const leaves = run.flatMap((index) => this.#rows[index] ?? []);
    const offset = Math.min(...leaves.map((leaf) => leaf.offset));
    const end = Math.max(...leaves.map((leaf) => leaf.offset + Math.min(MOST, leaf.size)));
    for (const index of run) this.#asked.add(`${side} ${index}`);
    const round = this.#round;
    try {
      const { bytes } = await this.#parts.host.ask('read', { of, offset, length: Math.min(MAX_VIEW_BYTES, end - offset) });
      if (round !== this.#round) return;
      run.forEach((index, at) => {
        const leaf = leaves[at];
        const from = (leaf?.offset ?? 0) - offset;
        if (leaf) this.#values.set(`${side} ${index}`, bytes.subarray(from, from + Math.min(MOST, leaf.size)));
      });
    } catch {
      // The value stays open: what can be done about it is said where the comparison is.
    }
    this.#parts.redraw();
  }

  #choose(index: number, done: boolean): void {
    const leaf = this.#rows[index];
    if (!leaf) return;
    this.#onChoose(index);
    if (leaf.offset < this.#parts.store.size) this.#parts.reveal(leaf.offset, leaf.size);
    else this.#parts.store.setNotice(`${leaf.path || formatHex(leaf.offset)} lies past the end of the segment as it is now.`);
    if (done) this.#parts.focusBytes();
  }
}
