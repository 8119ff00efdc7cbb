/** What the page asks to have stored. All of it needs writing to be enabled; else the answer is EACCES. */
import { isBytes, isCount, isObject, isOptional } from './check.ts';
import { MAX_PATTERN_BYTES, MAX_WRITE_BYTES } from './limits.ts';
import type { AnswerChecks, AskChecks } from './requests.ts';

export interface EditRequests {
  /**
   * Stores bytes; with `mask`, only the bits that are set in it (a bit-field). With `expected`, as long as `bytes`, only where the segment
   * still holds these: in one step for 1, 2, 4 or 8 aligned bytes, ENOTSUP for others. The answer is what it holds instead, and null where
   * it was stored.
   */
  write: {
    ask: { readonly offset: number; readonly bytes: Uint8Array; readonly mask?: Uint8Array; readonly expected?: Uint8Array };
    answer: { readonly held: Uint8Array } | null;
  };
  /** Takes back the last edit that was made in this panel and is not taken back yet; null where there is none. */
  undo: { ask: { readonly force: boolean }; answer: Undone | null };
  redo: { ask: { readonly force: boolean }; answer: Undone | null };
  /** Stores `pattern` again and again over the range. With progress; can be cancelled. */
  fill: { ask: { readonly offset: number; readonly length: number; readonly pattern: Uint8Array }; answer: null };
  /** Asks for a file with VS Code's own dialog, and stores its bytes from `offset` on. */
  writeFile: { ask: { readonly offset: number }; answer: null };
}

/** `done` false: the segment holds something else by now, and nothing was stored; to be asked again with `force`. */
export interface Undone {
  readonly done: boolean;
  readonly offset: number;
  readonly length: number;
}

function isWrite(value: unknown): value is EditRequests['write']['ask'] {
  if (!isObject(value)) return false;
  const { offset, bytes, mask, expected } = value;
  if (!isCount(offset) || !isBytes(bytes, MAX_WRITE_BYTES) || !Number.isSafeInteger(offset + bytes.length)) return false;
  const isAsLong = (other: unknown): boolean => isBytes(other, MAX_WRITE_BYTES) && other.length === bytes.length;
  return isOptional(mask, isAsLong) && isOptional(expected, isAsLong);
}

function isFill(value: unknown): value is EditRequests['fill']['ask'] {
  if (!isObject(value)) return false;
  const { offset, length, pattern } = value;
  return (
    isCount(offset) &&
    isCount(length) &&
    Number.isSafeInteger(offset + length) &&
    isBytes(pattern, MAX_PATTERN_BYTES) &&
    pattern.length > 0
  );
}

const isForce = (value: unknown): value is { force: boolean } => isObject(value) && typeof value['force'] === 'boolean';
const isUndone = (value: unknown): value is Undone | null =>
  value === null ||
  (isObject(value) && typeof value['done'] === 'boolean' && isCount(value['offset']) && isCount(value['length']));
const isNull = (value: unknown): value is null => value === null || value === undefined;

export const editAsks: AskChecks<EditRequests> = {
  write: isWrite,
  undo: isForce,
  redo: isForce,
  fill: isFill,
  writeFile: (value): value is EditRequests['writeFile']['ask'] => isObject(value) && isCount(value['offset']),
};

export const editAnswers: AnswerChecks<EditRequests> = {
  write: (value): value is EditRequests['write']['answer'] =>
    value === null || (isObject(value) && isBytes(value['held'], MAX_WRITE_BYTES)),
  undo: isUndone,
  redo: isUndone,
  fill: isNull,
  writeFile: isNull,
};
