/** What depends on the parameters of a template (C++17 17.6.2): it is told by the names in the text, as instances are read with what they stand for. */
import { Cursor } from '../text/cursor.ts';
import { readName } from '../names/lookup.ts';
import { passArgument } from './parameters.ts';
import type { CType } from '../expressions/ctype.ts';
import type { Scope } from '../names/scope.ts';
import type { Reader } from '../reader.ts';
import type { Template } from './template.ts';

/** `names`: what the member declares that stands from `from` to the cursor. A class, an enum or a template in a template is another one in each instance. */
export function markVariable(r: Reader, from: number, names: readonly string[]): void {
  if (names.length === 0) return;
  const { cursor, scope } = r;
  const tokens = cursor.run.tokens.slice(from, cursor.next);
  const isDefinition =
    tokens.some(({ text }) => text === '{') && tokens.some(({ text }) => /^(struct|class|union|enum)$/.test(text));
  const starts = names.map((name) => tokens.findIndex(({ text }) => text === name));
  // What stands before the first name is of all of them: 'const T a = 1, b = 2'.
  const all = isDefinition || mentionsVariable(r, from, from + Math.max(starts[0] ?? 0, 0));
  for (const [i, name] of names.entries()) {
    const [start, end] = [from + (starts[i] ?? 0), from + (starts[i + 1] ?? tokens.length)];
    const always = scope.tags.has(name) || scope.entities.get(name)?.kind === 'template';
    if (all || always || mentionsVariable(r, start, end)) scope.variable.add(name);
  }
}

/** Whether it is a class, or an array of one, that was not defined yet where the template stands of which an instance is read (C++17 17.6/8). */
export function isDefinedLater(r: Reader, type: CType): boolean {
  if (type.form === 'array' && type.target) return isDefinedLater(r, type.target);
  const { tag } = type;
  // What is in a template itself is defined with each instance.
  if (tag?.state !== 'defined' || tag.members === undefined || ended(tag.members) !== Infinity) return false;
  return tag.since > ended(r.scope);
}

/** When the outermost template around a scope ended; Infinity where there is none. */
function ended(scope: Scope | undefined): number {
  if (scope === undefined) return Infinity;
  return Math.min(scope.kind === 'parameters' ? scope.before : Infinity, ended(scope.parent));
}

/** Whether a name there depends on such parameters: not one behind 'name::', '.' or '->'. */
export function mentionsVariable(r: Reader, from: number, to: number): boolean {
  return mentions(r, from, to, (name) => r.scope.isVariable(name));
}

function mentions(r: Reader, from: number, to: number, isVariable: (name: string) => boolean): boolean {
  const { tokens } = r.cursor.run;
  for (let i = from; i < to; i++) {
    const token = tokens[i];
    const isMember = i > from && /^(::|\.|->)$/.test(tokens[i - 1]?.text ?? '');
    if (token?.kind !== 'name' || isMember) continue;
    const alias = aliasAt(r, i, to);
    if (alias === undefined ? isVariable(token.text) : aliasMentions(r, alias, isVariable)) return true;
    if (alias) i = alias.end - 1;
  }
  return false;
}

interface Alias {
  readonly template: Template;
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Index of the '>' behind its arguments. */
  readonly end: number;
}

/** 'alias<…>', if that stands there. */
function aliasAt(r: Reader, from: number, to: number): Alias | undefined {
  const { tokens } = r.cursor.run;
  if (!/^(<|::)$/.test(tokens[from + 1]?.text ?? '')) return undefined;
  const cursor = new Cursor(r.cursor.run, from, to);
  const on = r.at(cursor);
  const entity = readName(on, false)?.entity;
  if (entity?.kind !== 'template' || entity.template.form !== 'alias' || !cursor.take('<')) return undefined;
  const ranges: [number, number][] = [];
  while (!cursor.is('>') && !cursor.is('>>')) {
    if (cursor.atEnd) return undefined;
    const start = cursor.next;
    passArgument(on);
    if (cursor.next === start) return undefined;
    // Half of a '>>' may belong to it.
    ranges.push([start, cursor.next + (cursor.isHalf ? 1 : 0)]);
    cursor.take(',');
  }
  return { template: entity.template, ranges, end: cursor.next };
}

function aliasMentions(r: Reader, { template, ranges }: Alias, isVariable: (name: string) => boolean): boolean {
  const { parameters, run, body = 0, scope } = template;
  const given = ranges.map(([from, to]) => mentions(r, from, to, isVariable));
  // clang puts what an alias stands for in its place at once, so that an argument it has no use for does not count; g++ counts all.
  if (r.world.target.dialect === 'gcc' && given.includes(true)) return true;
  // What is left out, and what a pack takes, may depend on any of them.
  const known = given.length === parameters.length && !parameters.some(({ pack }) => pack);
  const depends = parameters.map((_, i) => (known ? given[i] === true : given.includes(true)));
  const key = depends.join();
  const before = template.dependence.get(key);
  if (before !== undefined) return before;
  const own = new Map(parameters.map(({ name }, i) => [name, depends[i] === true]));
  const cursor = new Cursor(run, body);
  cursor.skipTo(';');
  const inner = r.at(new Cursor(run, body, cursor.next), scope);
  const made = mentions(inner, body, cursor.next, (name) => own.get(name) ?? scope.isVariable(name));
  template.dependence.set(key, made);
  return made;
}
