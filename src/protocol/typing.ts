/** What the page is told of the segment's type: its layout and why it stands there, what else could, who disagrees on it, what is wrong. */
import { isCount, isList, isObject, isOneOf, isOptional, isText } from './check.ts';
import { isWireLayout } from './layout.ts';
import { MAX_CONFLICTS, MAX_LIST, MAX_SOURCE, MAX_TEXT } from './limits.ts';
import type { WireLayout } from './messages.ts';
import { isFormats, type Formats } from './viewing.ts';

/** How it came that this type is shown: the user chose it, the workspace says so, or it was the one certain suggestion. */
export const STANDINGS = ['chosen', 'workspace', 'suggested'] as const;
export type Standing = (typeof STANDINGS)[number];

/** The type that the segment is shown as; `source` is what the user gave, to be edited again. */
export interface TypeInfo {
  readonly layout: WireLayout;
  readonly name: string;
  /** 'pasted', the path of a header, or 'debug info of /usr/bin/app'. */
  readonly from: string;
  /** Bytes from the start of the segment; absent: 0. */
  readonly offset?: number;
  /** Absent: 'chosen'. */
  readonly standing?: Standing;
  /** One sentence, of a suggestion. */
  readonly why?: string;
  readonly source?: string;
  readonly formats?: Formats;
}

/** Why the type cannot be shown, or not as it is now. */
export interface TypeProblem {
  readonly message: string;
  /** 'shared.h:3:5': a file that can be opened there. */
  readonly place?: string;
  /** A compiler could be asked instead. */
  readonly compiles?: boolean;
}

export interface SuggestedType {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly offset: number;
  readonly why: string;
}

/** One type that mappers lay out differently. */
export interface ConflictInfo {
  readonly name: string;
  /** 'publisher (4711)': one for each way. */
  readonly sides: readonly string[];
  /** What differs: the path of a field within the type ('' is the type itself), and how each side has it. */
  readonly rows: readonly { readonly path: string; readonly cells: readonly string[] }[];
}

/** What is known beside the type itself. */
export interface TypesInfo {
  /** Best first. */
  readonly suggested: readonly SuggestedType[];
  /** Of which mappers nothing could be read, and what would help. */
  readonly lacks: readonly string[];
  readonly conflicts: readonly ConflictInfo[];
  /** What is wrong with .vscode/shmscope.json. */
  readonly notes: readonly TypeProblem[];
  /** A compiler may be asked where the reader of declarations cannot. */
  readonly compiles: boolean;
}

export const NO_TYPES: TypesInfo = { suggested: [], lacks: [], conflicts: [], notes: [], compiles: false };

const isShort = (value: unknown): value is string => isText(value, MAX_TEXT);

export function isTypeInfo(value: unknown): value is TypeInfo {
  return (
    isObject(value) &&
    isShort(value['name']) &&
    isShort(value['from']) &&
    isOptional(value['offset'], isCount) &&
    isOptional(value['standing'], (standing) => isOneOf(standing, STANDINGS)) &&
    isOptional(value['why'], isShort) &&
    isOptional(value['source'], (source) => isText(source, MAX_SOURCE)) &&
    isOptional(value['formats'], isFormats) &&
    isWireLayout(value['layout'])
  );
}

export function isTypeProblem(value: unknown): value is TypeProblem {
  return (
    isObject(value) &&
    isShort(value['message']) &&
    isOptional(value['place'], isShort) &&
    isOptional(value['compiles'], (compiles) => typeof compiles === 'boolean')
  );
}

function isSuggested(value: unknown): value is SuggestedType {
  return isObject(value) && isShort(value['name']) && [value['size'], value['offset']].every(isCount) && isShort(value['why']);
}

function isConflict(value: unknown): value is ConflictInfo {
  return (
    isObject(value) &&
    isShort(value['name']) &&
    isList(value['sides'], MAX_CONFLICTS, isShort) &&
    isList(value['rows'], MAX_LIST, isConflictRow)
  );
}

function isConflictRow(value: unknown): value is ConflictInfo['rows'][number] {
  return isObject(value) && isShort(value['path']) && isList(value['cells'], MAX_CONFLICTS, isShort);
}

export function isTypesInfo(value: unknown): value is TypesInfo {
  return (
    isObject(value) &&
    isList(value['suggested'], MAX_LIST, isSuggested) &&
    isList(value['lacks'], MAX_LIST, isShort) &&
    isList(value['conflicts'], MAX_CONFLICTS, isConflict) &&
    isList(value['notes'], MAX_LIST, isTypeProblem) &&
    typeof value['compiles'] === 'boolean'
  );
}
