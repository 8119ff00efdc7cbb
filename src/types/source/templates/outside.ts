/** 'template<class T> struct Outer<T>::Inner { … };': a member class of a class template that is defined outside of it (C++17 17.5.1.2). */
import { DeclarationError, quote } from '../../errors.ts';
import { bound, type Argument } from './arguments.ts';
import { noAttributes, readAttributes } from '../declarations/attributes.ts';
import type { Tag } from '../expressions/ctype.ts';
import { Cursor } from '../text/cursor.ts';
import type { Token } from '../text/lexer.ts';
import { passAngles } from '../names/lookup.ts';
import type { Parameter } from './parameters.ts';
import type { Reader } from '../reader.ts';
import { now, Scope } from '../names/scope.ts';
import type { Template } from './template.ts';

export interface Outside {
  readonly parameters: readonly Parameter[];
  readonly name: Token;
  readonly isClass: boolean;
  /** Index behind 'struct', and the one behind the name. */
  readonly head: number;
  readonly body: number;
  readonly before: number;
  /** It is for some arguments only, which are not told apart here. */
  readonly failure: DeclarationError | undefined;
}

/** At the '<' behind the template's name. */
export function readOutside(
  r: Reader,
  template: Template,
  parameters: readonly Parameter[],
  { head, isClass }: Pick<Outside, 'head' | 'isClass'>,
): void {
  const { cursor } = r;
  const own = isPrimary(cursor, parameters);
  passAngles(r);
  cursor.expect('::');
  const name = cursor.takeName();
  if (name === undefined || cursor.is(';')) return;
  const plain = own && !cursor.is('::') && !cursor.is('<') && !template.outside.has(name.text);
  const message = `${quote(name.text)} is defined for some arguments of ${quote(template.name)}, or in parts, which is not supported: a compiler can lay it out.`;
  const failure = plain ? undefined : new DeclarationError(name.at, message);
  template.outside.set(name.text, { parameters, name, isClass, head, body: cursor.next, before: now(), failure });
  for (const { tag, values } of template.read) defineOutside(r, template, values, tag);
}

/** Whether the arguments are the parameters themselves: '<T, N>'. */
function isPrimary({ run, next }: Cursor, parameters: readonly Parameter[]): boolean {
  const expected = parameters.flatMap(({ name, pack }) => [',', name, ...(pack ? ['...'] : [])]).slice(1);
  const given = run.tokens.slice(next + 1, next + 2 + expected.length).map(({ text }) => text);
  return parameters.length > 0 && given.join(' ') === [...expected, '>'].join(' ');
}

/** Has what is defined outside of an instance of the template itself read when it is needed. */
export function defineOutside(r: Reader, template: Template, values: readonly Argument[], { members }: Tag): void {
  for (const [name, outside] of template.outside) {
    const inner = members?.tags.get(name);
    if (members === undefined || inner === undefined || inner.state !== 'declared') continue;
    if (outside.failure) inner.failure ??= outside.failure;
    else inner.complete = () => complete(r, template, values, members, inner, outside);
  }
}

function complete(
  r: Reader,
  { run, scope }: Template,
  values: readonly Argument[],
  members: Scope,
  inner: Tag,
  { parameters, name, isClass, head, body, before }: Outside,
): void {
  const { results } = r.world;
  const listed = results.length;
  try {
    // The class's own names go before the parameters (C++17 17.6.1/8), and what came before this definition is known.
    const around = bound(new Scope('parameters', scope, scope.prefix, before), parameters, values);
    const home = new Scope('class', around, members.prefix, Infinity, false, members);
    const attributes = noAttributes();
    readAttributes(r.at(new Cursor(run, head), home), attributes);
    const own = r.at(new Cursor(run, body), home);
    readAttributes(own, attributes);
    inner.final = own.cursor.take('final');
    const kind = inner.kind === 'union' ? 'union' : 'struct';
    own.grammar.record(own, { kind, isClass, tag: inner, name, at: name.at, attributes, outside: true });
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    inner.failure ??= error;
    inner.state = 'failed';
  } finally {
    results.length = listed;
  }
}
