/** Calls of function templates in constant expressions: what the arguments say of the parameters (C++17 17.8.2.1). */
import { DeclarationError, quote } from '../../errors.ts';
import { bound, readArgument, withDefaults, type Argument } from './arguments.ts';
import { decayed } from '../expressions/arithmetic.ts';
import { argumentsOf, called } from '../expressions/calls.ts';
import { referred, unqualified, type CType } from '../expressions/ctype.ts';
import { Cursor } from '../text/cursor.ts';
import { readDeclarator } from '../declarations/declarator.ts';
import { functionAt } from '../expressions/functions.ts';
import type { Token } from '../text/lexer.ts';
import { isDependent, matchType, placeholders, type Found } from './matching.ts';
import { expressionNames } from '../names/names.ts';
import type { Operand } from '../expressions/operand.ts';
import { readPart } from './packs.ts';
import type { Reader } from '../reader.ts';
import { Scope } from '../names/scope.ts';
import { readSpecifiers } from '../declarations/specifiers.ts';
import type { Template } from './template.ts';

/** At the '<' of its arguments, or the '(' of the call. */
export function callTemplate(r: Reader, template: Template, last: Token, dead: boolean): Operand {
  const { cursor } = r;
  const explicit = cursor.is('<') ? explicitArguments(r, template) : [];
  if (!cursor.is('('))
    throw new DeclarationError(last.at, `${quote(last.text)} is a function, and no value of a constant expression.`);
  const given = r.at(cursor.group());
  const values = argumentsOf(given);
  const all = withDefaults(r, template, deduced(r, template, explicit, values, last), last.at);
  const scope = bound(emptyScope(template), template.parameters, all);
  const inner = r.at(new Cursor(template.run, template.body ?? 0), scope);
  const declared = declarationAt(inner);
  return called(given, functionAt(inner, declared.parameters, declared.type), values, last, dead);
}

function emptyScope({ scope, before }: Template): Scope {
  return new Scope('parameters', scope, scope.prefix, before);
}

function explicitArguments(r: Reader, template: Template): Argument[] {
  const { cursor } = r;
  const values: Argument[] = [];
  cursor.expect('<');
  while (!cursor.takeAngle()) {
    values.push(...readPart(r, (one) => readArgument(one, template, values)));
    if (!cursor.take(',') && !cursor.text.startsWith('>')) throw r.odd();
  }
  return values;
}

/** Specifiers and declarator; the cursor is left at the body. */
function declarationAt(r: Reader): { parameters: Cursor; type: CType } {
  const { type, parameters } = readDeclarator(r, readSpecifiers(r).type);
  if (parameters === undefined || !r.cursor.is('{')) throw r.odd();
  return { parameters, type };
}

/** The template's arguments, as far as they are given or can be told. */
function deduced(
  r: Reader,
  template: Template,
  explicit: readonly Argument[],
  values: readonly Operand[],
  last: Token,
): Argument[] {
  const { parameters } = template;
  if (parameters.at(-1)?.pack || explicit.length >= parameters.length) return [...explicit];
  const scope = placeholders(emptyScope(template), parameters.slice(explicit.length));
  bound(scope, parameters.slice(0, explicit.length), explicit);
  const found = fromCall(r.at(new Cursor(template.run, template.body ?? 0), scope), values, last);
  const all = [...explicit];
  for (const { name } of parameters.slice(explicit.length)) {
    const value = found.get(name);
    if (value === undefined || !isOne(value)) break;
    all.push(value);
  }
  return all;
}

function isOne(value: Argument | readonly Argument[]): value is Argument {
  return !Array.isArray(value);
}

function fromCall(r: Reader, values: readonly Operand[], { text, at }: Token): Found {
  const found: Found = new Map();
  const { parameters } = declarationAt(r);
  const own = r.at(parameters);
  const names = expressionNames(r);
  for (const value of values) {
    if (parameters.atEnd) break;
    const { type } = readDeclarator(own, readSpecifiers(own).type);
    const plain = unqualified(referred(type));
    const given = type.form === 'reference' && plain.form === 'array' ? referred(value.type) : decayed(names, value).type;
    const fits = !isDependent(plain) || matchType(plain, given, found);
    if (!fits) throw new DeclarationError(at, `The arguments of this call of ${quote(text)} have different types.`);
    parameters.skipTo(',');
    parameters.take(',');
  }
  return found;
}
