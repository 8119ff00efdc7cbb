/** Names, qualified or not, and what they stand for. */
import { DeclarationError, quote } from '../errors.ts';
import type { Constant } from './constant.ts';
import { completed, CType, named } from './ctype.ts';
import type { Token } from './lexer.ts';
import type { Reader } from './reader.ts';
import type { Entity, Scope } from './scope.ts';

export interface Name {
  /** Undefined where it is not known. */
  readonly entity: Entity | undefined;
  /** The first and the last of its parts. */
  readonly first: Token;
  readonly last: Token;
  /** Written with '::'. */
  readonly qualified: boolean;
  /** The scope that its last part was looked for in; undefined for an unqualified one. */
  readonly scope: Scope | undefined;
}

/** Reads 'name', '::a::b', 'a<int>::b'; undefined where no name stands. An unknown one is passed whole. */
export function readName(r: Reader): Name | undefined {
  const { cursor } = r;
  const first = cursor.token;
  const global = r.isCpp && cursor.take('::');
  let last = cursor.takeName();
  if (last === undefined) return undefined;
  let scope: Scope | undefined = global ? r.world.file : undefined;
  let known = true;
  let entity = find(r, scope, last);
  let qualified = global;
  for (;;) {
    entity = readArguments(r, entity, last, known);
    if (!r.isCpp || !cursor.is('::') || !/^(name)$/.test(cursor.ahead(cursor.ahead(1).text === 'template' ? 2 : 1).kind)) break;
    cursor.advance();
    cursor.take('template');
    scope = known ? scopeOf(entity) : undefined;
    known &&= scope !== undefined;
    last = cursor.advance();
    entity = scope && find(r, scope, last);
    qualified = true;
  }
  return { entity, first, last, qualified, scope };
}

function find(r: Reader, scope: Scope | undefined, { text }: Token): Entity | undefined {
  const entity = scope === undefined ? r.scope.find(text) : scope.member(text);
  if (entity !== undefined) return entity;
  const builtin = scope === undefined || scope === r.world.file || scope.prefix === 'std::';
  const type = builtin ? builtinType(r, text) : undefined;
  if (type !== undefined) return { kind: 'type', type };
  const value = builtin ? r.world.builtins.constant(text) : undefined;
  return value === undefined ? undefined : { kind: 'constant', value: constantOf(value) };
}

function builtinType(r: Reader, name: string): CType | undefined {
  const type = r.world.builtins.type(name);
  if (type !== undefined || !r.isCpp) return type;
  const layout = r.world.builtins.tagged('struct', name) ?? r.world.builtins.tagged('union', name);
  return layout && named(layout);
}

/** The arguments of a template. Those of a name that is not known are passed over. */
function readArguments(r: Reader, entity: Entity | undefined, name: Token, known: boolean): Entity | undefined {
  const { cursor } = r;
  if (!r.isCpp || !cursor.is('<')) return entity;
  const template =
    entity?.kind === 'template' ? entity.template : entity?.kind === 'type' ? entity.type.tag?.template : undefined;
  if (template !== undefined) {
    const made = r.grammar.instantiate(r, template, name);
    return made instanceof CType ? { kind: 'type', type: made } : { kind: 'constant', value: made };
  }
  if (entity === undefined || !known) passAngles(r);
  return entity;
}

/** Over '<…>', where it is one. */
export function passAngles(r: Reader): void {
  const { cursor } = r;
  const back = cursor.mark();
  cursor.advance();
  for (let depth = 1; depth > 0;) {
    if (cursor.atEnd || cursor.is(';') || cursor.is('{') || cursor.is('}') || cursor.is(')')) return back();
    if (cursor.is('(') || cursor.is('[')) cursor.skipGroup();
    else if (cursor.take('<')) depth++;
    else if (cursor.takeAngle()) depth--;
    else cursor.advance();
  }
}

function scopeOf(entity: Entity | undefined): Scope | undefined {
  if (entity?.kind === 'namespace') return entity.scope;
  return entity?.kind === 'type' && entity.type.tag ? completed(entity.type.tag).members : undefined;
}

/** The type that a name stands for; undefined where it is not known. Throws for what is known as something else, or failed. */
export function typeOf({ entity, last }: Name): CType | undefined {
  if (entity?.kind === 'type') return entity.type;
  if (entity?.kind === 'failed') throw entity.failure;
  if (entity?.kind === 'template') throw new DeclarationError(last.at, `The template ${quote(last.text)} needs its arguments.`);
  if (entity === undefined) return undefined;
  throw new DeclarationError(last.at, `${quote(last.text)} is no type.`);
}

/** A type that stands for a name which is not known: an error only where its size counts. */
export function unknownType(r: Reader, { first, last, qualified }: Name): CType {
  const text = qualified ? `…::${last.text}` : last.text;
  const tag = r.isCpp ? undefined : r.scope.findTag(first.text);
  if (tag) r.world.looksCpp = true;
  const remedy = tag ? ` Write '${tag.name}'.` : r.world.hint;
  const failure = new DeclarationError(first.at, `The type ${quote(text)} is not known.${remedy}`);
  return new CType({ left: last.text, key: `?${last.text}`, failure });
}

/** An int, or the smallest wider type that holds the value. */
export function constantOf(value: bigint): Constant {
  const bits = BigInt.asIntN(32, value) === value ? 32 : 64;
  return { value, bits, unsigned: value >= 1n << 63n };
}
