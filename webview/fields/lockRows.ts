/** The rows of the tree, and beneath a lock that is opened what is known of it. A lock that is a struct of its own has its own parts. */
import type { FieldRow, FieldTree } from '../../src/decode/tree.ts';
import type { LockInfo, LocksInfo } from '../../src/protocol/locking.ts';
import { lockOf } from '../locks/marks.ts';
import { detailsOf, type Detail } from '../locks/words.ts';

/** `detail`: it is no field, and tells of the lock above it. */
export type ShownRow = FieldRow & { readonly detail?: Detail };

interface Place {
  /** Of the lock's row in the tree. */
  readonly at: number;
  /** Details of the locks above. */
  readonly before: number;
  readonly row: FieldRow;
  readonly details: readonly Detail[];
}

const known = new WeakMap<LockInfo, readonly Detail[]>();

function detailsFor(lock: LockInfo): readonly Detail[] {
  const details = known.get(lock) ?? detailsOf(lock);
  known.set(lock, details);
  return details;
}

export class LockRows {
  readonly #tree: FieldTree;
  readonly #locks: () => LocksInfo | undefined;
  readonly #open = new Set<string>();

  constructor(tree: FieldTree, locks: () => LocksInfo | undefined) {
    this.#tree = tree;
    this.#locks = locks;
  }

  get rowCount(): number {
    const last = this.#places().at(-1);
    return this.#tree.rowCount + (last ? last.before + last.details.length : 0);
  }

  rowAt(index: number): ShownRow | undefined {
    // The last opened lock above, or at, the row.
    const place = this.#places().findLast(({ at, before }) => at + before < index);
    if (!place) return this.#shown(this.#tree.rowAt(index));
    const { at, before, row, details } = place;
    const within = index - at - before - 1;
    const detail = details[within];
    if (!detail) return this.#shown(this.#tree.rowAt(index - before - details.length));
    return detailRow(row, detail, within, details.length);
  }

  /** As the tree's own; -1 for a path that is not shown. */
  indexOf(path: string): number {
    const [field = '', key] = path.split(MARK);
    const index = this.#tree.indexOf(field);
    if (index < 0) return -1;
    const places = this.#places();
    const above = places.findLast(({ at }) => at < index);
    const shown = index + (above ? above.before + above.details.length : 0);
    if (key === undefined) return shown;
    const within = places.find(({ at }) => at === index)?.details.findIndex((detail) => detail.key === key) ?? -1;
    return within < 0 ? -1 : shown + 1 + within;
  }

  /** False where the path is no lock that has details: it is the tree's to open. */
  toggle(path: string, open = !this.#open.has(path)): boolean {
    const row = this.#tree.rowAt(this.#tree.indexOf(path));
    if (!row || !this.#lockOf(row)) return false;
    if (open) this.#open.add(path);
    else this.#open.delete(path);
    return true;
  }

  collapse(): void {
    this.#open.clear();
  }

  #lockOf(row: FieldRow): LockInfo | undefined {
    return row.expandable ? undefined : lockOf(row, this.#locks());
  }

  #shown(row: FieldRow | undefined): FieldRow | undefined {
    if (!row || !this.#lockOf(row)) return row;
    return { ...row, expandable: true, expanded: this.#open.has(row.path) };
  }

  /** Ascending. */
  #places(): readonly Place[] {
    if (this.#open.size === 0) return [];
    const open = [...this.#open].flatMap((path) => {
      const at = this.#tree.indexOf(path);
      const row = this.#tree.rowAt(at);
      const lock = row && this.#lockOf(row);
      return row && lock ? [{ at, row, details: detailsFor(lock) }] : [];
    });
    let before = 0;
    return open
      .sort((a, b) => a.at - b.at)
      .map((place) => {
        const placed = { ...place, before };
        before += place.details.length;
        return placed;
      });
  }
}

/** Between the path of a lock and the key of a detail: no name of a field has it. */
const MARK = '\0';

function detailRow(lock: FieldRow, detail: Detail, position: number, siblings: number): ShownRow {
  const { path, depth, offset } = lock;
  const key = `${path}${MARK}${detail.key}`;
  const type = { name: '', kind: 'opaque', size: 0, alignment: 1, origin: '' } as const;
  const place = { position, siblings, parent: path, depth: depth + 1, offset, size: lock.size };
  return { path: key, key, name: detail.label, type, expandable: false, expanded: false, childCount: 0, ...place, detail };
}
