/** Bodies of constexpr functions: statement by statement (C++17 9, as far as 10.1.5/3 lets them be constant). */
import { DeclarationError } from '../../errors.ts';
import { cast, decayed, isTrue } from './arithmetic.ts';
import { readOperand } from './constant.ts';
import type { CType } from './ctype.ts';
import { Cursor } from '../text/cursor.ts';
import { readDeclarator } from '../declarations/declarator.ts';
import { Evaluator } from './expression.ts';
import { declareLocal } from '../names/locals.ts';
import { expressionNames } from '../names/names.ts';
import type { Operand } from './operand.ts';
import type { Reader } from '../reader.ts';
import { Scope } from '../names/scope.ts';
import { readSpecifiers } from '../declarations/specifiers.ts';

/** How a statement ends; an operand is what is returned. */
type End = 'next' | 'break' | 'continue' | Operand;

/** Statements of all calls of one text. */
const STEP_LIMIT = 200_000;

/** What the function returns, as its result type has it. */
export function runBody(r: Reader, result: CType | undefined, at: number): Operand {
  const end = statements(r);
  if (typeof end === 'string') throw new DeclarationError(at, 'This function returns nothing here.');
  const names = expressionNames(r);
  const made = result ? cast(names, end, result, at) : decayed(names, end);
  return { type: made.type, value: made.value, lack: made.value === undefined ? (made.lack ?? end.lack) : undefined };
}

function statements(r: Reader): End {
  while (!r.cursor.atEnd) {
    const end = statement(r);
    if (end !== 'next') return end;
  }
  return 'next';
}

function statement(r: Reader): End {
  const { cursor, world } = r;
  if (++world.steps > STEP_LIMIT) throw new DeclarationError(cursor.at, 'The functions of this text take too long to compute.');
  if (cursor.take(';')) return 'next';
  if (cursor.is('{')) return statements(r.at(cursor.group(), inner(r)));
  if (cursor.take('return')) return returned(r);
  if (cursor.is('if')) return choice(r);
  if (cursor.is('while')) return loop(r);
  if (cursor.is('do')) return bottomLoop(r);
  if (cursor.is('for')) return counting(r);
  if (cursor.is('break') || cursor.is('continue')) {
    const end = cursor.advance().text === 'break' ? 'break' : 'continue';
    r.semicolon();
    return end;
  }
  if (/^(switch|goto|try|throw|asm|case|default)$/.test(cursor.text))
    throw new DeclarationError(cursor.at, `'${cursor.text}' is not computed here: a compiler can lay this out.`);
  if (r.grammar.declaration(r)) return 'next';
  simple(r);
  r.semicolon();
  return 'next';
}

function inner(r: Reader): Scope {
  return new Scope('parameters', r.scope, '');
}

function returned(r: Reader): End {
  const { cursor } = r;
  const braced = cursor.is('{') ? r.at(cursor.group()) : undefined;
  const on = braced ?? r;
  const value = new Evaluator(on.cursor, expressionNames(on)).comma();
  r.semicolon();
  return value;
}

/** A declaration or an expression, without its ';'. */
function simple(r: Reader): void {
  const { cursor } = r;
  if (!/^(const|constexpr|volatile|auto|static)$/.test(cursor.text) && !r.grammar.startsType(r)) {
    const { lack } = new Evaluator(cursor, expressionNames(r)).comma();
    if (lack) throw lack;
    return;
  }
  const { type } = readSpecifiers(r);
  do {
    const { name, type: declared } = readDeclarator(r, type);
    if (name === undefined) throw r.odd();
    const given = initial(r);
    if (declared.form === 'array' || given === undefined) throw uncomputed(name.at);
    declareLocal(r, name.text, declared, given, name.at);
  } while (cursor.take(','));
}

function uncomputed(at: number): DeclarationError {
  return new DeclarationError(at, 'A variable of this kind is not computed here: a compiler can lay this out.');
}

function initial(r: Reader): Operand | undefined {
  const { cursor } = r;
  if (cursor.take('=') && !cursor.is('{')) return readOperand(cursor, expressionNames(r));
  if (!cursor.is('{') && !cursor.is('(')) return undefined;
  const group = r.at(cursor.group());
  if (group.cursor.atEnd) return { type: expressionNames(r).basic('int'), value: 0n };
  const value = readOperand(group.cursor, expressionNames(group));
  return group.cursor.atEnd ? value : undefined;
}

