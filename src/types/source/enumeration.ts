/** Enumerations: 'enum e { A, B = 3 }', 'enum class e : unsigned char { … }' (C17 6.7.2.2, C++17 10.2). */
import type { TypeLayout } from '../../../api.d.ts';
import { enumStorage, type Enumerator } from '../layout/enums.ts';
import { DeclarationError, quote } from '../errors.ts';
import { noAttributes, readAttributes, typeAlignment, type Attributes } from './attributes.ts';
import { readConstant } from './constant.ts';
import type { Tag } from './ctype.ts';
import type { Token } from './lexer.ts';
import { constantOf } from './lookup.ts';
import { expressionNames } from './names.ts';
import type { Reader } from './reader.ts';
import { Scope } from './scope.ts';

interface Head {
  readonly tag: Tag;
  readonly token: Token;
  /** enum class */
  readonly scoped: boolean;
  readonly underlying: TypeLayout | undefined;
  readonly attributes: Attributes;
}

/** The type behind ':'. */
export function readUnderlying(r: Reader): TypeLayout {
  const { at } = r.cursor;
  const layout = r.layoutOf(r.grammar.typeName(r), at, 'The type of this enum');
  if (/^(integer|char|bool)$/.test(layout.kind)) return layout;
  throw new DeclarationError(at, `An enum has an integer type, not ${quote(layout.name)}.`);
}

/** From '{' on, and the attributes behind '}'. */
export function readEnumBody(r: Reader, head: Head): void {
  const { tag, scoped, attributes } = head;
  const body = r.at(r.cursor.group());
  readAttributes(r, attributes);
  const own = new Scope('enum', r.scope, `${tag.name}::`);
  if (r.isCpp) tag.members = own;
  const enumerators: Enumerator[] = [];
  while (!body.cursor.atEnd) {
    enumerators.push(readEnumerator(body, enumerators.at(-1), scoped ? [own] : r.isCpp ? [r.scope, own] : [r.scope.enclosing]));
    if (!body.cursor.atEnd && !body.cursor.take(','))
      throw new DeclarationError(body.cursor.at, `${quote(body.cursor.text)} is no enumeration constant.`);
  }
  if (enumerators.length === 0 && !r.isCpp) throw new DeclarationError(head.token.at, 'An enum needs at least one constant.');
  tag.layout = layoutOf(r, head, enumerators, attributes);
  tag.state = 'defined';
}

/** 'enum class e : int;' has a size as well. */
export function opaqueEnum({ name }: Tag, underlying: TypeLayout): TypeLayout {
  const { size, alignment, signed = false } = underlying;
  return { name, kind: 'enum', size, alignment, signed, enumerators: [], origin: 'source' };
}

function layoutOf(
  r: Reader,
  { tag, token, underlying }: Head,
  enumerators: readonly Enumerator[],
  attributes: Attributes,
): TypeLayout {
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

function readEnumerator(r: Reader, previous: Enumerator | undefined, scopes: readonly Scope[]): Enumerator {
  const { cursor } = r;
  const name = cursor.takeName();
  if (name === undefined) throw new DeclarationError(cursor.at, `${quote(cursor.text)} is no enumeration constant.`);
  readAttributes(r, noAttributes());
  const given = cursor.take('=');
  const value = given ? readConstant(cursor, expressionNames(r)).value : (previous?.value ?? -1n) + 1n;
  if (value >= 1n << 64n) throw new DeclarationError(name.at, `The value of ${quote(name.text)} does not fit 64 bits.`);
  for (const scope of scopes) {
    if (scope.entities.get(name.text)?.kind === 'constant')
      throw new DeclarationError(name.at, `The constant ${quote(name.text)} is defined twice.`);
    scope.entities.set(name.text, { kind: 'constant', value: constantOf(value) });
  }
  return { name: name.text, value };
}
