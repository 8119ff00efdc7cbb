/** Attributes that change a layout: packed, aligned, alignas and what is like them. The others are passed over. */
import { DeclarationError, quote } from '../../errors.ts';
import type { Dialect } from '../../layout/spec.ts';
import { readConstant } from '../expressions/constant.ts';
import type { Cursor } from '../text/cursor.ts';
import { expressionNames } from '../names/names.ts';
import type { Constant } from '../expressions/operand.ts';
import type { Reader } from '../reader.ts';

export interface Attributes {
  packed: boolean;
  /** What aligned(n) asks for, in their order; bytes. */
  aligned: number[];
  /** What alignas(…) and _Alignas(…) ask for. */
  alignas: number[];
  /** [[no_unique_address]] */
  overlaps: boolean;
  /** Bytes of a vector. */
  vector: number | undefined;
  /** 'DI', 'word', … */
  mode: string | undefined;
  /** Where the last of the two stands. */
  at: number | undefined;
}

/** Attributes that change a layout in a way that is not computed here. */
const UNSUPPORTED = new Set([
  'ms_struct',
  'scalar_storage_order',
  'warn_if_not_aligned',
  'ext_vector_type',
  'address_space',
  'randomize_layout',
]);
/** Alignments that gcc takes. */
const ALIGNMENT_LIMIT = 2n ** 28n;

export function noAttributes(): Attributes {
  return { packed: false, aligned: [], alignas: [], overlaps: false, vector: undefined, mode: undefined, at: undefined };
}

/** Reads those that stand here into `found`; whether there were any. */
export function readAttributes(r: Reader, found: Attributes): boolean {
  const { cursor } = r;
  let any = false;
  for (; ; any = true) {
    if (cursor.is('__attribute__') || cursor.is('__attribute')) readGnu(r, found);
    else if (cursor.is('_Alignas') || (cursor.is('alignas') && cursor.ahead(1).text === '(')) readAlignas(r, found);
    else if (cursor.is('[') && cursor.ahead(1).text === '[') readBrackets(r, found);
    else return any;
  }
}

/** Of a member: the strictest; undefined where none is asked for. */
export function memberAlignment({ aligned, alignas }: Attributes): number | undefined {
  return aligned.length + alignas.length === 0 ? undefined : Math.max(...aligned, ...alignas);
}

/** Of a type: gcc lets the last aligned(…) win (common_handle_aligned_attribute), clang the strictest (Decl::getMaxAlignment). 0 = none. */
export function typeAlignment({ aligned, alignas }: Attributes, dialect: Dialect): number {
  const counted = dialect === 'gcc' ? aligned.slice(-1) : aligned;
  return Math.max(0, ...counted, ...alignas);
}

function readGnu(r: Reader, found: Attributes): void {
  const keyword = r.cursor.advance();
  const outer = groupOf(r.cursor, keyword.text);
  if (outer.atEnd) return;
  const { at } = outer;
  if (!outer.is('(')) throw new DeclarationError(at, '__attribute__ needs two pairs of parentheses.');
  const list = outer.group();
  if (!outer.atEnd) throw new DeclarationError(at, '__attribute__ needs two pairs of parentheses.');
  readList(r.at(list), found);
}

/** [[gnu::packed, nodiscard("why")]], [[using gnu: packed]]. */
function readBrackets(r: Reader, found: Attributes): void {
  const inner = r.cursor.group().group();
  if (inner.take('using')) inner.skipTo(':');
  inner.take(':');
  readList(r.at(inner), found);
}

function groupOf(cursor: Cursor, keyword: string): Cursor {
  if (cursor.is('(')) return cursor.group();
  throw new DeclarationError(cursor.at, `${quote(keyword)} needs parentheses after it.`);
}

function readList(r: Reader, found: Attributes): void {
  const { cursor } = r;
  while (!cursor.atEnd) {
    if (cursor.take(',')) continue;
    const token = cursor.takeName();
    if (token === undefined) throw new DeclarationError(cursor.at, `${quote(cursor.text)} is no attribute.`);
    if (cursor.take('::')) continue;
    const operand = cursor.is('(') ? r.at(cursor.group()) : undefined;
    cursor.take('...');
    if (!cursor.atEnd && !cursor.is(','))
      throw new DeclarationError(cursor.at, `${quote(cursor.text)} stands where a ',' between attributes is expected.`);
    const name = token.text.replace(/^__(.*)__$/, '$1');
    if (UNSUPPORTED.has(name)) throw new DeclarationError(token.at, `The attribute ${quote(name)} is not supported.`);
    if (name === 'mode' || name === 'vector_size') found.at = token.at;
    if (name === 'packed') found.packed = true;
    else if (name === 'no_unique_address') found.overlaps = true;
    else if (name === 'aligned') found.aligned.push(operand ? alignment(operand) : r.world.rules.biggestAlignment);
    else if (name === 'mode' && operand) found.mode = operand.cursor.text.replace(/^__(.*)__$/, '$1');
    else if (name === 'vector_size' && operand) found.vector = vectorSize(operand);
  }
}

/** 'alignas(0)' asks for nothing (C17 6.7.5/6). */
function readAlignas(r: Reader, found: Attributes): void {
  const keyword = r.cursor.advance();
  const operand = r.at(groupOf(r.cursor, keyword.text));
  const { at } = operand.cursor;
  found.alignas.push(...r.grammar.expand(operand, (one) => askedFor(one, at)).filter((bytes) => bytes > 0));
}

function askedFor(r: Reader, at: number): number {
  if (r.grammar.startsType(r)) {
    const back = r.cursor.mark();
    const type = r.grammar.typeName(r);
    if (r.cursor.atEnd || r.cursor.is(',')) return r.layoutOf(type, at, 'The operand of alignas').alignment;
    back();
  }
  const { value } = readConstant(r.cursor, expressionNames(r));
  return value === 0n ? 0 : checked(value, at);
}

function alignment(operand: Reader): number {
  const { at } = operand.cursor;
  return checked(whole(operand).value, at);
}

function vectorSize(operand: Reader): number {
  const { at } = operand.cursor;
  const { value } = whole(operand);
  if (value > 0n && value <= 1n << 20n && (value & (value - 1n)) === 0n) return Number(value);
  throw new DeclarationError(at, `A vector has a power of two of bytes, not ${value}.`);
}

function whole(operand: Reader): Constant {
  const value = readConstant(operand.cursor, expressionNames(operand));
  if (!operand.cursor.atEnd) throw operand.odd();
  return value;
}

function checked(value: bigint, at: number): number {
  if (value > 0n && (value & (value - 1n)) === 0n && value <= ALIGNMENT_LIMIT) return Number(value);
  throw new DeclarationError(at, `An alignment is a power of two up to 2^28, not ${value}.`);
}
