/** What expressions ask of the names around them. */
import type { TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import { readConstant, readWhole, type Constant, type Names } from './constant.ts';
import type { CType } from './ctype.ts';
import { Cursor } from './cursor.ts';
import { readName, unknownType } from './lookup.ts';
import type { Reader } from './reader.ts';
import { Scope, type Entity } from './scope.ts';

export function expressionNames(r: Reader): Names {
  const on = (cursor: Cursor): Reader => (cursor === r.cursor ? r : r.at(cursor));
  return {
    longBits: r.world.builtins.type('long')?.layout?.size === 4 ? 32 : 64,
    sizeBits: r.world.rules.pointerSize === 4 ? 32 : 64,
    startsType: (cursor) => r.grammar.startsType(on(cursor)),
    type: (cursor) => r.grammar.typeName(on(cursor)),
    simpleType: (cursor) => r.grammar.simpleType(on(cursor)),
    value: (cursor) => valueOf(on(cursor)),
    operand: (cursor) => operandOf(on(cursor)),
    offset: (cursor) => offsetOf(on(cursor)),
  };
}

/** The whole of a cursor as a constant. */
export function wholeConstant(r: Reader, cursor: Cursor): Constant {
  return readWhole(cursor, expressionNames(r.at(cursor)));
}

function valueOf(r: Reader): Constant {
  const { token } = r.cursor;
  const name = readName(r);
  const entity = name?.entity;
  if (name === undefined) throw new DeclarationError(token.at, `${quote(token.text)} is no value of a constant expression.`);
  if (entity?.kind === 'constant') return entity.value;
  if (entity?.kind === 'failed') throw entity.failure;
  if (entity?.kind === 'function' && r.cursor.is('(')) return call(r, entity);
  throw new DeclarationError(name.last.at, `The constant ${quote(name.last.text)} is not known.${r.world.hint}`);
}

/** A constexpr function of one return statement. */
function call(r: Reader, { parameters, result, run, scope }: Extract<Entity, { kind: 'function' }>): Constant {
  const given = r.at(r.cursor.group());
  const inner = new Scope('parameters', scope, '');
  const { at } = given.cursor;
  for (const parameter of parameters) {
    inner.entities.set(parameter.text, { kind: 'constant', value: readConstant(given.cursor, expressionNames(given)) });
    given.cursor.take(',');
  }
  if (!given.cursor.atEnd) throw new DeclarationError(at, 'This call has too many arguments.');
  return wholeConstant(r.at(given.cursor, inner), new Cursor(run, result.from, result.to));
}

/** The type of a value that is no constant: a variable, '((struct s *)0)->name', 'table[0]', or of a constant. */
function operandOf(r: Reader): CType {
  const { cursor } = r;
  const start = cursor.mark();
  let type = primaryType(r);
  if (type === undefined) {
    start();
    return typeOfConstant(r, readConstant(cursor, expressionNames(r)));
  }
  for (;;) {
    if (cursor.is('[')) {
      cursor.skipGroup();
      type = targetOf(r, type);
    } else if (cursor.is('.') || cursor.is('->')) {
      if (cursor.advance().text === '->') type = targetOf(r, type);
      type = memberType(r, type);
    } else return type;
  }
}

function primaryType(r: Reader): CType | undefined {
  const { cursor } = r;
  if (cursor.take('*')) {
    const pointer = r.nested(() => operandOf(r));
    return targetOf(r, pointer);
  }
  if (cursor.is('(')) {
    const inner = r.at(cursor.group());
    if (!r.grammar.startsType(inner)) return primaryWhole(inner);
    const type = r.grammar.typeName(inner);
    // A cast: what is cast is passed over.
    if (cursor.is('(')) cursor.skipGroup();
    else cursor.advance();
    return type;
  }
  const name = cursor.token.kind === 'name' || cursor.is('::') ? readName(r) : undefined;
  return name?.entity?.kind === 'variable' || name?.entity?.kind === 'constant' ? name.entity.type : undefined;
}

function primaryWhole(inner: Reader): CType | undefined {
  const back = inner.cursor.mark();
  const type = operandOf(inner);
  if (inner.cursor.atEnd) return type;
  back();
  return undefined;
}

function typeOfConstant(r: Reader, { bits, unsigned }: Constant): CType {
  const name = bits === 32 ? 'int' : 'long long';
  return r.world.builtins.type(unsigned ? `unsigned ${name}` : name) ?? unknownHere(r);
}

function unknownHere(r: Reader): CType {
  const { token } = r.cursor;
  return unknownType(r, { entity: undefined, first: token, last: token, qualified: false, scope: undefined });
}

function targetOf(r: Reader, type: CType): CType {
  if (type.target !== undefined && (type.form === 'pointer' || type.form === 'array')) return type.target;
  throw new DeclarationError(r.cursor.at, `${type.name} is no pointer or array.`);
}

function memberType(r: Reader, type: CType): CType {
  const name = r.cursor.takeName();
  const member = name && type.tag?.memberTypes?.get(name.text);
  if (member === undefined)
    throw new DeclarationError(name?.at ?? r.cursor.at, `${type.name} has no member ${quote(name?.text ?? '')}.`);
  return member;
}

/** 'struct s, a.b[2].c'. */
function offsetOf(r: Reader): bigint {
  const { cursor } = r;
  const type = r.grammar.typeName(r);
  cursor.expect(',');
  let layout = r.layoutOf(type, cursor.at, 'The operand of offsetof');
  let offset = 0n;
  while (!cursor.atEnd) {
    if (cursor.is('[')) {
      const { at } = cursor;
      const index = wholeConstant(r, cursor.group()).value;
      if (layout.element === undefined) throw new DeclarationError(at, `${layout.name} is no array.`);
      layout = layout.element;
      offset += index * BigInt(layout.size);
      continue;
    }
    cursor.take('.');
    const name = cursor.takeName();
    const found = name && memberOf(layout, name.text);
    if (found === undefined)
      throw new DeclarationError(name?.at ?? cursor.at, `${layout.name} has no member ${quote(name?.text ?? '')}.`);
    offset += BigInt(found.offset);
    layout = found.layout;
  }
  return offset;
}

/** A member by its name, also one of an anonymous member or a base. */
function memberOf(layout: TypeLayout, name: string): { offset: number; layout: TypeLayout } | undefined {
  for (const field of layout.fields ?? []) {
    if (field.name === name) return { offset: field.offset, layout: field.type };
    if (field.name !== '' && !field.name.startsWith('<')) continue;
    const inner = memberOf(field.type, name);
    if (inner) return { offset: field.offset + inner.offset, layout: inner.layout };
  }
  return undefined;
}
