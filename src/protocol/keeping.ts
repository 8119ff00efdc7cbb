/** Snapshots that are kept, what is compared with them, and what is read without being shown. */
import { isBytes, isCount, isList, isObject, isOptional, isText } from './check.ts';
import { MAX_DIFFERENCES, MAX_LIST, MAX_TEXT, MAX_VIEW_BYTES } from './limits.ts';
import type { AnswerChecks, AskChecks } from './requests.ts';

/** A snapshot that is kept. Its id is opaque; 'live' in place of one means the segment as it is. */
export interface SnapshotInfo {
  readonly id: string;
  readonly name: string;
  /** ms since the epoch: when it was begun. */
  readonly time: number;
  /** Bytes of the segment then. */
  readonly size: number;
  /** Bytes that it takes on disk; what held no memory takes none. */
  readonly held: number;
}

/** What changes are marked against: the frame before, what was there when the user looked last, or a snapshot's id. */
export type Baseline = 'frame' | 'looked' | (string & {});

export interface KeepRequests {
  /** With progress; can be cancelled. A 'snapshots' message with the new list comes first. */
  takeSnapshot: { ask: { readonly name: string }; answer: SnapshotInfo };
  renameSnapshot: { ask: { readonly id: string; readonly name: string }; answer: null };
  removeSnapshot: { ask: { readonly id: string }; answer: null };
  /**
   * Where `left` and `right` differ from `from` on: [start, end, start, end, …], at most MAX_DIFFERENCES pairs. `complete` false where
   * there are more after them. What only one of them has differs.
   */
  compare: {
    ask: { readonly left: string; readonly right: string; readonly from: number };
    answer: { readonly differences: Float64Array; readonly complete: boolean };
  };
  /** VS Code's own diff editor over both. */
  openDiff: { ask: { readonly left: string; readonly right: string }; answer: null };
  /** From now on 'baseline' messages hold the bytes of this for the ranges in view. */
  setBaseline: { ask: { readonly baseline: Baseline }; answer: null };
  /** The user has looked: for 'looked' the baseline is what the segment holds now. */
  look: { ask: null; answer: null };
  /** Bytes of a snapshot or of the segment, at most MAX_VIEW_BYTES; short where it ends. */
  read: {
    ask: { readonly of: string; readonly offset: number; readonly length: number };
    answer: { readonly bytes: Uint8Array; readonly size: number };
  };
  /**
   * Asks for format and place with VS Code's own dialogs, and writes the range into a file. `field`, 'orders' or 'orders[3]': for values, of
   * this field alone; an array of structs gives a table.
   */
  exportRange: { ask: { readonly offset: number; readonly length: number; readonly field?: string }; answer: null };
}

const isNull = (value: unknown): value is null => value === null || value === undefined;
const isId = (value: unknown): value is string => isText(value, MAX_TEXT) && value !== '';
const isName = (value: unknown): value is string => isText(value, 200);

export function isSnapshotInfo(value: unknown): value is SnapshotInfo {
  return (
    isObject(value) &&
    isId(value['id']) &&
    isName(value['name']) &&
    typeof value['time'] === 'number' &&
    isCount(value['size']) &&
    isCount(value['held'])
  );
}

export const isSnapshotList = (value: unknown): value is readonly SnapshotInfo[] => isList(value, MAX_LIST, isSnapshotInfo);

export const keepAsks: AskChecks<KeepRequests> = {
  takeSnapshot: (value): value is KeepRequests['takeSnapshot']['ask'] => isObject(value) && isName(value['name']),
  renameSnapshot: (value): value is KeepRequests['renameSnapshot']['ask'] =>
    isObject(value) && isId(value['id']) && isName(value['name']),
  removeSnapshot: (value): value is KeepRequests['removeSnapshot']['ask'] => isObject(value) && isId(value['id']),
  compare: (value): value is KeepRequests['compare']['ask'] =>
    isObject(value) && isId(value['left']) && isId(value['right']) && isCount(value['from']),
  openDiff: (value): value is KeepRequests['openDiff']['ask'] => isObject(value) && isId(value['left']) && isId(value['right']),
  setBaseline: (value): value is KeepRequests['setBaseline']['ask'] => isObject(value) && isId(value['baseline']),
  look: isNull,
  read: (value): value is KeepRequests['read']['ask'] =>
    isObject(value) &&
    isId(value['of']) &&
    isCount(value['offset']) &&
    isCount(value['length']) &&
    value['length'] <= MAX_VIEW_BYTES &&
    Number.isSafeInteger(value['offset'] + value['length']),
  exportRange: (value): value is KeepRequests['exportRange']['ask'] =>
    isObject(value) &&
    isCount(value['offset']) &&
    isCount(value['length']) &&
    Number.isSafeInteger(value['offset'] + value['length']) &&
    isOptional(value['field'], (field) => isText(field, MAX_TEXT)),
};

export const keepAnswers: AnswerChecks<KeepRequests> = {
  takeSnapshot: isSnapshotInfo,
  renameSnapshot: isNull,
  removeSnapshot: isNull,
  compare: (value): value is KeepRequests['compare']['answer'] =>
    isObject(value) &&
    value['differences'] instanceof Float64Array &&
    value['differences'].length <= 2 * MAX_DIFFERENCES &&
    typeof value['complete'] === 'boolean',
  openDiff: isNull,
  setBaseline: isNull,
  look: isNull,
  read: (value): value is KeepRequests['read']['answer'] =>
    isObject(value) && isBytes(value['bytes'], MAX_VIEW_BYTES) && isCount(value['size']),
  exportRange: isNull,
};
