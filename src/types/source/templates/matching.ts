/** Which partial specialisation arguments choose (C++17 17.5.5), and what arguments of a function say of its template's (17.8.2). */
import { DeclarationError, quote } from '../../errors.ts';
import { entityOf, readArgument, withDefaults, type Argument } from './arguments.ts';
import { CType, type Qualifiers } from '../expressions/ctype.ts';
import { Cursor } from '../text/cursor.ts';
import type { Operand } from '../expressions/operand.ts';
import { expansionAt, expansions } from './packs.ts';
import { passArgument, type Parameter } from './parameters.ts';
import type { Reader } from '../reader.ts';
import { now, Scope } from '../names/scope.ts';
import { Template, type Special } from './template.ts';

/** One argument of a pattern, in which placeholders stand for what is to be found. */
export interface Part {
  /** Undefined where nothing can be found by it: it is read anew once all is known, as enable_if_t is. */
  readonly argument: Argument | undefined;
  /** Where it stands. */
  readonly range: readonly [from: number, to: number];
}

export interface Partial extends Special {
  readonly parameters: readonly Parameter[];
  readonly parts: readonly Part[];
}

export type Found = Map<string, Argument | readonly Argument[]>;

/** At the '<' of its arguments. */
export function readPartial(r: Reader, template: Template, parameters: readonly Parameter[]): Omit<Partial, 'head'> {
  const { cursor } = r;
  const inner = r.at(cursor, placeholders(new Scope('parameters', r.scope, r.scope.prefix), parameters));
  const parts: Part[] = [];
  cursor.expect('<');
  while (!cursor.takeAngle()) {
    parts.push(readPart(inner, template, parts));
    if (!cursor.take(',') && !cursor.text.startsWith('>')) throw r.odd();
  }
  const variadic = template.parameters.at(-1)?.pack ?? false;
  if (!variadic && parts.length < template.parameters.length) {
    const given = parts.flatMap(({ argument }) => argument ?? []);
    if (given.length < parts.length) throw new DeclarationError(cursor.at, 'Its defaults depend on what is not known yet.');
    for (const argument of withDefaults(inner, template, given, cursor.at).slice(parts.length))
      parts.push({ argument, range: [0, 0] });
  }
  return { parameters, parts, body: cursor.next, before: now() };
}

function readPart(r: Reader, template: Template, before: readonly Part[]): Part {
  const { cursor } = r;
  const given = before.flatMap(({ argument }) => argument ?? []);
  const expansion = expansionAt(r);
  const from = cursor.next;
  if (expansion) {
    const [scope] = expansions(r, ...expansion);
    const pattern = r.at(new Cursor(cursor.run, ...expansion), scope);
    cursor.next = expansion[1] + 1;
    return { argument: readArgument(pattern, template, given), range: expansion };
  }
  const back = cursor.mark();
  try {
    const argument = given.length < before.length ? undefined : readArgument(r, template, given);
    const isKnown = !(argument instanceof CType) || argument.failure === undefined || isDependent(argument);
    if (argument !== undefined && isKnown) return { argument, range: [from, cursor.next] };
    back();
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    back();
  }
  passArgument(r);
  // Half of a '>>' may belong to it.
  return { argument: undefined, range: [from, cursor.next + (cursor.isHalf ? 1 : 0)] };
}

/** Names of parameters, as what stands for anything. */
export function placeholders(scope: Scope, parameters: readonly Parameter[]): Scope {
  for (const { name, form, pack } of parameters) {
    const lack = new DeclarationError(0, `${quote(name)} is not known yet.`);
    const placeholder = pack ? `...${name}` : name;
    const any = new CType({ left: name, key: `\u0001${name}`, placeholder, failure: lack });
    if (form === 'template') throw new DeclarationError(0, 'A template as a parameter of a specialisation is not supported.');
    const entity = entityOf(form === 'type' ? any : { type: any, placeholder, lack });
    scope.entities.set(name, pack ? { kind: 'pack', elements: [entity] } : entity);
  }
  return scope;
}

