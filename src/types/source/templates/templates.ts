/** Declarations of templates (C++17 17). What is no class, alias, constant or constexpr function is passed over. */
import { DeclarationError, quote } from '../../errors.ts';
import { keyOf, readArguments } from './arguments.ts';
import { noAttributes, readAttributes } from '../declarations/attributes.ts';
import { passFunction } from '../expressions/functions.ts';
import type { Token } from '../text/lexer.ts';
import { passAngles } from '../names/lookup.ts';
import { readPartial } from './matching.ts';
import { readOutside } from './outside.ts';
import { readParameters, type Parameter } from './parameters.ts';
import type { Reader } from '../reader.ts';
import { now } from '../names/scope.ts';
import { Template, type TemplateParts } from './template.ts';
import { refuseLayoutMacro } from '../text/words.ts';

/** From 'template' on. */
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
  if (parameters.some(({ pack }) => pack)) r.world.packs = true;
  if (cursor.is('template')) return readTemplate(r);
  const constrained = cursor.is('requires') ? cursor.at : undefined;
  while (cursor.is('requires')) passRequires(r);
  if (/^(struct|class|union)$/.test(cursor.text)) return readClassTemplate(r, parameters, constrained);
  if (cursor.is('using')) return readAlias(r, parameters);
  if (cursor.is('friend') || cursor.is('concept') || !readValue(r, parameters)) {
    if (!cursor.is('friend') && !cursor.is('concept')) keepFunction(r, parameters);
    passFunction(r);
  }
}

function passRequires({ cursor }: Reader): void {
  cursor.advance();
  while (!cursor.atEnd && !/^(struct|class|union|using|;)$/.test(cursor.text)) {
    if (cursor.is('(') || cursor.is('{')) cursor.skipGroup();
    else cursor.advance();
  }
}

function readClassTemplate(r: Reader, parameters: readonly Parameter[], constrained: number | undefined): void {
  const { cursor } = r;
  const keyword = cursor.advance();
  const head = cursor.next;
  passAttributes(r);
  let name = cursor.takeName();
  if (name === undefined) throw new DeclarationError(cursor.at, 'The name of this template is missing.');
  // 'struct EXPORT name {': the last name before the body is the template's.
  while (cursor.token.kind === 'name' && !cursor.is('final')) {
    refuseLayoutMacro(name);
    name = cursor.advance();
    passAttributes(r);
  }
  let known = r.scope.entities.get(name.text);
  while (cursor.is('::') && cursor.ahead(1).kind === 'name') {
    const scope = known?.kind === 'namespace' ? known.scope : undefined;
    cursor.advance();
    name = cursor.advance();
    known = scope?.entities.get(name.text);
  }
  const before = known?.kind === 'template' ? known.template : undefined;
  if (cursor.is('<')) {
    // One of a template that is not known here (std::hash) changes nothing here.
    if (before && !namesMember(r)) specialize(r, before, parameters, { head, constrained });
    else if (before) readOutside(r, before, parameters, { head, isClass: keyword.text === 'class' });
    else passAngles(r);
  } else {
    const parts = { name: name.text, parameters, isClass: keyword.text === 'class', kind: kindOf(keyword), head } as const;
    declareClass(r, parts, before, name.at);
  }
  passDefinition(r);
}

/** What they say may depend on the parameters: they are read with each instance. */
function passAttributes({ cursor }: Reader): void {
  for (;;) {
    if (/^(alignas|__attribute__|__attribute)$/.test(cursor.text)) cursor.advance();
    else if (!cursor.is('[')) return;
    cursor.skipGroup();
  }
}

/** 'struct Outer<T>::Inner { … }' */
function namesMember(r: Reader): boolean {
  const back = r.cursor.mark();
  passAngles(r);
  const found = r.cursor.is('::');
  back();
  return found;
}

function kindOf({ text }: Token): 'struct' | 'union' {
  return text === 'union' ? 'union' : 'struct';
}

function passDefinition({ cursor }: Reader): void {
  cursor.skipTo(';', '{');
  if (cursor.is('{')) cursor.skipGroup();
  cursor.skipTo(';');
  cursor.take(';');
}

function declareClass(
  r: Reader,
  parts: Pick<TemplateParts, 'name' | 'parameters' | 'isClass' | 'kind' | 'head'>,
  before: Template | undefined,
  at: number,
): void {
  const { run, next } = r.cursor;
  const body = r.cursor.is(';') ? undefined : next;
  if (before?.body !== undefined && body !== undefined)
    throw new DeclarationError(at, `The template ${quote(parts.name)} is defined twice.`);
  if (before === undefined) {
    const made = new Template({ ...parts, form: 'class', run, body, scope: r.scope, before: 0 });
    r.scope.entities.set(parts.name, { kind: 'template', template: made });
    made.before = now();
    return;
  }
  // Defaults may stand at the first declaration only.
  before.parameters = parts.parameters.map((one, i) => {
    const earlier = before.parameters[i];
    return { ...one, fallback: one.fallback ?? earlier?.fallback };
  });
  if (body === undefined) return;
  before.body = body;
  before.head = parts.head;
  before.before = now();
}

