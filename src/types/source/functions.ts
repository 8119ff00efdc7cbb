/** What is passed over: functions, initializers and variables; of constants the value is kept. */
import { DeclarationError, quote } from '../errors.ts';
import { converted, readConstant, type Constant } from './constant.ts';
import type { Cursor } from './cursor.ts';
import type { Declared } from './declarator.ts';
import type { Token } from './lexer.ts';
import { passAngles } from './lookup.ts';
import { expressionNames } from './names.ts';
import type { Reader } from './reader.ts';
import type { Specifiers } from './specifiers.ts';

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
export function readVariable(r: Reader, { words, attributes }: Specifiers, { name, type, qualified }: Declared): void {
  const { cursor } = r;
  if (name === undefined || attributes.vector !== undefined) return passInitializer(r);
  const constant =
    (words.has('constexpr') || words.has('constinit') || (r.isCpp && words.has('const'))) && type.form === undefined;
  const given = constant ? readInitializer(r) : undefined;
  const value = given && type.layout ? converted(given, type.layout) : undefined;
  passInitializer(r);
  if (!cursor.atEnd && !cursor.is(',') && !cursor.is(';')) throw r.odd();
  if (qualified || type.failure !== undefined) return;
  const known = r.scope.entities.get(name.text);
  if (known !== undefined && known.kind !== 'variable' && !(known.kind === 'type' && known.type.tag)) return;
  r.scope.entities.set(name.text, value ? { kind: 'constant', value, type } : { kind: 'variable', type });
}

/** The value of '= 3' or '{3}', if it is one that can be told; the cursor stays. */
function readInitializer(r: Reader): Constant | undefined {
  const { cursor } = r;
  const back = cursor.mark();
  const inner = cursor.is('{') ? r.at(cursor.group()) : cursor.take('=') ? r : undefined;
  try {
    return inner && !inner.cursor.is('{') ? readConstant(inner.cursor, expressionNames(inner)) : undefined;
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return undefined;
  } finally {
    back();
  }
}

/** 'constexpr size_t up(size_t n) { return …; }' is kept for array lengths. */
export function readConstantFunction(r: Reader, { words }: Specifiers, { name, parameters }: Declared): void {
  const { cursor } = r;
  if (!words.has('constexpr') || name === undefined || parameters === undefined || !cursor.is('{')) return;
  const from = cursor.next + 1;
  const to = cursor.behindPartner - 1;
  const { run } = cursor;
  if (run.tokens[from]?.text !== 'return' || run.tokens[to - 1]?.text !== ';') return;
  if (r.scope.entities.has(name.text)) {
    const failure = new DeclarationError(
      name.at,
      `${quote(name.text)} is overloaded, which is not supported in a constant: a compiler can lay it out.`,
    );
    r.scope.entities.set(name.text, { kind: 'failed', failure });
    return;
  }
  r.scope.entities.set(name.text, {
    kind: 'function',
    parameters: parameterNames(parameters),
    run,
    result: { from: from + 1, to: to - 1 },
    scope: r.scope,
  });
}

/** The last name of each. */
function parameterNames(cursor: Cursor): { text: string; at: number; kind: 'name'; lineStart: boolean }[] {
  const names: { text: string; at: number; kind: 'name'; lineStart: boolean }[] = [];
  while (!cursor.atEnd) {
    const from = cursor.next;
    cursor.skipTo(',', '=');
    const last = cursor.run.tokens[cursor.next - 1];
    if (last?.kind === 'name' && cursor.next - from > 1) names.push({ ...last, kind: 'name' });
    cursor.skipTo(',');
    cursor.take(',');
  }
  return names;
}
