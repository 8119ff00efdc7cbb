/** Declarators (C17 6.7.6): pointers, dimensions and parameter lists around a name, or around none. */
import { DeclarationError, quote } from '../../errors.ts';
import { noAttributes, readAttributes, type Attributes } from './attributes.ts';
import { arrayOf, CType, functionReturning, pointerTo, qualified } from '../expressions/ctype.ts';
import type { Cursor } from '../text/cursor.ts';
import type { Token } from '../text/lexer.ts';
import { passAngles } from '../names/lookup.ts';
import { wholeConstant } from '../names/names.ts';
import type { Operand } from '../expressions/operand.ts';
import type { Reader } from '../reader.ts';
import { isKeyword, refuseLayoutMacro } from '../text/words.ts';

export interface Declared {
  readonly type: CType;
  /** Absent in a type name, and for an unnamed bit-field. */
  readonly name: Token | undefined;
  /** Its parameters, where a function is declared. */
  readonly parameters: Cursor | undefined;
  /** Those that stand in the declarator and behind it. */
  readonly attributes: Attributes;
  /** 'A::b': a member that is defined outside of its class. */
  readonly qualified: boolean;
}

interface State {
  name: Token | undefined;
  parameters: Cursor | undefined;
  qualified: boolean;
  readonly attributes: Attributes;
  parts: number;
}

/** Pointers and dimensions of one declarator. */
const PART_LIMIT = 256;

export function readDeclarator(r: Reader, base: CType): Declared {
  const state: State = { name: undefined, parameters: undefined, qualified: false, attributes: noAttributes(), parts: 0 };
  const type = read(r, base, state);
  readTail(r, state.attributes);
  return { type, name: state.name, parameters: state.parameters, attributes: state.attributes, qualified: state.qualified };
}

/** Attributes and asm labels behind a declarator. */
function readTail(r: Reader, attributes: Attributes): void {
  const { cursor } = r;
  for (;;) {
    if (readAttributes(r, attributes)) continue;
    if (!/^(asm|__asm|__asm__)$/.test(cursor.text) || cursor.atEnd) return;
    cursor.advance();
    if (cursor.is('(')) cursor.skipGroup();
  }
}

function read(r: Reader, base: CType, state: State): CType {
  const { cursor } = r;
  let type = readPointers(r, base, state);
  if (cursor.is('(') && beginsNested(r, state)) {
    const inner = cursor.group();
    type = readSuffixes(r, type, state, true);
    const nested = r.at(inner);
    const made = read(nested, type, state);
    readTail(nested, state.attributes);
    if (!inner.atEnd) throw r.odd(inner.token);
    return made;
  }
  readDeclared(r, state);
  return readSuffixes(r, type, state, false);
}

function readPointers(r: Reader, base: CType, state: State): CType {
  const { cursor } = r;
  const size = r.world.rules.pointerSize;
  let type = base;
  for (;;) {
    const { text } = cursor;
    if (cursor.atEnd) return type;
    if (text === '*' || (r.isCpp && (text === '&' || text === '&&'))) {
      count(r, state);
      cursor.advance();
      type = pointerTo(type, size, text);
    } else if (isMemberPointer(r)) {
      cursor.skipTo('*');
      cursor.advance();
      type = memberPointer(r, type);
    } else if (
      /^(const|volatile|restrict|__restrict|__restrict__|__const|__volatile__|__extension__|_Nonnull|_Nullable)$/.test(text)
    )
      type = qualified(type, new Set([cursor.advance().text]));
    else if (cursor.is('_Atomic')) cursor.advance();
    else if (!readAttributes(r, state.attributes) && !passMacro(r, type !== base)) return type;
  }
}

/** A macro before the name: 'int __bitwise x' of the kernel, and behind a '*' any, which may be a qualifier only. */
function passMacro(r: Reader, behindPointer: boolean): boolean {
  const { cursor } = r;
  const { text, kind } = cursor.token;
  if (kind !== 'name' || cursor.ahead(1).kind !== 'name' || isKeyword(text, r.isCpp)) return false;
  if (!behindPointer && !text.startsWith('__')) return false;
  if (r.scope.find(text) !== undefined || /^(asm|__asm|__asm__|__attribute__|override|final)$/.test(cursor.ahead(1).text))
    return false;
  refuseLayoutMacro(cursor.token);
  cursor.advance();
  return true;
}

