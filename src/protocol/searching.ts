/** What the page asks to have searched. All of it reports progress, and ends when it is cancelled. */
import { isBytes, isCount, isObject, isOneOf, isOptional, isText } from './check.ts';
import { MAX_HITS, MAX_PATTERN_BYTES, MAX_QUERY } from './limits.ts';
import type { AnswerChecks, AskChecks } from './requests.ts';

export const TEXT_ENCODINGS = ['utf8', 'utf16le', 'utf16be', 'latin1'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];
export const NUMBER_TYPES = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** A number as it was typed: decimal, 0x… or a float, so that 64 bits stay exact. */
export interface NumberSpec {
  readonly type: NumberType;
  readonly byteOrder: 'little' | 'big';
  /** Only at offsets that its size divides. */
  readonly aligned: boolean;
}

export type SearchSpec =
  /** `mask`: the bits that must be equal; as long as `bytes`. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly mask?: Uint8Array }
  | { readonly kind: 'text'; readonly text: string; readonly encoding: TextEncoding; readonly matchCase: boolean }
  /** `source` of a JavaScript regular expression, over the bytes as text; a hit never spans more than 64 KiB. */
  | { readonly kind: 'regex'; readonly source: string; readonly encoding: 'utf8' | 'latin1'; readonly matchCase: boolean }
  /** Within `tolerance` of `value`: |found - value| <= tolerance. */
  | ({ readonly kind: 'number'; readonly value: string; readonly tolerance?: string } & NumberSpec);

export interface Hit {
  readonly offset: number;
  readonly length: number;
}

/** What a narrowing search keeps of the places that it had. The first step takes 'any', 'equals' or 'between'. */
export const NARROWINGS = ['any', 'equals', 'between', 'changed', 'unchanged', 'greater', 'less'] as const;
export type Narrowing = (typeof NARROWINGS)[number];

export interface SearchRequests {
  /** The hit nearest to `from`: that begins at it or after it, or before it when `backward`. Null where there is none to that end. */
  find: { ask: { readonly spec: SearchSpec; readonly from: number; readonly backward: boolean }; answer: Hit | null };
  /** [offset, length, offset, length, …] ascending; `complete` false where there are more than MAX_HITS, or it was cancelled. */
  findAll: { ask: { readonly spec: SearchSpec }; answer: { readonly hits: Float64Array; readonly complete: boolean } };
  /**
   * A narrowing search. `first` begins a new one over the whole segment; else `how` is applied to what is left of it: 'equals' with
   * `value` (and `tolerance`), 'between' `value` and `upper`, the others against what each place held at the step before.
   * The answer has the places that are left, their number and the first of their offsets; EOVERFLOW where the first step has too many.
   */
  narrow: {
    ask: {
      readonly first: boolean;
      readonly how: Narrowing;
      readonly number: NumberSpec;
      readonly value?: string;
      readonly upper?: string;
      readonly tolerance?: string;
    };
    answer: { readonly count: number; readonly offsets: Float64Array };
  };
  /** Forgets the places of the narrowing search. */
  endNarrowing: { ask: null; answer: null };
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isQuery = (value: unknown): value is string => isText(value, MAX_QUERY);

function isNumberSpec(value: unknown): value is NumberSpec {
  return (
    isObject(value) &&
    isOneOf(value['type'], NUMBER_TYPES) &&
    isOneOf(value['byteOrder'], ['little', 'big']) &&
    isBoolean(value['aligned'])
  );
}

export function isSearchSpec(value: unknown): value is SearchSpec {
  if (!isObject(value)) return false;
  const { kind, bytes, mask, text, source, encoding, matchCase } = value;
  if (kind === 'bytes') {
    if (!isBytes(bytes, MAX_PATTERN_BYTES) || bytes.length === 0) return false;
    return isOptional(mask, (other) => isBytes(other, MAX_PATTERN_BYTES) && other.length === bytes.length);
  }
  if (kind === 'text') return isQuery(text) && text !== '' && isOneOf(encoding, TEXT_ENCODINGS) && isBoolean(matchCase);
  if (kind === 'regex') return isQuery(source) && source !== '' && isOneOf(encoding, ['utf8', 'latin1']) && isBoolean(matchCase);
  return kind === 'number' && isQuery(value['value']) && isOptional(value['tolerance'], isQuery) && isNumberSpec(value);
}

function isNarrow(value: unknown): value is SearchRequests['narrow']['ask'] {
  return (
    isObject(value) &&
    isBoolean(value['first']) &&
    isOneOf(value['how'], NARROWINGS) &&
    isNumberSpec(value['number']) &&
    ['value', 'upper', 'tolerance'].every((key) => isOptional(value[key], isQuery))
  );
}

const isNull = (value: unknown): value is null => value === null || value === undefined;
const isOffsets = (value: unknown): value is Float64Array => value instanceof Float64Array && value.length <= 2 * MAX_HITS;

export const searchAsks: AskChecks<SearchRequests> = {
  find: (value): value is SearchRequests['find']['ask'] =>
    isObject(value) && isSearchSpec(value['spec']) && isCount(value['from']) && isBoolean(value['backward']),
  findAll: (value): value is SearchRequests['findAll']['ask'] => isObject(value) && isSearchSpec(value['spec']),
  narrow: isNarrow,
  endNarrowing: isNull,
};

export const searchAnswers: AnswerChecks<SearchRequests> = {
  find: (value): value is Hit | null =>
    value === null || (isObject(value) && isCount(value['offset']) && isCount(value['length'])),
  findAll: (value): value is SearchRequests['findAll']['answer'] =>
    isObject(value) && isOffsets(value['hits']) && isBoolean(value['complete']),
  narrow: (value): value is SearchRequests['narrow']['answer'] =>
    isObject(value) && isCount(value['count']) && isOffsets(value['offsets']),
  endNarrowing: isNull,
};
