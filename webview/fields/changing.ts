/** The fields that changed since the filter was switched on: they come as they change, and none goes, so that they can be read. */
import type { FieldRow, FieldTree } from '../../src/decode/tree.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { formatCount, plural } from '../format.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { FieldHistory } from './history.ts';
import { bytesOf, formatOf, isContainer, valueOf, type Source } from './value.ts';

/** Fields that are watched, and bytes of them together: what can be sent sixty times a second. */
const MOST_FIELDS = 4000;
const MOST_BYTES = 64 * 1024;

interface Watched {
  readonly row: FieldRow;
  readonly range: Range;
  changed: boolean;
}

export class ChangingFields {
  readonly since = Date.now();
  /** Not all fields that are open could be watched. */
  readonly isPartial: boolean;
  readonly #watched: readonly Watched[];
  #rows: readonly FieldRow[] = [];
  readonly #bits = new Map<string, string>();
  #before: Snapshot | undefined;

  /** Watches the values of the tree that are open now, from row `top` on and then from the start. */
  constructor(tree: FieldTree, top: number, formats: Source['formats']) {
    const watched: (Watched & { readonly index: number })[] = [];
    let bytes = 0;
    let isPartial = false;
    const count = tree.rowCount;
    for (let step = 0; step < count; step++) {
      const index = (top + step) % count;
      const row = tree.rowAt(index);
      if (!row || isContainer(row, formatOf(row, formats))) continue;
      const range = bytesOf(row, formats);
      if (!range) continue;
      bytes += range.length;
      isPartial = bytes > MOST_BYTES || watched.length >= MOST_FIELDS;
      if (isPartial) break;
      watched.push({ row, range, changed: false, index });
    }
    this.isPartial = isPartial;
    this.#watched = watched.sort((a, b) => a.index - b.index);
  }

  get count(): number {
    return this.#watched.length;
  }

  /** '3 of 120 fields changed since 12:03:11'. */
  said(): string {
    const watched = plural(this.count, 'field') + (this.isPartial ? ' (as many as can be watched)' : '');
    return `${formatCount(this.rowCount)} of ${watched} changed since ${new Date(this.since).toTimeString().slice(0, 8)}`;
  }

  wanted(): readonly Range[] {
    return this.#watched.map(({ range }) => range);
  }

  /** Compares a new frame with the one before; what changed goes into `history` too, shown or not. */
  take(source: Source, history: FieldHistory, now: number): void {
    const { snapshot } = source;
    const before = this.#before;
    if (!snapshot || snapshot === before) return;
    this.#before = snapshot;
    let more = false;
    for (const one of this.#watched) {
      if (!before || !this.#differs(one, before, snapshot, source)) continue;
      const was = { ...source, snapshot: before, tornAt: () => false };
      for (const leaf of [history.knows(one.row.path) ? undefined : valueOf(one.row, was), valueOf(one.row, source)])
        if (leaf?.value !== undefined) history.take(one.row.path, leaf.elided ? String(leaf.value) : leaf.text, now);
      more ||= !one.changed;
      one.changed = true;
    }
    if (more) this.#rows = this.#watched.filter(({ changed }) => changed).map(({ row }) => flat(row));
  }

  #differs({ row, range }: Watched, before: Snapshot, now: Snapshot, source: Source): boolean {
    const old = before.slice(range.offset, range.length);
    const fresh = now.slice(range.offset, range.length);
    if (old.length < range.length || fresh.length < range.length) return false;
    let same = true;
    for (let at = 0; same && at < range.length; at++) same = old[at] === fresh[at];
    if (same || row.bitWidth === undefined) return !same;
    // Bit-fields share bytes: their change is told by their own value.
    const was = this.#bits.get(row.path) ?? valueOf(row, { ...source, snapshot: before, tornAt: () => false })?.text;
    const is = valueOf(row, source)?.text;
    if (is !== undefined) this.#bits.set(row.path, is);
    return was !== undefined && is !== undefined && was !== is;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  rowAt(index: number): FieldRow | undefined {
    const row = this.#rows[index];
    return row && { ...row, position: index, siblings: this.#rows.length };
  }

  indexOf(path: string): number {
    return this.#rows.findIndex((row) => row.path === path);
  }
}

/** Out of its place in the tree a field is named by its path. */
function flat(row: FieldRow): FieldRow {
  return { ...row, name: row.path, depth: 0, expandable: false, expanded: false };
}
