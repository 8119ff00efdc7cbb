/** What one row shows at one moment, in a form that is cheap to compare: a row is drawn again only where this differs. */
import { MISSING } from '../state/snapshot.ts';
import type { Store } from '../state/store.ts';
import type { Geometry } from './geometry.ts';
import { CONTEXT, PAST, fillWindow, newWindow, type ByteWindow } from './window.ts';

/** Marks of one byte; above them stands how far a change has faded: 0 for none, 1 (fresh) to STEPS. */
export const Mark = { unheld: 1, selected: 2, hovered: 4, caret: 8, editing: 16, hit: 32 } as const;
const STEP_SHIFT = 6;
export const stepOf = (code: number): number => code >> STEP_SHIFT;

export class RowState {
  readonly window: ByteWindow;
  /** One for each byte of the row. */
  readonly codes: Uint16Array;
  readonly #steps: Uint8Array;
  /** Offset of the first byte; -1 before anything was filled in. */
  start = -1;
  /** What stands in the offset column. */
  label = '';
  /** The sentence about memory that is not held, in the row that says it. */
  hole = '';
  /** What stands in place of the byte that is being typed. */
  pending = '';

  constructor(columns: number) {
    this.window = newWindow(columns);
    this.codes = new Uint16Array(columns);
    this.#steps = new Uint8Array(columns);
  }

  byte(column: number): number {
    return this.window[column + CONTEXT] ?? PAST;
  }

  code(column: number): number {
    return this.codes[column] ?? 0;
  }

  /** No byte of the row is held. */
  get isHole(): boolean {
    for (let column = 0; column < this.codes.length; column++)
      if ((this.code(column) & Mark.unheld) === 0 && this.byte(column) !== PAST) return false;
    return true;
  }

  /** Every byte of the row was delivered. */
  get isKnown(): boolean {
    for (let column = 0; column < this.codes.length; column++) if (this.byte(column) === MISSING) return false;
    return true;
  }

  equals(other: RowState): boolean {
    if (this.start !== other.start || this.label !== other.label) return false;
    if (this.hole !== other.hole || this.pending !== other.pending) return false;
    for (let i = 0; i < this.window.length; i++) if (this.window[i] !== other.window[i]) return false;
    return this.hasMarksOf(other);
  }

  /** How many bytes look different in `other`, those beside the row that a character may reach into included; all where it is another row. */
  differences(other: RowState): number {
    if (this.start !== other.start || this.label !== other.label) return this.codes.length;
    let count = this.hole === other.hole && this.pending === other.pending ? 0 : 1;
    for (let i = 0; i < this.window.length; i++)
      if (this.window[i] !== other.window[i] || this.codes[i - CONTEXT] !== other.codes[i - CONTEXT]) count += 1;
    return count;
  }

  /** Whether every byte is marked as in `other`. */
  hasMarksOf(other: RowState): boolean {
    for (let i = 0; i < this.codes.length; i++) if (this.codes[i] !== other.codes[i]) return false;
    return true;
  }

  copy(other: RowState): void {
    this.window.set(other.window);
    this.codes.set(other.codes);
    this.start = other.start;
    this.label = other.label;
    this.hole = other.hole;
    this.pending = other.pending;
  }

  /** Bytes and marks of the row that begins at `start`. `editing` is the offset of the byte that is being typed. */
  read(store: Store, start: number, now: number, editing: number | undefined): void {
    const { snapshot, selection, hover, size, changes } = store;
    this.start = start;
    fillWindow(this.window, snapshot, start, size);
    const end = start + this.codes.length;
    const hasHole = snapshot?.hasHole(start, end) ?? false;
    const hasSteps = changes.fillSteps(this.#steps, start, now);
    const hasHits = store.hits.length > 0;
    const hoverEnd = hover ? hover.offset + hover.length : 0;
    for (let column = 0; column < this.codes.length; column++) {
      const offset = start + column;
      const byte = this.byte(column);
      let code = 0;
      if (byte !== PAST) {
        if (hasHole && byte !== MISSING && snapshot?.unheldAt(offset)) code |= Mark.unheld;
        if (offset >= selection.start && offset < selection.end) code |= Mark.selected;
        if (hover && offset >= hover.offset && offset < hoverEnd) code |= Mark.hovered;
        if (offset === selection.caret) code |= Mark.caret;
        if (offset === editing) code |= Mark.editing;
        if (hasHits && store.isHit(offset)) code |= Mark.hit;
        if (hasSteps && byte !== MISSING) code |= (this.#steps[column] ?? 0) << STEP_SHIFT;
      }
      this.codes[column] = code;
    }
  }
}

/** The marks of a whole group: each that one of its bytes has, and its freshest change. */
export function groupCode(row: RowState, group: number, { shape }: Geometry): number {
  const from = group * shape.size;
  if (shape.size === 1) return row.code(from);
  let marks = 0;
  let step = 0;
  for (let column = from; column < from + shape.size; column++) {
    const code = row.code(column);
    marks |= code & ((1 << STEP_SHIFT) - 1);
    const own = stepOf(code);
    if (own > 0 && (step === 0 || own < step)) step = own;
  }
  return marks | (step << STEP_SHIFT);
}

/** Every byte of the group is known to be 0. */
export function isZero(row: RowState, column: number, length: number): boolean {
  for (let at = column; at < column + length; at++) if (row.byte(at) !== 0) return false;
  return true;
}

/** Some byte of the group was not delivered yet. */
export function isUnknown(row: RowState, column: number, length: number): boolean {
  for (let at = column; at < column + length; at++) if (row.byte(at) === MISSING) return true;
  return false;
}
