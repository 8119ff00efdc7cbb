/** Finding writers: what the page asks for, and the report that it is told while it is watched. */
import { isCount, isList, isObject, isOneOf, isOptional, isText, type Loose } from './check.ts';
import { MAX_HINTS, MAX_TEXT, MAX_UNWATCHED, MAX_WATCH_MS, MAX_WATCHED, MAX_WRITERS } from './limits.ts';
import type { AnswerChecks, AskChecks } from './requests.ts';

/** 1, 2, 4 or 8 bytes at an offset that their number divides. */
export interface WatchedBytes {
  readonly offset: number;
  readonly length: 1 | 2 | 4 | 8;
  /** As shown: 'head', 'orders[3].price'; absent for bytes. */
  readonly path?: string;
}

export interface LineInfo {
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

/** One place in the code of one process. `id` names it for as long as the session lasts. */
export interface WriterInfo extends LineInfo {
  readonly id: number;
  readonly field: number;
  readonly pid: number;
  readonly tid: number;
  readonly process: string;
  /** '0x7f…'. */
  readonly instruction: string;
  readonly object?: string;
  readonly caller?: LineInfo;
  readonly lack?: string;
  readonly count: number;
  readonly rate: number;
  /** ms since the epoch, by the host's clock, as all times here. */
  readonly first: number;
  readonly last: number;
  readonly before?: string;
  readonly after?: string;
}

export interface UnwatchedInfo {
  readonly pid: number;
  readonly tid?: number;
  readonly process?: string;
  readonly reason: string;
}

export interface HintInfo {
  readonly time: number;
  readonly before: string;
  readonly after: string;
  readonly ran: readonly string[];
}

/** src/writers/face.ts has the meanings; of long lists the first ones, with how many more there are. */
export interface WritersInfo {
  readonly state: 'starting' | 'running' | 'ended';
  readonly fields: readonly WatchedBytes[];
  readonly reads: boolean;
  readonly startedAt: number;
  readonly endsAt: number;
  /** The host's clock when this was sent: the page may run on another machine. */
  readonly now: number;
  readonly places: readonly WriterInfo[];
  readonly morePlaces: number;
  readonly processes: number;
  readonly threads: number;
  readonly missed: readonly UnwatchedInfo[];
  readonly moreMissed: number;
  readonly seen: number;
  readonly lost: number;
  readonly failure?: { readonly message: string; readonly remedy?: string };
  readonly hint?: readonly HintInfo[];
}

export interface WritingRequests {
  /** Begins a session in the place of the one that there is; 'writers' messages tell of it. */
  findWriters: {
    ask: {
      readonly fields: readonly WatchedBytes[];
      readonly ms: number;
      readonly reads: boolean;
      /** In which the panel shows values; absent: little. */
      readonly byteOrder?: 'little' | 'big';
    };
    answer: null;
  };
  stopWriters: { ask: null; answer: null };
  /**
   * Opens the line of a place of the present report, or of its caller, in an editor beside the panel; with `focus` the cursor goes there.
   * ESTALE where the report has no such place any more.
   */
  openLine: { ask: { readonly place: number; readonly of: LineOf; readonly focus: boolean }; answer: null };
  /** Asks for a file with VS Code's own dialog, and writes the present report there: JSON or CSV, by the file's ending. */
  exportWriters: { ask: null; answer: null };
}

export const LINES_OF = ['own', 'caller'] as const;
export type LineOf = (typeof LINES_OF)[number];

const isNull = (value: unknown): value is null => value === null || value === undefined;
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isShort = (value: unknown): value is string => isText(value, MAX_TEXT);
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

export function isWatchedBytes(value: unknown): value is WatchedBytes {
  if (!isObject(value)) return false;
  const { offset, length, path } = value;
  if (!isCount(offset) || !(length === 1 || length === 2 || length === 4 || length === 8)) return false;
  return offset % length === 0 && Number.isSafeInteger(offset + length) && isOptional(path, isShort);
}

function isFindWriters(value: unknown): value is WritingRequests['findWriters']['ask'] {
  if (!isObject(value)) return false;
  const { fields, ms, reads, byteOrder } = value;
  if (!isList(fields, MAX_WATCHED, isWatchedBytes) || fields.length === 0) return false;
  const isOrder = isOptional(byteOrder, (order) => isOneOf(order, ['little', 'big']));
  return isCount(ms) && ms > 0 && ms <= MAX_WATCH_MS && isBoolean(reads) && isOrder;
}

const isLine = (value: unknown): value is LineInfo =>
  isObject(value) &&
  isOptional(value['function'], isShort) &&
  isOptional(value['file'], isShort) &&
  isOptional(value['line'], isCount);

const hasOptionalTexts = (value: Loose, keys: readonly string[]): boolean => keys.every((key) => isOptional(value[key], isShort));
const hasAmounts = (value: Loose, keys: readonly string[]): boolean => keys.every((key) => isAmount(value[key]));
const hasCounts = (value: Loose, keys: readonly string[]): boolean => keys.every((key) => isCount(value[key]));

function isWriter(value: unknown): value is WriterInfo {
  return (
    isObject(value) &&
    isLine(value) &&
    hasCounts(value, ['id', 'field', 'pid', 'tid', 'count']) &&
    hasAmounts(value, ['rate', 'first', 'last']) &&
    isShort(value['process']) &&
    isShort(value['instruction']) &&
    hasOptionalTexts(value, ['object', 'lack', 'before', 'after']) &&
    isOptional(value['caller'], isLine)
  );
}

const isUnwatched = (value: unknown): value is UnwatchedInfo =>
  isObject(value) &&
  isCount(value['pid']) &&
  isOptional(value['tid'], isCount) &&
  isOptional(value['process'], isShort) &&
  isShort(value['reason']);

const isHint = (value: unknown): value is HintInfo =>
  isObject(value) &&
  isAmount(value['time']) &&
  isShort(value['before']) &&
  isShort(value['after']) &&
  isList(value['ran'], MAX_UNWATCHED, isShort);

const isFailure = (value: unknown): boolean =>
  isObject(value) && isShort(value['message']) && isOptional(value['remedy'], isShort);

export function isWritersInfo(value: unknown): value is WritersInfo {
  return (
    isObject(value) &&
    isOneOf(value['state'], ['starting', 'running', 'ended']) &&
    isList(value['fields'], MAX_WATCHED, isWatchedBytes) &&
    isBoolean(value['reads']) &&
    hasAmounts(value, ['startedAt', 'endsAt', 'now']) &&
    hasCounts(value, ['morePlaces', 'processes', 'threads', 'moreMissed', 'seen', 'lost']) &&
    isList(value['places'], MAX_WRITERS, isWriter) &&
    isList(value['missed'], MAX_UNWATCHED, isUnwatched) &&
    isOptional(value['failure'], isFailure) &&
    isOptional(value['hint'], (hint) => isList(hint, MAX_HINTS, isHint))
  );
}

export const writingAsks: AskChecks<WritingRequests> = {
  findWriters: isFindWriters,
  stopWriters: isNull,
  openLine: (value): value is WritingRequests['openLine']['ask'] =>
    isObject(value) && isCount(value['place']) && isOneOf(value['of'], LINES_OF) && isBoolean(value['focus']),
  exportWriters: isNull,
};

export const writingAnswers: AnswerChecks<WritingRequests> = {
  findWriters: isNull,
  stopWriters: isNull,
  openLine: isNull,
  exportWriters: isNull,
};