/** 'int C::*'. */
function isMemberPointer(r: Reader): boolean {
  const { cursor } = r;
  if (!r.isCpp || cursor.token.kind !== 'name') return false;
  let i = 0;
  while (cursor.ahead(i).kind === 'name' && cursor.ahead(i + 1).text === '::') i += 2;
  return i > 0 && cursor.ahead(i).text === '*';
}

/** A pointer to a data member is a ptrdiff_t, one to a member function two words (Itanium C++ ABI 2.3). */
function memberPointer(r: Reader, target: CType): CType {
  const { pointerSize } = r.world.rules;
  const isFunction = r.cursor.is(')') || target.form === 'function';
  const name = `${target.name} ::*`;
  const size = isFunction ? 2 * pointerSize : pointerSize;
  return new CType({
    layout: { name, kind: 'opaque', size, alignment: pointerSize, origin: 'source' },
    left: name,
    key: `${target.key}::*`,
  });
}

function count({ cursor }: Reader, state: State): void {
  if (++state.parts > PART_LIMIT) throw new DeclarationError(cursor.at, `This declarator has more than ${PART_LIMIT} parts.`);
}

/** A '(' that groups, and does not begin parameters. */
function beginsNested(r: Reader, state: State): boolean {
  if (state.name !== undefined) return false;
  const inner = r.at(r.cursor.group());
  r.cursor.next = inner.cursor.next - 1;
  const { cursor } = inner;
  if (cursor.atEnd) return false;
  if (/^(\*|&|&&|\(|__attribute__|\^)$/.test(cursor.text) || isMemberPointer(inner)) return true;
  return cursor.token.kind === 'name' && !r.grammar.startsType(inner);
}

/** The name, which may be qualified; 'operator …' and '~Name' are functions. */
function readDeclared(r: Reader, state: State): void {
  const { cursor } = r;
  while (r.isCpp && cursor.token.kind === 'name' && !cursor.atEnd && /^(::|<)$/.test(cursor.ahead(1).text)) {
    const back = cursor.mark();
    cursor.advance();
    if (cursor.is('<')) passAngles(r);
    if (!cursor.take('::')) {
      back();
      break;
    }
    state.qualified = true;
  }
  const name = cursor.takeName();
  if (name === undefined) return;
  if (isKeyword(name.text, r.isCpp)) throw new DeclarationError(name.at, `${quote(name.text)} stands where a name is expected.`);
  state.name = name;
}

function readSuffixes(r: Reader, base: CType, state: State, nested: boolean): CType {
  const { cursor } = r;
  const makers: ((type: CType) => CType)[] = [];
  for (;;) {
    if (cursor.is('[') && cursor.ahead(1).text !== '[') {
      count(r, state);
      makers.push(readDimension(r));
    } else if (cursor.is('(') && (state.name !== undefined || nested || makers.length === 0)) {
      count(r, state);
      const parameters = cursor.group();
      if (!nested) state.parameters ??= parameters;
      readFunctionTail(r, state.attributes);
      makers.push(functionReturning);
    } else break;
  }
  return makers.reduceRight((type, make) => make(type), base);
}

function readDimension(r: Reader): (type: CType) => CType {
  const { at } = r.cursor;
  const inner = r.cursor.group();
  while (/^(static|const|volatile|restrict)$/.test(inner.text) && !inner.atEnd) inner.advance();
  const length = inner.atEnd ? undefined : readLength(r, inner);
  const value = typeof length?.value === 'bigint' ? length.value : undefined;
  return (type) => arrayOf(type, value, at, length);
}

/** In the pattern of a specialisation it may be what is to be found. */
function readLength(r: Reader, inner: Cursor): Operand {
  const known = inner.limit - inner.next === 1 ? r.scope.find(inner.text) : undefined;
  const placeholder = known?.kind === 'constant' && known.value.placeholder !== undefined;
  return placeholder ? known.value : wholeConstant(r, inner);
}

/** 'const noexcept(…) -> type'. */
function readFunctionTail(r: Reader, attributes: Attributes): void {
  const { cursor } = r;
  for (;;) {
    if (/^(const|volatile|override|final|&|&&)$/.test(cursor.text) && !cursor.atEnd && r.isCpp) cursor.advance();
    else if (cursor.is('noexcept') || cursor.is('throw') || cursor.is('requires')) {
      cursor.advance();
      if (cursor.is('(')) cursor.skipGroup();
    } else if (cursor.take('->')) cursor.skipTo(';', '{', ',', '=', ')');
    else if (!readAttributes(r, attributes)) return;
  }
}
