/** What is passed over: functions, initializers and variables; of constants the value is kept. */
import { DeclarationError, quote } from '../../errors.ts';
import { cast, decayed, isInteger } from './arithmetic.ts';
import { readOperand } from './constant.ts';
import { arrayOf, isFlexible, referred, unqualified, type CType } from './ctype.ts';
import type { Cursor } from '../text/cursor.ts';
import type { Declared } from '../declarations/declarator.ts';
import type { Token } from '../text/lexer.ts';
import { passAngles } from '../names/lookup.ts';
import { expressionNames } from '../names/names.ts';
import { initialElements } from './initial.ts';
import type { Operand } from './operand.ts';
import type { Reader } from '../reader.ts';
import { now, type FunctionEntity } from '../names/scope.ts';
import type { Specifiers } from '../declarations/specifiers.ts';

/** Over the rest of a function, its body and its ';': whether the class defaults or deletes it at its first declaration, or the program provides it. */
export function passFunction(r: Reader): 'provided' | 'defaulted' {
  const { cursor } = r;
  cursor.skipTo(';', '{', '=', ':');
  while (isOperatorName(cursor)) {
    cursor.advance();
    cursor.skipTo(';', '{', '=', ':');
  }
  if (cursor.take('=')) {
    const defaulted = /^(default|delete)$/.test(cursor.text);
    cursor.skipTo(';');
    cursor.take(';');
    return defaulted ? 'defaulted' : 'provided';
  }
  if (cursor.take(':')) passInitializers(cursor);
  if (cursor.is('{')) cursor.skipGroup();
  else if (!cursor.take(';') && !cursor.atEnd) throw r.odd();
  return 'provided';
}

/** 'int f(a, b) int a; char b; { … }': over what declares the parameters (C17 6.9.1/6). */
export function passOldParameters(r: Reader, { parameters }: Declared): void {
  const { cursor } = r;
  if (parameters === undefined || parameters.atEnd || !isNameList(parameters)) return;
  while (!cursor.atEnd && (cursor.is('register') || r.grammar.startsType(r))) {
    cursor.skipTo(';');
    cursor.take(';');
  }
}

function isNameList({ run, next, limit }: Cursor): boolean {
  return run.tokens.slice(next, limit).every(({ kind, text }, i) => (i % 2 === 0 ? kind === 'name' : text === ','));
}

/** The '=' of 'operator=' or 'operator==' is part of a name. */
function isOperatorName(cursor: Cursor): boolean {
  return cursor.is('=') && cursor.run.tokens[cursor.next - 1]?.text === 'operator';
}

/** ': a(1), b{2}' of a constructor. */
function passInitializers(cursor: Cursor): void {
  do {
    cursor.skipToGroup();
    if (cursor.is('(') || cursor.is('{')) cursor.skipGroup();
    cursor.take('...');
  } while (cursor.take(','));
}

/** Over '= value' or '{value}', up to the ',' or ';' that ends it. */
export function passInitializer(r: Reader): void {
  const { cursor } = r;
  if (cursor.is('{')) cursor.skipGroup();
  if (!cursor.take('=')) return;
  for (;;) {
    cursor.skipTo(',', ';', '<');
    if (!cursor.is('<')) return;
    const from = cursor.next;
    if (mayBeTemplate(r, cursor.run.tokens[from - 1])) passAngles(r);
    if (cursor.next === from) cursor.advance();
  }
}

/** Whether a '<' behind it may begin arguments: their commas end no initializer. */
function mayBeTemplate(r: Reader, before: Token | undefined): boolean {
  if (!r.isCpp || before?.kind !== 'name') return false;
  const entity = r.scope.find(before.text);
  return entity === undefined || entity.kind === 'template' || entity.kind === 'type';
}

/** A variable: of a constant the value is kept, of others the type. */
export function readVariable(
  r: Reader,
  { words, attributes }: Specifiers,
  { name, type: declared, qualified, attributes: own }: Declared,
): void {
  const { cursor } = r;
  const type = withLength(r, declared);
  if (name === undefined || attributes.vector !== undefined) return passInitializer(r);
  const isConstexpr = words.has('constexpr');
  const constant = (isConstexpr || (r.isCpp && type.cv === ' const')) && (type.form === undefined || isConstant(type));
  const value = constant ? initialValue(r, type, name.at, isConstexpr) : undefined;
  const elements = isConstexpr && type.form === 'array' ? initialElements(r, type) : undefined;
  passInitializer(r);
  if (!cursor.atEnd && !cursor.is(',') && !cursor.is(';')) throw r.odd();
  if (qualified || (type.failure !== undefined && value === undefined)) return;
  const known = r.scope.entities.get(name.text);
  // What a text declares again in namespace std goes before what is known of it.
  const again = known?.kind === 'constant' && known.stored === true && value !== undefined;
  if (known !== undefined && !again && known.kind !== 'variable' && !(known.kind === 'type' && known.type.tag)) return;
  const aligned = [attributes, own].some((one) => one.aligned.length + one.alignas.length > 0);
  if (value !== undefined && !aligned) r.scope.entities.set(name.text, { kind: 'constant', value, stored: true });
  else r.scope.entities.set(name.text, { kind: 'variable', type, aligned, elements });
}