function condition(r: Reader, cursor: Cursor): boolean {
  if (cursor.atEnd) return true;
  const on = r.at(cursor);
  const value = decayed(expressionNames(on), new Evaluator(cursor, expressionNames(on)).comma());
  if (!cursor.atEnd) throw on.odd();
  const truth = isTrue(value);
  if (truth === undefined) throw value.lack ?? uncomputed(cursor.at);
  return truth;
}

function choice(r: Reader): End {
  const { cursor } = r;
  cursor.advance();
  cursor.take('constexpr');
  if (!cursor.is('(')) throw r.odd();
  const yes = condition(r, cursor.group());
  const end = yes ? statement(r) : passStatement(r);
  if (!cursor.take('else')) return end;
  return yes ? (passStatement(r), end) : statement(r);
}

/** Over one that is not executed. */
function passStatement(r: Reader): 'next' {
  const { cursor } = r;
  if (cursor.is('{')) cursor.skipGroup();
  else if (/^(if|while|for|switch)$/.test(cursor.text)) {
    cursor.skipTo('(');
    cursor.skipGroup();
    passStatement(r);
    if (cursor.take('else')) passStatement(r);
  } else {
    if (cursor.take('do')) passStatement(r);
    cursor.skipTo(';');
    cursor.take(';');
  }
  return 'next';
}

/** Runs a loop's body, which begins at `from`; undefined where the loop goes on. */
function once(r: Reader, from: number): End | undefined {
  r.cursor.next = from;
  const end = statement(r);
  return end === 'next' || end === 'continue' ? undefined : end;
}

function after(r: Reader, from: number, end: End): End {
  r.cursor.next = from;
  passStatement(r);
  return end === 'break' ? 'next' : end;
}

function loop(r: Reader): End {
  const { cursor } = r;
  cursor.advance();
  if (!cursor.is('(')) throw r.odd();
  const head = cursor.next;
  cursor.skipGroup();
  const body = cursor.next;
  for (;;) {
    cursor.next = head;
    if (!condition(r, cursor.group())) return after(r, body, 'next');
    const end = once(r, body);
    if (end !== undefined) return after(r, body, end);
  }
}

function bottomLoop(r: Reader): End {
  const { cursor } = r;
  cursor.advance();
  const body = cursor.next;
  for (;;) {
    const end = once(r, body) ?? 'next';
    cursor.next = body;
    passBody(r);
    cursor.expect('while');
    if (!cursor.is('(')) throw r.odd();
    const test = cursor.group();
    if (end === 'next' && condition(r, test)) continue;
    r.semicolon();
    return end === 'break' ? 'next' : end;
  }
}

function passBody(r: Reader): void {
  passStatement(r);
}

function counting(given: Reader): End {
  const { cursor } = given;
  cursor.advance();
  if (!cursor.is('(')) throw given.odd();
  const head = cursor.group();
  const r = given.at(cursor, inner(given));
  const start = r.at(head);
  if (!head.is(';')) simple(start);
  if (!head.is(';'))
    throw new DeclarationError(head.at, 'A loop over a range is not computed here: a compiler can lay this out.');
  head.advance();
  const [test, step] = parts(head);
  const body = cursor.next;
  for (;;) {
    if (!condition(r, new Cursor(head.run, ...test))) return after(r, body, 'next');
    const end = once(r, body);
    if (end !== undefined) return after(r, body, end);
    if (step[0] === step[1]) continue;
    const { lack } = new Evaluator(new Cursor(head.run, ...step), expressionNames(r.at(new Cursor(head.run, ...step)))).comma();
    if (lack) throw lack;
  }
}

/** Where the condition and the step of a 'for' stand. */
function parts(head: Cursor): [test: [number, number], step: [number, number]] {
  const from = head.next;
  head.skipTo(';');
  const middle = head.next;
  head.expect(';');
  const begin = head.next;
  while (!head.atEnd) head.advance();
  return [
    [from, middle],
    [begin, head.next],
  ];
}
