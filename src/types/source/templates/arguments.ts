/** Arguments of templates: read, converted to what the parameters are declared as, told apart, bound to names (C++17 17.3). */
import { DeclarationError, quote } from '../../errors.ts';
import { cast, isInteger } from '../expressions/arithmetic.ts';
import { integerOf, readOperand } from '../expressions/constant.ts';
import { CType, stripped, unqualified } from '../expressions/ctype.ts';
import { Cursor } from '../text/cursor.ts';
import { readName } from '../names/lookup.ts';
import { expressionNames } from '../names/names.ts';
import type { Operand } from '../expressions/operand.ts';
import { readPart } from './packs.ts';
import type { Parameter } from './parameters.ts';
import type { Reader } from '../reader.ts';
import { Scope, type Entity } from '../names/scope.ts';
import { readSpecifiers } from '../declarations/specifiers.ts';
import { readDeclarator } from '../declarations/declarator.ts';
import { Template } from './template.ts';

export type Argument = CType | Operand | Template;

/** '<…>' with the defaults of what is left out; those of a pack follow the others. */
export function readArguments(r: Reader, template: Template): Argument[] {
  const { cursor } = r;
  const values: Argument[] = [];
  const { at } = cursor.expect('<');
  while (!cursor.takeAngle()) {
    if (cursor.atEnd) throw new DeclarationError(cursor.at, "'>' is missing behind these template arguments.");
    values.push(...readPart(r, (one) => readArgument(one, template, values)));
    if (!cursor.take(',') && !cursor.text.startsWith('>')) throw r.odd();
  }
  return withDefaults(r, template, values, at);
}

export function withDefaults(r: Reader, template: Template, given: readonly Argument[], at: number): Argument[] {
  const { parameters, name } = template;
  const values = [...given];
  const variadic = parameters.at(-1)?.pack ?? false;
  if (values.length > parameters.length && !variadic)
    throw new DeclarationError(at, `The template ${quote(name)} takes ${parameters.length} arguments.`);
  for (const parameter of parameters.slice(values.length)) {
    if (parameter.pack) break;
    if (parameter.fallback === undefined)
      throw new DeclarationError(at, `The template ${quote(name)} needs ${parameters.length} arguments.`);
    const scope = scopeOf(template, values);
    values.push(readArgument(r.at(new Cursor(template.run, parameter.fallback), scope), template, values));
  }
  return values;
}

/** The next one, behind `before`. */
export function readArgument(r: Reader, template: Template, before: readonly Argument[]): Argument {
  const { parameters } = template;
  const last = parameters.at(-1);
  const parameter = parameters[before.length] ?? (last?.pack ? last : undefined);
  const { at } = r.cursor;
  if (parameter === undefined)
    throw new DeclarationError(at, `The template ${quote(template.name)} takes ${parameters.length} arguments.`);
  if (parameter.form === 'type') return stripped(r.grammar.typeName(r));
  if (parameter.form === 'template') return readTemplateName(r, at);
  const value = readOperand(r.cursor, expressionNames(r), true);
  if (value.placeholder !== undefined) return value;
  return valueFor(r, template, parameter, before, value, at);
}

function readTemplateName(r: Reader, at: number): Template {
  const entity = readName(r, false)?.entity;
  if (entity?.kind === 'template') return entity.template;
  throw new DeclarationError(at, 'The name of a template is expected here.');
}

/** As the parameter is declared: a value that does not fit is an error (C++17 8.20/4). */
function valueFor(
  r: Reader,
  template: Template,
  parameter: Parameter,
  before: readonly Argument[],
  given: Operand,
  at: number,
): Operand {
  const own = r.at(new Cursor(template.run, parameter.type), scopeOf(template, before));
  const type = unqualified(readDeclarator(own, readSpecifiers(own).type).type);
  if (type.key === '?auto') return { type: unqualified(given.type), value: integerOf(given, at).value };
  if (type.placeholder !== undefined) return given;
  if (type.failure) throw type.failure;
  const value = integerOf(given, at);
  if (!isInteger(type))
    throw new DeclarationError(at, `An argument of type ${quote(type.name)} is not supported: a compiler can lay it out.`);
  const made = cast(expressionNames(r), value, type, at);
  if (made.value !== value.value) throw new DeclarationError(at, `The value ${value.value} does not fit ${quote(type.name)}.`);
  return { type: made.type, value: made.value };
}

/** The same for equal arguments. */
export function keyOf(template: Template, values: readonly Argument[]): string {
  const last = template.parameters.length - 1;
  return values
    .map((value, i) => {
      if (value instanceof CType) return value.key;
      if (value instanceof Template) return `template ${value.id}`;
      const mark = value.placeholder === undefined ? '' : `\u0001${value.placeholder}`;
      return `${value.value ?? ''}${mark}${template.parameters[Math.min(i, last)]?.deduced ? ` ${value.type.key}` : ''}`;
    })
    .join(',');
}

export function shown(value: Argument): string {
  if (value instanceof CType) return value.spelled;
  return value instanceof Template ? value.scope.prefix + value.name : String(value.value);
}

export function scopeOf(template: Template, values: readonly Argument[]): Scope {
  return bound(new Scope('parameters', template.scope, template.scope.prefix, template.before), template.parameters, values);
}

/** Gives the parameters' names what they stand for. */
export function bound(scope: Scope, parameters: readonly Parameter[], values: readonly Argument[]): Scope {
  for (const [i, { name, pack }] of parameters.entries()) {
    const value = values[i];
    if (pack) scope.entities.set(name, { kind: 'pack', elements: values.slice(i).map(entityOf) });
    else if (value) scope.entities.set(name, entityOf(value));
  }
  return scope;
}

export function entityOf(value: Argument): Entity {
  if (value instanceof CType) return { kind: 'type', type: value };
  return value instanceof Template ? { kind: 'template', template: value } : { kind: 'constant', value };
}
