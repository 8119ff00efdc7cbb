/** Enumerations: 'enum e { A, B = 3 }', 'enum class e : unsigned char { … }' (C17 6.7.2.2, C++17 10.2). */
import type { TypeLayout } from '../../../../api.d.ts';
import { enumStorage, type Enumerator } from '../../layout/enums.ts';
import { DeclarationError, quote } from '../../errors.ts';
import { noAttributes, readAttributes, typeAlignment, type Attributes } from './attributes.ts';
import { promoted, wrapped } from '../expressions/arithmetic.ts';
import { readConstant } from '../expressions/constant.ts';
import { unqualified, type CType, type Tag } from '../expressions/ctype.ts';
import type { Token } from '../text/lexer.ts';
import { expressionNames } from '../names/names.ts';
import type { Constant } from '../expressions/operand.ts';
import type { Reader } from '../reader.ts';
import { Scope } from '../names/scope.ts';

interface Head {
  readonly tag: Tag;
  readonly type: CType;
  readonly token: Token;
  /** enum class */
  readonly scoped: boolean;
  readonly underlying: CType | undefined;
  readonly attributes: Attributes;
}

/** The type behind ':'. */
export function readUnderlying(r: Reader): CType {
  const { at } = r.cursor;
  const type = unqualified(r.grammar.typeName(r));
  const layout = r.layoutOf(type, at, 'The type of this enum');
  if (/^(integer|char|bool)$/.test(layout.kind)) return type;
  throw new DeclarationError(at, `An enum has an integer type, not ${quote(layout.name)}.`);
}

/** From '{' on, and the attributes behind '}'. */
export function readEnumBody(r: Reader, head: Head): void {
  const { tag, scoped, attributes } = head;
  const body = r.at(r.cursor.group());
  readAttributes(r, attributes);
  const own = new Scope('enum', r.scope, `${tag.name}::`);
  if (r.isCpp) tag.members = own;
  tag.scoped = scoped;
  const scopes = scoped ? [own] : r.isCpp ? [r.scope, own] : [r.scope.enclosing];
  // Those of a scoped one are known by their names alone inside of it.
  const inner = r.isCpp ? body.at(body.cursor, own) : body;
  const enumerators: (Enumerator & Constant)[] = [];
  while (!body.cursor.atEnd) {
    enumerators.push(readEnumerator(inner, enumerators.at(-1), scopes, head));
    if (!body.cursor.atEnd && !body.cursor.take(','))
      throw new DeclarationError(body.cursor.at, `${quote(body.cursor.text)} is no enumeration constant.`);
  }
  if (enumerators.length === 0 && !r.isCpp) throw new DeclarationError(head.token.at, 'An enum needs at least one constant.');
  const plain = enumerators.map(({ name, value }): Enumerator => ({ name, value }));
  tag.layout = layoutOf(r, head, plain, attributes);
  tag.state = 'defined';
  const int = expressionNames(r).basic('int');
  for (const { name, value } of plain)
    for (const scope of scopes) {
      const type = r.isCpp || wrapped(value, int) !== value ? head.type : int;
      scope.entities.set(name, { kind: 'constant', value: { value, type } });
    }
}

/** 'enum class e : int;' has a size as well. */
export function opaqueEnum({ name }: Tag, underlying: TypeLayout): TypeLayout {
  const { size, alignment, signed = false } = underlying;
  return { name, kind: 'enum', size, alignment, signed, enumerators: [], origin: 'source' };
}

function layoutOf(
  r: Reader,
  { tag, token, underlying: given }: Head,
  enumerators: readonly Enumerator[],
  attributes: Attributes,
): TypeLayout {
  const underlying = given?.layout;
  if (underlying !== undefined) {
    const { size, signed = false } = underlying;
    const bits = BigInt(size * 8 - (signed ? 1 : 0));
    const wrong = enumerators.find(({ value }) => value >= 1n << bits || value < (signed ? -(1n << bits) : 0n));
    if (wrong) throw new DeclarationError(token.at, `The value of ${quote(wrong.name)} does not fit ${underlying.name}.`);
  }
  const storage = underlying ?? enumStorage(enumerators, attributes.packed, r.world.target.abi);
  if (storage === undefined) throw new DeclarationError(token.at, 'No integer type holds all values of this enum.');
  const { size, signed = false } = storage;
  const alignment = Math.max(storage.alignment, typeAlignment(attributes, r.world.target.dialect));
  return { name: tag.name, kind: 'enum', size, alignment, signed, enumerators, origin: 'source' };
}

function readEnumerator(
  r: Reader,
  previous: Constant | undefined,
  scopes: readonly Scope[],
  { underlying }: Head,
): Enumerator & Constant {
  const { cursor } = r;
  const name = cursor.takeName();
  if (name === undefined) throw new DeclarationError(cursor.at, `${quote(cursor.text)} is no enumeration constant.`);
  readAttributes(r, noAttributes());
  const names = expressionNames(r);
  const given = cursor.take('=') ? readConstant(cursor, names) : undefined;
  const value = given ? given.value : (previous?.value ?? -1n) + 1n;
  if (value >= 1n << 64n) throw new DeclarationError(name.at, `The value of ${quote(name.text)} does not fit 64 bits.`);
  const type = underlying ?? insideType(r, given ?? previous, value);
  for (const scope of scopes) {
    if (scope.entities.get(name.text)?.kind === 'constant')
      throw new DeclarationError(name.at, `The constant ${quote(name.text)} is defined twice.`);
    scope.entities.set(name.text, { kind: 'constant', value: { value, type } });
  }
  return { name: name.text, value, type };
}

/** Before the closing brace: in C an int where it fits, in C++ the type of the value (C17 6.7.2.2, C++17 10.2/5). */
function insideType(r: Reader, from: Constant | undefined, value: bigint): CType {
  const names = expressionNames(r);
  const int = names.basic('int');
  if (from === undefined || (!r.isCpp && wrapped(value, int) === value)) return int;
  const type = from.type.tag?.kind === 'enum' ? (from.type.tag.fixed ?? promoted(names, from).type) : from.type;
  if (wrapped(value, type) === value) return type;
  const wider = ['int', 'unsigned int', 'long', 'unsigned long', 'long long', 'unsigned long long'].map((one) =>
    names.basic(one),
  );
  return wider.find((one) => wrapped(value, one) === value) ?? type;
}