function specialize(
  r: Reader,
  template: Template,
  parameters: readonly Parameter[],
  { head, constrained }: { head: number; constrained: number | undefined },
): void {
  const { at } = r.cursor;
  const back = r.cursor.mark();
  try {
    if (constrained !== undefined) throw new DeclarationError(constrained, 'Constraints are not supported here.');
    if (parameters.length > 0) template.partials.push({ ...readPartial(r, template, parameters), head });
    else {
      const values = readArguments(r, template);
      template.special.set(keyOf(template, values), { head, body: r.cursor.next, before: now() });
    }
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    template.unclear ??= new DeclarationError(
      at,
      `The template ${quote(template.name)} has a specialisation that is not supported (${error.message}): a compiler can lay it out.`,
    );
    back();
    passAngles(r);
  }
}

function readAlias(r: Reader, parameters: readonly Parameter[]): void {
  const { cursor } = r;
  cursor.advance();
  const name = cursor.takeName();
  readAttributes(r, noAttributes());
  if (name === undefined || !cursor.take('=')) throw r.odd();
  declare(r, name.text, 'alias', parameters, cursor.next);
  cursor.skipTo(';');
  cursor.take(';');
}

/** 'constexpr int name = …;'; false where it is no constant. */
function readValue(r: Reader, parameters: readonly Parameter[]): boolean {
  const { cursor } = r;
  const back = cursor.mark();
  const start = cursor.next;
  skipTo(r, '=', ';', '{', '(');
  const end = cursor.next;
  const name = cursor.run.tokens[end - 1];
  const assigned = cursor.is('=') || cursor.is('{');
  if (!assigned || name?.kind !== 'name' || /^(operator|const|noexcept)$/.test(name.text)) {
    back();
    if (assigned) specializeValue(r, end);
    return false;
  }
  declare(r, name.text, 'value', parameters, start);
  cursor.skipTo(';');
  cursor.take(';');
  return true;
}

/** As Cursor.skipTo, over '<…>' too. */
function skipTo(r: Reader, ...texts: readonly string[]): void {
  const { cursor } = r;
  for (;;) {
    cursor.skipTo('<', ...texts);
    if (!cursor.is('<')) return;
    const { next } = cursor;
    passAngles(r);
    if (cursor.next === next) cursor.advance();
  }
}

/** 'constexpr int width<long> = …': which arguments it is for is not told apart, so the template is of no use any more. */
function specializeValue(r: Reader, end: number): void {
  for (let i = r.cursor.next; i < end; i++) {
    const token = r.cursor.run.tokens[i];
    const known = token && r.scope.find(token.text);
    if (token && known?.kind === 'template' && known.template.form === 'value')
      known.template.unclear ??= new DeclarationError(
        token.at,
        `The template ${quote(token.text)} has specialisations, which are not supported: a compiler can lay it out.`,
      );
  }
}

/** A constexpr function: its declaration stands at the cursor. */
function keepFunction(r: Reader, parameters: readonly Parameter[]): void {
  const { cursor } = r;
  const back = cursor.mark();
  const start = cursor.next;
  skipTo(r, '(', ';', '{', '=');
  const { tokens } = cursor.run;
  const name = tokens[cursor.next - 1];
  const isConstexpr = tokens.slice(start, cursor.next).some(({ text }) => text === 'constexpr');
  const named = cursor.is('(') && name?.kind === 'name' && tokens[cursor.next - 2]?.text !== '::';
  back();
  if (!isConstexpr || !named) return;
  const known = r.scope.entities.get(name.text);
  if (known === undefined) return declare(r, name.text, 'function', parameters, start);
  const message = `${quote(name.text)} is overloaded, which is not supported in a constant: a compiler can lay it out.`;
  if (known.kind === 'function' || known.kind === 'template')
    r.scope.entities.set(name.text, { kind: 'failed', failure: new DeclarationError(name.at, message) });
}

function declare(r: Reader, name: string, form: TemplateParts['form'], parameters: readonly Parameter[], body: number): void {
  const { run } = r.cursor;
  const parts = { name, form, parameters, run, body, isClass: false, kind: 'struct', head: 0 } as const;
  const template = new Template({ ...parts, scope: r.scope, before: 0 });
  r.scope.entities.set(name, { kind: 'template', template });
  template.before = now();
}
