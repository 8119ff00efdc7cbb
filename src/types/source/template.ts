/** Templates: kept as their tokens, and read anew for each set of arguments (C++17 17). */
import { DeclarationError, quote } from '../errors.ts';
import { noAttributes, readAttributes } from './attributes.ts';
import { readConstant, type Constant } from './constant.ts';
import { plainClass } from '../layout/spec.ts';
import { arrayOf, atomic, CType } from './ctype.ts';
import { Cursor, type TokenRun } from './cursor.ts';
import { passFunction } from './functions.ts';
import type { Token } from './lexer.ts';
import { passAngles } from './lookup.ts';
import { expressionNames } from './names.ts';
import type { Reader } from './reader.ts';
import { Scope } from './scope.ts';
import { newTag, tagType } from './tags.ts';

interface Parameter {
  readonly name: string;
  readonly form: 'type' | 'value' | 'template';
  readonly pack: boolean;
  /** Index of the first token of its default. */
  readonly fallback: number | undefined;
}

export interface Template {
  readonly name: string;
  readonly form: 'class' | 'alias' | 'value';
  readonly parameters: readonly Parameter[];
  readonly run: TokenRun;
  /** Index behind its name; undefined while it is only declared. */
  body: number | undefined;
  readonly isClass: boolean;
  readonly kind: 'struct' | 'union';
  /** Where it is declared. */
  readonly scope: Scope;
  /** By the keys of their arguments; index behind the arguments. */
  readonly special: Map<string, number>;
  partial: boolean;
  readonly instances: Map<string, CType | Constant>;
}

type Argument = CType | Constant;

/** Instances of one text; a template that makes ever new ones of itself ends here. */
const INSTANCE_LIMIT = 10_000;

/** From 'template' on. What is no class, alias or constant is passed over. */
export function readTemplate(r: Reader): void {
  const { cursor } = r;
  cursor.expect('template');
  if (!cursor.is('<')) {
    // An explicit instantiation.
    cursor.skipTo(';');
    cursor.take(';');
    return;
  }
  const parameters = readParameters(r);
  if (cursor.is('template')) return readTemplate(r);
  while (cursor.is('requires')) passRequires(r);
  if (/^(struct|class|union)$/.test(cursor.text)) return readClassTemplate(r, parameters);
  if (cursor.is('using')) return readAlias(r, parameters);
  if (cursor.is('friend') || cursor.is('concept') || !readValue(r, parameters)) passFunction(r);
}

function readParameters(r: Reader): Parameter[] {
  const { cursor } = r;
  const parameters: Parameter[] = [];
  cursor.expect('<');
  while (!cursor.takeAngle()) {
    if (cursor.atEnd) throw new DeclarationError(cursor.at, "'>' is missing behind the parameters of this template.");
    parameters.push(readParameter(r));
    cursor.take(',');
  }
  return parameters;
}

function readParameter(r: Reader): Parameter {
  const { cursor } = r;
  let form: Parameter['form'] = 'value';
  if (cursor.is('template')) {
    form = 'template';
    cursor.advance();
    passAngles(r);
  }
  if (/^(typename|class)$/.test(cursor.text)) {
    cursor.advance();
    if (form === 'value') form = 'type';
  }
  let name = '';
  let pack = false;
  while (!cursor.atEnd && !/^(,|=|>|>>)$/.test(cursor.text)) {
    if (cursor.is('...')) pack = true;
    if (cursor.token.kind === 'name') name = cursor.text;
    passOne(r);
  }
  if (!cursor.take('=')) return { name, form, pack, fallback: undefined };
  const fallback = cursor.next;
  passArgument(r);
  return { name, form, pack, fallback };
}

/** Up to the ',' or '>' that ends it. */
function passArgument(r: Reader): void {
  const { cursor } = r;
  while (!cursor.atEnd && !/^(,|>|>>|;)$/.test(cursor.text)) passOne(r);
}

/** A token, or a bracketed group. */
function passOne(r: Reader): void {
  const { cursor } = r;
  const before = cursor.next;
  if (cursor.is('(') || cursor.is('{') || cursor.is('[')) cursor.skipGroup();
  else if (cursor.is('<')) passAngles(r);
  if (cursor.next === before) cursor.advance();
}

function passRequires({ cursor }: Reader): void {
  cursor.advance();
  while (!cursor.atEnd && !/^(struct|class|union|using|;)$/.test(cursor.text)) {
    if (cursor.is('(') || cursor.is('{')) cursor.skipGroup();
    else cursor.advance();
  }
}

