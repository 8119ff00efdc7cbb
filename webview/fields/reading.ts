/** What one row shows now: its value, what it was, where it leads, how it is read. */
import { formatPath } from '../../src/decode/format.ts';
import { PAST_END } from '../../src/decode/leaf.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { GuardChoice } from '../state/persisted.ts';
import type { Store } from '../state/store.ts';
import { lockOf } from '../locks/marks.ts';
import type { Detail } from '../locks/words.ts';
import { leadOf, leadText } from './follow.ts';
import { guardText } from './guards.ts';
import { FieldHistory } from './history.ts';
import type { ShownRow } from './lockRows.ts';
import { markOf } from './marks.ts';
import { WatchMarks } from '../writers/marks.ts';
import type { RowState } from './row.ts';
import { bytesFor, decodeBytes, formatOf, INCONSISTENT, valueOf } from './value.ts';

export class RowReader {
  readonly history = new FieldHistory();
  readonly #watched = new WatchMarks();
  readonly #store: Store;
  readonly #guardOf: (path: string) => GuardChoice | undefined;
  #conflicts: ReadonlyMap<string, string> = new Map();

  constructor(store: Store, guardOf: (path: string) => GuardChoice | undefined) {
    this.#store = store;
    this.#guardOf = guardOf;
  }

  /** After another type or other conflicts. */
  setConflicts(conflicts: ReadonlyMap<string, string>): void {
    this.#conflicts = conflicts;
  }

  /** `fresh`: the snapshot is another one than when rows were read before. */
  read(row: ShownRow, hovered: boolean, fresh: boolean, now: number): RowState {
    if (row.detail) return detailState(row.detail, this.#store.selection.path === row.path, hovered);
    const { selection, changes, formats } = this.#store;
    const { history } = this;
    const leaf = valueOf(row, this.#store);
    const hasValue = leaf?.value !== undefined;
    if (fresh && hasValue) history.take(row.path, leaf.elided ? String(leaf.value) : leaf.text, now);
    const past = hasValue ? history.of(row.path) : undefined;
    const byFrame = row.bitWidth !== undefined && changes.mode === 'frame';
    const step = byFrame ? history.step(row.path, now) : markOf(row, this.#store, now);
    const lead = hasValue ? leadOf(row, this.#store) : undefined;
    const guard = this.#guardOf(row.path);
    const selected = selection.path === row.path;
    this.#watched.take(this.#store.writers);
    return {
      leaf,
      format: formatOf(row, formats),
      step: leaf ? step : 0,
      selected,
      hovered,
      lead: lead && leadText(lead),
      follows: (lead?.targets.length ?? 0) > 0,
      guard: guard && guardText(guard),
      conflict: this.#conflicts.size > 0 ? this.#conflicts.get(formatPath(row.path)) : undefined,
      lock: leaf?.text === PAST_END || leaf?.text === INCONSISTENT ? undefined : lockOf(row, this.#store.locks),
      watched: this.#watched.of(row),
      past,
      isNew: changes.isNew(row.offset, row.size),
      previous: selected || hovered ? (this.#previous(row) ?? past?.previous) : undefined,
    };
  }

  /** What the field held before, in its own format; bytes tell of a bit-field's neighbours too. */
  #previous(row: FieldRow): string | undefined {
    const length = row.bitWidth === undefined ? (bytesFor(row, this.#store)?.length ?? 0) : 0;
    const bytes = length === 0 ? undefined : this.#store.changes.previous(row.offset, length);
    return bytes && decodeBytes(row, formatOf(row, this.#store.formats), bytes, this.#store.byteOrder).text;
  }
}

/** What is told of a lock has no bytes of its own, and leads to the line where a thread waits. */
function detailState(detail: Detail, selected: boolean, hovered: boolean): RowState {
  const { text, where, tid } = detail;
  const lead = where === undefined ? {} : { lead: where };
  return {
    leaf: { text },
    format: 'default',
    step: 0,
    selected,
    hovered,
    ...lead,
    follows: tid !== undefined,
    detail,
    isNew: false,
  };
}