/** The specialisation for these arguments, and what its parameters stand for; undefined where it is the template itself. */
export function choosePartial(
  r: Reader,
  template: Template,
  values: readonly Argument[],
): { partial: Partial; scope: Scope } | undefined {
  const given = partsOf(values);
  const fitting = template.partials.flatMap((partial) => {
    const found = matched(partial.parts, given);
    const scope = found && scopeFor(template, partial, found);
    return scope && agrees(r, template, partial, values, scope) ? [{ partial, scope }] : [];
  });
  if (fitting.length < 2) return fitting[0];
  const best = fitting.filter(({ partial }) =>
    fitting.every((one) => one.partial === partial || isMoreSpecial(partial, one.partial)),
  );
  const message = `Several specialisations of ${quote(template.name)} fit, and which is meant cannot be told here.`;
  if (best.length !== 1) throw new DeclarationError(r.cursor.at, message);
  return best[0];
}

function isMoreSpecial(a: Partial, b: Partial): boolean {
  const nested = [...a.parts, ...b.parts].every(({ argument }) => argument !== undefined);
  return nested && matched(b.parts, a.parts) !== undefined && matched(a.parts, b.parts) === undefined;
}

/** Undefined where a parameter was not found. */
function scopeFor(template: Template, { parameters, before }: Partial, found: Found): Scope | undefined {
  const scope = new Scope('parameters', template.scope, template.scope.prefix, before);
  for (const { name, pack } of parameters) {
    const value = found.get(name) ?? (pack ? [] : undefined);
    if (value === undefined) return undefined;
    scope.entities.set(name, isList(value) ? { kind: 'pack', elements: value.map(entityOf) } : entityOf(value));
  }
  return scope;
}

function isList(value: Argument | readonly Argument[]): value is readonly Argument[] {
  return Array.isArray(value);
}

/** Whether those parts that say nothing by themselves come to the same. */
function agrees(r: Reader, template: Template, { parts }: Partial, values: readonly Argument[], scope: Scope): boolean {
  return parts.every(({ argument, range }, i) => {
    const value = values[i];
    if (argument !== undefined || value === undefined) return true;
    const made = readArgument(r.at(new Cursor(template.run, ...range), scope), template, values.slice(0, i));
    // A class without such a member: the specialisation is not for these arguments (C++17 17.8.2/8).
    if (made instanceof CType && made.absent) return false;
    if (made instanceof CType && made.failure && made.tag === undefined) throw made.failure;
    return matchOne(made, value, new Map());
  });
}

/** What makes the pattern the arguments; undefined where nothing does. */
export function matched(pattern: readonly Part[], given: readonly Part[]): Found | undefined {
  const found: Found = new Map();
  for (const [i, { argument }] of pattern.entries()) {
    if (argument !== undefined && expands(argument))
      return i === pattern.length - 1 && matchRest(argument, given.slice(i), found) ? found : undefined;
    const value = given[i];
    if (value === undefined) return undefined;
    if (argument === undefined || value.argument === undefined) continue;
    if (expands(value.argument)) return undefined;
    if (!matchOne(argument, value.argument, found)) return undefined;
  }
  return given.length === pattern.length ? found : undefined;
}

function matchRest(pattern: Argument, given: readonly Part[], found: Found): boolean {
  const lists = new Map<string, Argument[]>();
  for (const { argument } of given) {
    const one: Found = new Map();
    if (argument === undefined || !matchOne(pattern, argument, one)) return false;
    for (const [name, value] of one) if (!isList(value)) lists.set(name, [...(lists.get(name) ?? []), value]);
  }
  return [...lists].every(([name, values]) => bind(found, name, values));
}

