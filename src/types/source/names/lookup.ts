/** Names, qualified or not, and what they stand for. */
import { DeclarationError, quote } from '../../errors.ts';
import { completed, CType, named } from '../expressions/ctype.ts';
import type { Token } from '../text/lexer.ts';
import type { Reader } from '../reader.ts';
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
  /** A type is known, and has no such member. */
  readonly absent: boolean;
  /** Why the type before its last part is not known, if it is not. */
  readonly lack?: DeclarationError | undefined;
}

/** Reads 'name', '::a::b', 'a<int>::b'; undefined where no name stands. An unknown one is passed whole. */
export function readName(r: Reader, withArguments = true): Name | undefined {
  const { cursor } = r;
  const first = cursor.token;
  const global = r.isCpp && cursor.take('::');
  let last = cursor.takeName();
  if (last === undefined) return undefined;
  let scope: Scope | undefined = global ? r.world.file : undefined;
  let known = true;
  let entity = find(r, scope, last);
  let qualified = global;
  let absent = false;
  let lack: DeclarationError | undefined;
  for (;;) {
    if (withArguments) entity = readArguments(r, entity, last, known);
    if (!r.isCpp || !cursor.is('::') || !/^(name)$/.test(cursor.ahead(cursor.ahead(1).text === 'template' ? 2 : 1).kind)) break;
    cursor.advance();
    cursor.take('template');
    const outer = entity;
    scope = known ? scopeOf(entity) : undefined;
    last = cursor.advance();
    entity = scope && find(r, scope, last);
    absent = entity === undefined && known && isWhole(outer);
    lack ??= outer && lackOf(outer, first);
    known &&= scope !== undefined;
    qualified = true;
  }
  return { entity, first, last, qualified, scope, absent, lack };
}

/** A type of which all members are known, as far as they are types: of those of std, few are written down here. */
function isWhole(entity: Entity | undefined): boolean {
  if (entity?.kind !== 'type') return false;
  const { tag, failure } = entity.type;
  if (/^(std|boost)::(?!(enable_if|function)<)/.test(tag?.name ?? '')) return false;
  return failure === undefined && (tag === undefined || tag.state === 'defined');
}

/** Why nothing is known in a type, if that is so. */
function lackOf(entity: Entity, { at }: Token): DeclarationError | undefined {
  if (entity.kind !== 'type' || entity.type.placeholder !== undefined) return undefined;
  const { failure, tag, lack } = entity.type;
  if (failure || tag?.state !== 'declared' || tag.kind === 'enum' || tag.layout) return failure;
  return new DeclarationError(at, `${quote(tag.name)} is ${lack}.`);
}

function find(r: Reader, scope: Scope | undefined, { text }: Token): Entity | undefined {
  const entity = scope === undefined ? r.scope.find(text) : scope.member(text);
  if (entity !== undefined) return entity;
  const builtin = scope === undefined || scope === r.world.file || scope.prefix === 'std::';
  const type = builtin ? builtinType(r, text) : undefined;
  if (type !== undefined) return { kind: 'type', type };
  const value = builtin ? r.world.builtins.constant(text) : undefined;
  return value && { kind: 'constant', value };
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
    entity?.kind === 'template' ? entity.template : entity?.kind === 'type' ? entity.type.instance?.template : undefined;
  if (template?.form === 'function') return entity;
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
  if (cursor.unclosed.has(cursor.next)) return;
  const back = cursor.mark();
  const open: number[] = [];
  do {
    if (cursor.atEnd || cursor.is(';') || cursor.is('{') || cursor.is('}') || cursor.is(')')) {
      // None of them need be tried again: a row of thousands would be gone through as often.
      for (const index of open) cursor.unclosed.add(index);
      return back();
    }
    if (cursor.is('(') || cursor.is('[')) cursor.skipGroup();
    else if (cursor.is('<')) {
      open.push(cursor.next);
      cursor.advance();
    } else if (cursor.takeAngle()) open.pop();
    else cursor.advance();
  } while (open.length > 0);
}

function scopeOf(entity: Entity | undefined): Scope | undefined {
  if (entity?.kind === 'namespace') return entity.scope;
  if (entity?.kind === 'type' && entity.type.placeholder !== undefined && entity.type.failure) throw entity.type.failure;
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
export function unknownType(r: Reader, { first, last, qualified, absent, lack }: Name): CType {
  const text = qualified ? `…::${last.text}` : last.text;
  const tag = r.isCpp ? undefined : r.scope.findTag(first.text);
  if (tag) r.world.looksCpp = true;
  const remedy = tag ? ` Write '${tag.name}'.` : r.world.hint;
  const failure = lack ?? new DeclarationError(first.at, `The type ${quote(text)} is not known.${remedy}`);
  return new CType({ left: last.text, key: `?${last.text}`, failure, absent });
}
