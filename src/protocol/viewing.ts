/** What the page asks about the view itself: its type, its state, VS Code's own dialogs. */
import { isCount, isList, isObject, isOneOf, isText, type Loose } from './check.ts';
import { MAX_LIST, MAX_SOURCE, MAX_TEXT } from './limits.ts';
import type { AnswerChecks, AskChecks } from './requests.ts';

/** How one field is shown, by its path with '[]' for every index: 'orders[].sent' -> 'time-ns'. Names of src/decode/format.ts. */
export type Formats = Readonly<Record<string, string>>;

export interface Parsed {
  readonly types: readonly { readonly name: string; readonly size: number }[];
  readonly problems: readonly string[];
}

export interface ViewRequests {
  /** Names and sizes that declarations give, and what is wrong with the others: 'line:column: …'. */
  parseTypes: { ask: { readonly source: string }; answer: Parsed };
  applyType: { ask: { readonly source: string; readonly name: string }; answer: null };
  /** Quick pick of a struct in a header of the workspace. */
  pickHeader: { ask: null; answer: null };
  clearType: { ask: null; answer: null };
  /** VS Code's quick pick of all types that the segment could be shown as. */
  pickType: { ask: null; answer: null };
  /** What was suggested and is shown counts as chosen. */
  keepType: { ask: null; answer: null };
  /** Opens the file of the type's problem, or .vscode/shmscope.json, where it is wrong. */
  openProblem: { ask: { readonly of: 'type' | 'workspace' }; answer: null };
  /** Asks a compiler where the reader of declarations cannot: for the type whose problem is shown, and for a text. */
  compileType: { ask: null; answer: null };
  compileText: { ask: { readonly source: string }; answer: null };
  /** Shows one of the suggested types, the one with this reason: two programs may mean other types by one name. */
  takeSuggestion: { ask: { readonly name: string; readonly why: string }; answer: null };
  /** All display formats of this segment's fields; remembered with its type. */
  setFormats: { ask: { readonly formats: Formats }; answer: null };
  setWriting: { ask: { readonly on: boolean }; answer: null };
  setPaused: { ask: { readonly on: boolean }; answer: null };
  /** Open the object that has the name now. */
  follow: { ask: null; answer: null };
  /** From now on whatever object gets the name is opened by itself. */
  setFollowing: { ask: { readonly on: boolean }; answer: null };
  /** The user agreed to shmat. */
  attach: { ask: null; answer: null };
  /** Ask for an offset with VS Code's input box, then `goTo` comes. */
  askOffset: { ask: null; answer: null };
  /** Another panel of the same segment, beside this one. */
  openBeside: { ask: null; answer: null };
}

const MAX_FORMATS = 10_000;
const isNull = (value: unknown): value is null => value === null || value === undefined;
const isSwitch = (value: unknown): value is { on: boolean } => isObject(value) && typeof value['on'] === 'boolean';
const isSource = (value: unknown): value is string => isText(value, MAX_SOURCE);
const isNamed = (item: unknown): item is Parsed['types'][number] & Loose =>
  isObject(item) && isText(item['name'], MAX_TEXT) && isCount(item['size']);
const isSentence = (value: unknown): value is string => isText(value, MAX_TEXT);

export function isFormats(value: unknown): value is Formats {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MAX_FORMATS && entries.every(([path, format]) => isText(path, MAX_TEXT) && isText(format, 100));
}

export const viewAsks: AskChecks<ViewRequests> = {
  parseTypes: (value): value is ViewRequests['parseTypes']['ask'] => isObject(value) && isSource(value['source']),
  applyType: (value): value is ViewRequests['applyType']['ask'] =>
    isObject(value) && isSource(value['source']) && isText(value['name'], MAX_TEXT),
  pickHeader: isNull,
  clearType: isNull,
  pickType: isNull,
  keepType: isNull,
  openProblem: (value): value is ViewRequests['openProblem']['ask'] =>
    isObject(value) && isOneOf(value['of'], ['type', 'workspace']),
  compileType: isNull,
  compileText: (value): value is ViewRequests['compileText']['ask'] => isObject(value) && isSource(value['source']),
  takeSuggestion: (value): value is ViewRequests['takeSuggestion']['ask'] =>
    isObject(value) && isText(value['name'], MAX_TEXT) && isText(value['why'], MAX_TEXT),
  setFormats: (value): value is ViewRequests['setFormats']['ask'] => isObject(value) && isFormats(value['formats']),
  setWriting: isSwitch,
  setPaused: isSwitch,
  follow: isNull,
  setFollowing: isSwitch,
  attach: isNull,
  askOffset: isNull,
  openBeside: isNull,
};

export const viewAnswers: AnswerChecks<ViewRequests> = {
  parseTypes: (value): value is Parsed =>
    isObject(value) && isList(value['types'], MAX_LIST, isNamed) && isList(value['problems'], MAX_LIST, isSentence),
  applyType: isNull,
  pickHeader: isNull,
  clearType: isNull,
  pickType: isNull,
  keepType: isNull,
  openProblem: isNull,
  compileType: isNull,
  compileText: isNull,
  takeSuggestion: isNull,
  setFormats: isNull,
  setWriting: isNull,
  setPaused: isNull,
  follow: isNull,
  setFollowing: isNull,
  attach: isNull,
  askOffset: isNull,
  openBeside: isNull,
};