function matchOne(pattern: Argument, value: Argument, found: Found): boolean {
  if (pattern instanceof CType) return value instanceof CType && matchType(pattern, value, found);
  if (pattern instanceof Template) return pattern === value;
  if (value instanceof CType || value instanceof Template) return false;
  return pattern.placeholder === undefined
    ? pattern.value === value.value && value.placeholder === undefined
    : bind(found, pattern.placeholder, value);
}

export function matchType(pattern: CType, value: CType, found: Found): boolean {
  if (pattern.placeholder !== undefined) {
    const rest = without(value.cv, pattern.cv);
    return rest !== undefined && bind(found, pattern.placeholder, value.with({ cv: rest }));
  }
  if (!isDependent(pattern)) return pattern.key === value.key;
  if (pattern.cv !== value.cv) return false;
  if (pattern.instance) return matchInstance(pattern, value, found);
  const [inner, other] = [pattern.target, value.target];
  if (inner === undefined || other === undefined || pattern.form !== value.form) return false;
  if (pattern.form === 'function') throw new DeclarationError(0, 'Patterns of functions are not supported.');
  if (pattern.form === 'reference' && pattern.key.endsWith('&&') !== value.key.endsWith('&&')) return false;
  if (pattern.form === 'array' && !matchCount(pattern, value, found)) return false;
  return matchType(inner, other, found);
}

function matchCount({ count: pattern }: CType, { count }: CType, found: Found): boolean {
  if (pattern === undefined || count === undefined) return pattern === count;
  return matchOne(pattern, count, found);
}

function matchInstance(pattern: CType, value: CType, found: Found): boolean {
  const [a, b] = [pattern.instance, value.instance];
  if (a === undefined || a.template !== b?.template) return false;
  const made = matched(partsOf(a.values), partsOf(b.values));
  return made !== undefined && [...made].every(([name, one]) => bind(found, name, one));
}

function partsOf(values: readonly Argument[]): Part[] {
  return values.map((argument) => ({ argument, range: [0, 0] }));
}

/** The qualifiers of `all` that `some` leaves; undefined where `all` lacks one of them. */
function without(all: Qualifiers, some: Qualifiers): Qualifiers | undefined {
  const [isConst, isVolatile] = [some.includes('const'), some.includes('volatile')];
  if ((isConst && !all.includes('const')) || (isVolatile && !all.includes('volatile'))) return undefined;
  return `${!isConst && all.includes('const') ? ' const' : ''}${!isVolatile && all.includes('volatile') ? ' volatile' : ''}`;
}

function bind(found: Found, name: string, value: Argument | readonly Argument[]): boolean {
  const own = name.replace('...', '');
  const known = found.get(own);
  if (known === undefined) found.set(own, value);
  if (known === undefined) return true;
  if (!isList(known) || !isList(value)) return !isList(known) && !isList(value) && isSame(known, value);
  return known.length === value.length && known.every((one, i) => isSame(one, value[i]));
}

function isSame(a: Argument, b: Argument | undefined): boolean {
  if (a instanceof CType) return b instanceof CType && a.key === b.key;
  if (a instanceof Template) return a === b;
  return isValue(b) && a.value === b.value && a.placeholder === b.placeholder;
}

function isValue(argument: Argument | undefined): argument is Operand {
  return argument !== undefined && !(argument instanceof CType) && !(argument instanceof Template);
}

/** Whether a placeholder is in it. */
export function isDependent(argument: Argument): boolean {
  return placeholderIn(argument, '');
}

/** Whether it stands for as many arguments as there are. */
function expands(argument: Argument): boolean {
  return placeholderIn(argument, '...');
}

function placeholderIn(argument: Argument, mark: string): boolean {
  if (argument instanceof Template) return false;
  if (argument.placeholder?.startsWith(mark)) return true;
  if (!(argument instanceof CType)) return false;
  const { target, count, instance } = argument;
  return (
    count?.placeholder?.startsWith(mark) === true ||
    (target !== undefined && placeholderIn(target, mark)) ||
    (mark === '' && (instance?.values.some(isDependent) ?? false))
  );
}