function readClassTemplate(r: Reader, parameters: readonly Parameter[]): void {
  const { cursor } = r;
  const keyword = cursor.advance();
  readAttributes(r, noAttributes());
  let name = cursor.takeName();
  if (name === undefined) throw new DeclarationError(cursor.at, 'The name of this template is missing.');
  let known = r.scope.entities.get(name.text);
  while (cursor.is('::') && cursor.ahead(1).kind === 'name') {
    const scope = known?.kind === 'namespace' ? known.scope : undefined;
    cursor.advance();
    name = cursor.advance();
    known = scope?.entities.get(name.text);
  }
  if (cursor.is('<')) {
    // One of a template that is not known here (std::hash) changes nothing here.
    if (known?.kind === 'template') specialize(r, known.template, parameters);
    else passAngles(r);
  } else {
    const template: Template = {
      ...{ name: name.text, form: 'class', parameters, run: cursor.run, body: undefined, scope: r.scope, partial: false },
      ...{ isClass: keyword.text === 'class', kind: keyword.text === 'union' ? 'union' : 'struct' },
      ...{ special: new Map<string, number>(), instances: new Map<string, CType | Constant>() },
    };
    const body = cursor.next;
    const before = known?.kind === 'template' ? known.template : undefined;
    if (!cursor.is(';')) template.body = body;
    if (before?.body !== undefined && template.body !== undefined)
      throw new DeclarationError(name.at, `The template ${quote(name.text)} is defined twice.`);
    // Defaults may stand at the first declaration only.
    const merged = before && parameters.map((one, i) => ({ ...one, fallback: one.fallback ?? before.parameters[i]?.fallback }));
    if (before?.body === undefined)
      r.scope.entities.set(name.text, { kind: 'template', template: { ...template, parameters: merged ?? parameters } });
  }
  cursor.skipTo(';', '{');
  if (cursor.is('{')) cursor.skipGroup();
  cursor.skipTo(';');
  cursor.take(';');
}

function specialize(r: Reader, template: Template, parameters: readonly Parameter[]): void {
  if (parameters.length > 0) {
    template.partial = true;
    passAngles(r);
    return;
  }
  const values = readArguments(r, template);
  template.special.set(values.map(keyOf).join(','), r.cursor.next);
}

function readAlias(r: Reader, parameters: readonly Parameter[]): void {
  const { cursor } = r;
  cursor.advance();
  const name = cursor.takeName();
  readAttributes(r, noAttributes());
  if (name === undefined || !cursor.take('=')) throw r.odd();
  declare(r, name, 'alias', parameters);
  cursor.skipTo(';');
  cursor.take(';');
}

/** 'constexpr int name = …;'; false where it is no constant. */
function readValue(r: Reader, parameters: readonly Parameter[]): boolean {
  const { cursor } = r;
  const back = cursor.mark();
  cursor.skipTo('=', ';', '{', '(');
  const end = cursor.next;
  const name = cursor.run.tokens[end - 1];
  const assigned = cursor.take('=');
  if (!assigned || name?.kind !== 'name') {
    back();
    if (assigned) specializeValue(r, end);
    return false;
  }
  declare(r, name, 'value', parameters);
  cursor.skipTo(';');
  cursor.take(';');
  return true;
}

/** 'constexpr int width<long> = …': which arguments it is for is not told apart, so the template is of no use any more. */
function specializeValue(r: Reader, end: number): void {
  for (let i = r.cursor.next; i < end; i++) {
    const known = r.scope.find(r.cursor.run.tokens[i]?.text ?? '');
    if (known?.kind === 'template' && known.template.form === 'value') known.template.partial = true;
  }
}

function declare(r: Reader, { text }: Token, form: 'alias' | 'value', parameters: readonly Parameter[]): void {
  const { run, next } = r.cursor;
  const template: Template = {
    ...{ name: text, form, parameters, run, body: next, scope: r.scope, partial: false, isClass: false, kind: 'struct' },
    ...{ special: new Map<string, number>(), instances: new Map<string, CType | Constant>() },
  };
  r.scope.entities.set(text, { kind: 'template', template });
}

/** '<…>' with the defaults of what is left out. */
function readArguments(r: Reader, template: Template): Argument[] {
  const { cursor } = r;
  const values: Argument[] = [];
  const { at } = cursor.expect('<');
  while (!cursor.takeAngle()) {
    const parameter = template.parameters[values.length];
    if (cursor.atEnd) throw new DeclarationError(cursor.at, "'>' is missing behind these template arguments.");
    if (parameter === undefined)
      throw new DeclarationError(
        cursor.at,
        `The template ${quote(template.name)} takes ${template.parameters.length} arguments.`,
      );
    values.push(readArgument(r, template, parameter));
    if (!cursor.take(',') && !cursor.text.startsWith('>')) throw r.odd();
  }
  const scope = parameterScope(template, values);
  for (const parameter of template.parameters.slice(values.length)) {
    if (parameter.pack) break;
    if (parameter.fallback === undefined)
      throw new DeclarationError(at, `The template ${quote(template.name)} needs ${template.parameters.length} arguments.`);
    const value = readArgument(r.at(new Cursor(template.run, parameter.fallback), scope), template, parameter);
    bind(scope, parameter, value);
    values.push(value);
  }
  return values;
}

