/** Names given to types: typedef, 'using A = …', and what else 'using' brings into reach. */
import type { TypeLayout } from '../../../../api.d.ts';
import { DeclarationError, quote } from '../../errors.ts';
import { noAttributes, readAttributes, type Attributes } from './attributes.ts';
import { sameShape, type CType } from '../expressions/ctype.ts';
import { readDeclarator } from './declarator.ts';
import type { Token } from '../text/lexer.ts';
import { readName } from '../names/lookup.ts';
import type { Reader, Slot } from '../reader.ts';
import { adjusted, readSpecifiers, typedefAlignment, type Specifiers } from './specifiers.ts';
import { tagType } from '../names/tags.ts';

/** From 'typedef' to behind the ';'. */
export function readTypedef(r: Reader): void {
  // A struct without a tag stands in the list where it begins, before those in its body.
  const place = r.result(undefined);
  readTypedefNames(r, readSpecifiers(r), place);
}

/** The declarators behind the specifiers; `place` is for the first. */
export function readTypedefNames(r: Reader, specifiers: Specifiers, place: Slot): void {
  const { cursor } = r;
  let { type } = specifiers;
  for (let first = true; !cursor.is(';'); first = false) {
    const declared = readDeclarator(r, type);
    const made = adjusted(r, declared.type, declared.attributes);
    const { name } = declared;
    if (name === undefined)
      throw new DeclarationError(cursor.at, `The name of the typedef is missing before ${cursor.describe()}.`);
    const plain = made === type;
    if (first && plain && type.tag?.name === '') {
      type = named(r, type, name);
      declareType(r, name, type, [specifiers.attributes, declared.attributes], place, true);
    } else declareType(r, name, plain ? type : made, [specifiers.attributes, declared.attributes], undefined, false);
    if (!cursor.take(',')) break;
  }
  r.semicolon();
}

/** A struct without a tag gets its name from its first typedef. */
function named(r: Reader, type: CType, name: Token): CType {
  const { tag } = type;
  if (tag === undefined) return type;
  tag.name = r.isCpp ? r.scope.prefix + name.text : name.text;
  if (tag.layout !== undefined) tag.layout = { ...tag.layout, name: tag.name };
  return tagType(r, tag, name);
}

function declareType(
  r: Reader,
  name: Token,
  type: CType,
  attributes: readonly Attributes[],
  place: Slot | undefined,
  own: boolean,
): void {
  const alias = r.isCpp ? r.scope.prefix + name.text : name.text;
  const known = r.scope.entities.get(name.text);
  const alignment = typedefAlignment(attributes, r.world.target.dialect);
  // 'typedef struct x x;' in C++, where x is a type already.
  if (
    known?.kind === 'type' &&
    known.type.tag !== undefined &&
    known.type.tag === type.tag &&
    known.type.name === alias &&
    alignment === 0
  )
    return;
  const made = own && alignment === 0 ? type : aliased(type, alias, alignment, name);
  if (known?.kind === 'type' && known.type.key !== made.key && !sameShape(known.type, made))
    throw new DeclarationError(name.at, `The type ${quote(name.text)} was declared before, as another type.`);
  const builtin = r.world.builtins.type(name.text);
  // A header that lays out a lock itself means the lock.
  const isLock = builtin?.layout?.kind === 'sync' && builtin.layout.size === made.layout?.size;
  if (known?.kind !== 'type') {
    if (place) place.type = made;
    else r.result(made);
  }
  r.scope.entities.set(name.text, { kind: 'type', type: isLock ? builtin : made });
}

function aliased(type: CType, alias: string, alignment: number, name: Token): CType {
  if (type.failure && type.tag === undefined) return type.with({ left: alias, right: '' });
  const { layout } = type;
  if (alignment > 0) {
    if (layout === undefined)
      throw new DeclarationError(name.at, `${quote(name.text)} is aligned, so ${type.name} must be defined before it.`);
    return type.with({
      layout: { ...renamed(layout, alias), alignment },
      left: alias,
      right: '',
      alias,
      userAligned: true,
      plain: type.plain ?? type,
    });
  }
  if (layout === undefined) return type.with({ left: alias, right: '', alias });
  return type.with({ layout: renamed(layout, alias), left: alias, right: '', alias });
}

/** A lock keeps the name that says which one it is. */
function renamed(layout: TypeLayout, name: string): TypeLayout {
  const lock = layout.kind === 'sync' ? { lock: layout.lock ?? layout.name } : {};
  return { ...layout, ...lock, name, origin: 'source' };
}

/** From 'using' to behind the ';'. */
export function readUsing(r: Reader): void {
  const { cursor } = r;
  cursor.expect('using');
  if (cursor.take('namespace')) openNamespace(r);
  else if (cursor.ahead(1).text === '=' || cursor.ahead(1).text === '[') readAlias(r);
  else bringName(r);
  r.semicolon();
}

function openNamespace(r: Reader): void {
  const entity = readName(r)?.entity;
  if (entity?.kind === 'namespace') r.scope.opened.push(entity.scope);
}

function readAlias(r: Reader): void {
  const { cursor } = r;
  const name = cursor.advance();
  const attributes = noAttributes();
  readAttributes(r, attributes);
  cursor.expect('=');
  const place = r.result(undefined);
  const start = cursor.token;
  let type = r.grammar.typeName(r);
  const own = type.tag?.name === '' && start.kind === 'name';
  if (own) type = named(r, type, name);
  declareType(r, name, type, [attributes], place, own);
}

/** 'using ns::name;', 'using enum ns::Level;' */
function bringName(r: Reader): void {
  const { cursor } = r;
  if (cursor.take('enum')) {
    const entity = readName(r)?.entity;
    const members = entity?.kind === 'type' ? entity.type.tag?.members : undefined;
    for (const [text, value] of members?.entities ?? []) r.scope.entities.set(text, value);
    return;
  }
  cursor.take('typename');
  const name = readName(r);
  cursor.skipTo(';');
  if (name?.entity === undefined) return;
  r.scope.entities.set(name.last.text, name.entity);
  const tag = name.scope?.memberTag(name.last.text);
  if (tag) r.scope.tags.set(name.last.text, tag);
}
