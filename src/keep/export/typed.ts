/** Values of a type as JSON and CSV, a piece of text at a time. */
import type { TypeLayout } from '../../../api.d.ts';
import { isStructure, partCount } from '../../decode/members.ts';
import { stepsOf, type Span, type Step } from '../leaves.ts';
import type { Values } from '../values.ts';
import { csvText, csvValue, jsonValue } from './cell.ts';

export interface Typed {
  readonly type: TypeLayout;
  /** Where the type stands in the segment, and bytes of the segment. */
  readonly offset: number;
  readonly size: number;
  /** Only what overlaps this; absent for all of it. */
  readonly only?: Span | undefined;
}

/** Text that is complete, or the wish for bytes that are not read yet. */
export type Part = string | { readonly load: Step };

/** More columns than this no person reads: one row for each value then. */
const COLUMNS_MAX = 1000;

/** One tree, as the type nests: objects, arrays, values. */
export function* jsonTree(typed: Typed, values: Values): Generator<Part> {
  // Whether something stands before in each object or array that is open.
  const filled: boolean[] = [];
  for (const step of steps(typed)) {
    const { type } = step.member;
    const close = type.kind === 'array' ? ']' : '}';
    if (step.what === 'end') {
      yield filled.pop() === true ? `\n${'  '.repeat(filled.length)}${close}` : close;
      continue;
    }
    const depth = filled.length;
    const inObject = depth > 0 && !/^\[\d+\]$/.test(step.name);
    const before = depth === 0 ? '' : `${filled[depth - 1] === true ? ',' : ''}\n${'  '.repeat(depth)}`;
    if (depth > 0) filled[depth - 1] = true;
    const key = inObject ? `${JSON.stringify(step.name)}: ` : '';
    if (step.what === 'begin') {
      yield `${before}${key}${type.kind === 'array' ? '[' : '{'}`;
      filled.push(false);
    } else {
      if (!values.has(step)) yield { load: step };
      yield `${before}${key}${jsonValue(values.leaf(step), type)}`;
    }
  }
}

/** One object for each value: { path, offset, type, value }. For a part of a type, of which a tree would lose where its values are. */
export function* jsonList(typed: Typed, values: Values): Generator<Part> {
  let before = '[\n';
  for (const step of steps(typed)) {
    if (step.what !== 'leaf') continue;
    if (!values.has(step)) yield { load: step };
    const { path, offset, member } = step;
    const value = jsonValue(values.leaf(step), member.type);
    yield `${before}  {"path": ${JSON.stringify(path)}, "offset": ${offset}, "type": ${JSON.stringify(member.type.name)}, "value": ${value}}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]' : '\n]';
}

/** A row for each element where the type is an array of structs, with a column for each of their values; else a row for each value. */
export function* csv(typed: Typed, values: Values): Generator<Part> {
  const table = tableOf(typed);
  yield* table ? csvTable(table, values) : csvList(typed, values);
}

/** The array itself, or the only member of a struct. */
function tableOf(typed: Typed): Typed | undefined {
  const { type, offset, size } = typed;
  if (type.kind === 'array') {
    const { element } = type;
    if (!element || !isStructure(element) || partCount(type, offset, size) === 0) return undefined;
    return columnsOf(element) ? typed : undefined;
  }
  const [only, other] = isStructure(type) ? (type.fields ?? []) : [];
  if (!only || other || only.bitWidth !== undefined || only.type.kind !== 'array') return undefined;
  return tableOf({ ...typed, type: only.type, offset: offset + only.offset });
}

/** Paths of the values in one element; undefined where they are too many, or none. */
function columnsOf(element: TypeLayout): string[] | undefined {
  const columns: string[] = [];
  for (const step of stepsOf(element, 0, element.size)) {
    if (step.what === 'leaf' && columns.push(step.path) > COLUMNS_MAX) return undefined;
  }
  return columns.length > 0 ? columns : undefined;
}

function* csvTable(typed: Typed, values: Values): Generator<Part> {
  const { type, offset, size, only } = typed;
  const element = type.element;
  if (!element) return;
  yield `${['index', 'offset', ...(columnsOf(element) ?? []).map(csvText)].join(',')}\r\n`;
  const end = only ? only.offset + only.length : Infinity;
  const count = partCount(type, offset, size);
  const first = only ? Math.max(0, Math.floor((only.offset - offset) / element.size)) : 0;
  for (let index = first; index < count; index++) {
    const at = offset + index * element.size;
    if (at >= end) return;
    let row = `${index},${at}`;
    for (const step of stepsOf(element, at, Math.min(size, at + element.size))) {
      if (step.what !== 'leaf') continue;
      if (!values.has(step)) yield { load: step };
      row += `,${csvValue(values.leaf(step), step.member.type)}`;
    }
    yield `${row}\r\n`;
  }
}

function* csvList(typed: Typed, values: Values): Generator<Part> {
  yield 'path,offset,type,value\r\n';
  for (const step of steps(typed)) {
    if (step.what !== 'leaf') continue;
    if (!values.has(step)) yield { load: step };
    const { path, offset, member } = step;
    yield `${csvText(path)},${offset},${csvText(member.type.name)},${csvValue(values.leaf(step), member.type)}\r\n`;
  }
}

function steps({ type, offset, size, only }: Typed): Generator<Step> {
  return stepsOf(type, offset, size, only ? [only] : undefined);
}