function readArgument(r: Reader, template: Template, { form, pack }: Parameter): Argument {
  if (pack || form === 'template')
    throw new DeclarationError(
      r.cursor.at,
      `The template ${quote(template.name)} takes arguments of a kind that is not supported: a compiler can lay it out.`,
    );
  return form === 'type' ? r.grammar.typeName(r) : readConstant(r.cursor, expressionNames(r), true);
}

function keyOf(value: Argument): string {
  return value instanceof CType ? value.key : String(value.value);
}

function parameterScope(template: Template, values: readonly Argument[]): Scope {
  const scope = new Scope('parameters', template.scope, template.scope.prefix);
  for (const [i, value] of values.entries()) {
    const parameter = template.parameters[i];
    if (parameter) bind(scope, parameter, value);
  }
  return scope;
}

function bind(scope: Scope, { name }: Parameter, value: Argument): void {
  scope.entities.set(name, value instanceof CType ? { kind: 'type', type: value } : { kind: 'constant', value });
}

/** What a template makes of the arguments at the cursor. A class is read when its layout or its members are asked for. */
export function instantiate(r: Reader, template: Template, name: Token): CType | Constant {
  const values = r.nested(() => readArguments(r, template));
  const key = values.map(keyOf).join(',');
  const known = template.instances.get(key);
  if (known !== undefined) return known;
  if (++r.world.instances > INSTANCE_LIMIT)
    throw new DeclarationError(name.at, `This text makes more than ${INSTANCE_LIMIT} instances of templates.`);
  const body = template.special.get(key) ?? template.body;
  if (body === undefined)
    throw new DeclarationError(name.at, `The template ${quote(template.name)} is not defined here.${r.world.hint}`);
  if (template.partial && !template.special.has(key))
    throw new DeclarationError(
      name.at,
      `The template ${quote(template.name)} has partial specialisations, which are not supported: a compiler can lay it out.`,
    );
  const inner = r.at(new Cursor(template.run, body), parameterScope(template, values));
  const made = makeInstance(inner, template, values, name);
  template.instances.set(key, made);
  return made;
}

function makeInstance(r: Reader, template: Template, values: readonly Argument[], name: Token): CType | Constant {
  const known = libraryType(r, template, values, name);
  if (known !== undefined) return known;
  if (template.form === 'alias') return r.grammar.typeName(r);
  if (template.form === 'value') return readConstant(r.cursor, expressionNames(r));
  const tag = newTag(r, template.kind, instanceName(template, values));
  tag.template = template;
  tag.complete = () => complete(r, template, tag, name);
  return tagType(r, tag, name);
}

function instanceName({ scope, name }: Template, values: readonly Argument[]): string {
  return `${scope.prefix}${name}<${values.map((value) => (value instanceof CType ? value.name : String(value.value))).join(', ')}>`;
}

/** std::atomic<T> is shown as the T that it holds, std::array<T, N> as the array that it is. */
function libraryType(r: Reader, template: Template, values: readonly Argument[], { at }: Token): CType | undefined {
  const [first, second] = values;
  if (template.scope.prefix !== 'std::' || !(first instanceof CType)) return undefined;
  if (template.name === 'atomic') {
    const made = atomic(first, r.world.target, instanceName(template, values));
    // Its constructor makes it no plain old data, and what holds it neither.
    return made.layout === undefined ? made : made.with({ info: plainClass(made.layout, false) });
  }
  if (template.name !== 'array' || second === undefined || second instanceof CType) return undefined;
  // One without elements is an empty class (libstdc++, <array>).
  if (second.value === 0n) return undefined;
  const made = arrayOf(first, second.value, at);
  const name = instanceName(template, values);
  return made.layout === undefined ? made : made.with({ layout: { ...made.layout, name }, left: name, right: '' });
}

function complete(r: Reader, template: Template, tag: ReturnType<typeof newTag>, name: Token): void {
  const { results } = r.world;
  const listed = results.length;
  try {
    const attributes = noAttributes();
    readAttributes(r, attributes);
    r.cursor.take('final');
    r.grammar.record(r, {
      kind: template.kind,
      isClass: template.isClass,
      tag,
      name: { ...name, text: template.name },
      at: name.at,
      attributes,
    });
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
  } finally {
    // What an instance declares inside is not listed by itself.
    results.length = listed;
  }
}