/** 'int table[] = {1, 2}': an array whose initializer says how long it is, where that can be told by counting. The cursor stays. */
function withLength(r: Reader, type: CType): CType {
  const { cursor } = r;
  const { layout, target } = type;
  if (layout === undefined || target === undefined || !isFlexible(layout)) return type;
  const back = cursor.mark();
  cursor.take('=');
  const count = cursor.is('{') ? countOf(r.at(cursor.group()), target) : stringLength(r, target);
  back();
  return count === undefined ? type : arrayOf(target, BigInt(count), cursor.at);
}

/** Of what stands between braces. An element that is no number may take several values, unless it has braces of its own. */
function countOf(r: Reader, element: CType): number | undefined {
  const { cursor } = r;
  const { layout, form, tag } = element;
  if (cursor.token.kind === 'string' && form !== 'pointer') return stringLength(r, element);
  const isScalar = form === 'pointer' || (form === undefined && (tag === undefined || layout?.kind === 'enum'));
  let count = 0;
  for (; !cursor.atEnd; count++) {
    if (cursor.is('[') || cursor.is('.') || (!isScalar && !cursor.is('{'))) return undefined;
    while (!cursor.atEnd && !cursor.is(',')) {
      // Commas between '<' and '>' may be those of arguments.
      if (cursor.is('<') || cursor.is('...')) return undefined;
      if (/^[([{]$/.test(cursor.text)) cursor.skipGroup();
      else cursor.advance();
    }
    cursor.take(',');
  }
  return count;
}

/** Of '"text"', whose characters are what the array holds. */
function stringLength(r: Reader, element: CType): number | undefined {
  if (r.cursor.token.kind !== 'string') return undefined;
  try {
    const { layout } = readOperand(r.cursor, expressionNames(r)).type;
    const fits = layout?.kind === 'array' && layout.element?.size === element.layout?.size;
    return fits && (r.cursor.atEnd || r.cursor.is(';') || r.cursor.is(',')) ? layout.count : undefined;
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return undefined;
  }
}

/** 'const int &': what it is bound to may be a constant. */
function isConstant(type: CType): boolean {
  return type.form === 'reference' && type.target?.cv === ' const' && type.target.form === undefined;
}

/** As its type has it; of a const variable, as opposed to a constexpr one, only integers count (C++17 8.20/2). */
function initialValue(r: Reader, type: CType, at: number, isConstexpr: boolean): Operand | undefined {
  const given = readInitializer(r);
  if (given === undefined) return undefined;
  const names = expressionNames(r);
  const plain = unqualified(referred(type));
  const made = plain.key === '?auto' ? decayed(names, given) : cast(names, given, plain, at);
  if (made.value === undefined || (!isConstexpr && !isInteger(made.type))) return undefined;
  return { type: plain.key === '?auto' ? made.type : referred(type), value: made.value };
}

/** The value of '= 3' or '{3}', if it is one that can be told; the cursor stays. */
function readInitializer(r: Reader): Operand | undefined {
  const { cursor } = r;
  const back = cursor.mark();
  const inner = cursor.is('{') ? r.at(cursor.group()) : cursor.take('=') ? r : undefined;
  try {
    return inner && !inner.cursor.is('{') ? readOperand(inner.cursor, expressionNames(inner)) : undefined;
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return undefined;
  } finally {
    back();
  }
}

/** 'constexpr size_t up(size_t n) { return …; }' is kept for array lengths. */
export function readConstantFunction(r: Reader, { words }: Specifiers, { name, parameters, type, qualified }: Declared): void {
  const { cursor } = r;
  if (!words.has('constexpr') || name === undefined || parameters === undefined || qualified || !cursor.is('{')) return;
  const known = r.scope.entities.get(name.text);
  if (known?.kind === 'function' || known?.kind === 'failed') {
    const failure = new DeclarationError(
      name.at,
      `${quote(name.text)} is overloaded, which is not supported in a constant: a compiler can lay it out.`,
    );
    r.scope.entities.set(name.text, { kind: 'failed', failure });
    return;
  }
  if (known !== undefined) return;
  r.scope.entities.set(name.text, functionAt(r, parameters, type));
}

/** One whose body is at the cursor. */
export function functionAt({ cursor, scope }: Reader, parameters: Cursor, type: CType): FunctionEntity {
  const { run } = cursor;
  const result = type.target && unqualified(type.target).key === '?auto' ? undefined : type.target;
  const body = [cursor.next + 1, cursor.behindPartner - 1] as const;
  // All of a class is known in its functions (C++17 6.3.7); elsewhere the function itself is the last.
  const before = scope.kind === 'class' ? Infinity : now() + 1;
  return { kind: 'function', run, parameters: [parameters.next, parameters.limit], body, result, scope, before };
}
