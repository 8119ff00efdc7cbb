/** What stands before the declarators: the type, storage, qualifiers and attributes (C17 6.7.2, C++17 10.1). */
import { DeclarationError, quote } from '../../errors.ts';
import type { Dialect } from '../../layout/spec.ts';
import { noAttributes, readAttributes, typeAlignment, type Attributes } from './attributes.ts';
import { arrayOf, atomic, CType, pointerTo, qualified, referred, type Tag } from '../expressions/ctype.ts';
import { opaqueEnum, readEnumBody, readUnderlying } from './enumeration.ts';
import type { Token } from '../text/lexer.ts';
import { readName, typeOf, unknownType } from '../names/lookup.ts';
import { operandOf } from '../names/names.ts';
import type { Reader } from '../reader.ts';
import { declareTag, defining, findTag, tagType } from '../names/tags.ts';
import { canonicalBasic, isBasicWord, isKeyword, isQualifier, isTagWord, plainWord, refuseLayoutMacro } from '../text/words.ts';

export interface Specifiers {
  readonly type: CType;
  readonly isTypedef: boolean;
  /** Every word that says nothing of the type: 'static', 'const', 'virtual'. */
  readonly words: ReadonlySet<string>;
  readonly attributes: Attributes;
  /** A struct, union or enum is defined, or declared by itself. */
  readonly tagged: 'definition' | 'mention' | undefined;
  /** Macros, it seems, before the type. */
  readonly strangers: readonly Token[];
}

interface State {
  type: CType | undefined;
  isTypedef: boolean;
  readonly words: Set<string>;
  readonly attributes: Attributes;
  tagged: Specifiers['tagged'];
  readonly strangers: Token[];
  atomic: boolean;
}

/** Throws where there is no type; `implied` is taken instead, for a constructor. */
export function readSpecifiers(r: Reader): Specifiers {
  const { cursor } = r;
  const start = cursor.token;
  const state: State = {
    type: undefined,
    isTypedef: false,
    words: new Set(),
    attributes: noAttributes(),
    tagged: undefined,
    strangers: [],
    atomic: false,
  };
  while (!cursor.atEnd && readOne(r, state));
  if (state.type === undefined) {
    if (cursor.atEnd || !state.words.has('auto')) throw r.odd(cursor.atEnd ? start : cursor.token);
    state.type = deduced(start);
  }
  if (state.atomic) state.type = atomic(state.type, r.world.target);
  const type = qualified(adjusted(r, state.type, state.attributes), state.words);
  const { isTypedef, words, attributes, tagged, strangers } = state;
  return { type, isTypedef, words, attributes, tagged, strangers };
}

/** A type that only a compiler deduces: an error where it is needed. */
function deduced({ at }: Token): CType {
  return new CType({ left: 'auto', key: '?auto', failure: new DeclarationError(at, "The type of 'auto' is not known.") });
}

/** Reads one of them; false where none stands. */
function readOne(r: Reader, state: State): boolean {
  const { cursor } = r;
  const { token } = cursor;
  if (readAttributes(r, state.attributes)) return true;
  if (token.kind !== 'name') return r.isCpp && token.text === '::' && state.type === undefined && readNamed(r, state);
  const { text } = token;
  if (text === 'typedef') {
    if (state.isTypedef)
      throw new DeclarationError(token.at, "A second 'typedef' in one declaration: is a ';' missing before it?");
    state.isTypedef = true;
    cursor.advance();
  } else if (text === '_Atomic') readAtomic(r, state);
  else if (isQualifier(text, r.isCpp)) {
    state.words.add(cursor.advance().text);
    if (text === 'auto' && r.isCpp) state.type ??= deduced(token);
    if (text === 'explicit' && cursor.is('(')) cursor.skipGroup();
  } else if (isBasicWord(text)) {
    if (state.type !== undefined) throw r.odd();
    state.type = readBasic(r, state);
  } else if (isTagWord(text, r.isCpp)) {
    if (state.type !== undefined) throw r.odd();
    state.type = text === 'enum' ? readEnum(r, state) : readRecord(r, state);
  } else if (r.isCpp && text === '__underlying_type') state.type = readUnderlyingOf(r);
  else if (/^(typeof|__typeof__|__typeof|decltype|typeof_unqual)$/.test(text) && cursor.ahead(1).text === '(') {
    state.type = readTypeof(r, cursor.advance().text === 'decltype');
  } else return state.type === undefined && readNamed(r, state);
  return true;
}

/** Basic words may stand among qualifiers: 'long const int'. */
function readBasic(r: Reader, state: State): CType {
  const { cursor } = r;
  const { token } = cursor;
  const words: string[] = [];
  for (;;) {
    if (cursor.atEnd || cursor.token.kind !== 'name') break;
    if (isBasicWord(cursor.text)) words.push(plainWord(cursor.advance().text));
    else if (isQualifier(cursor.text, r.isCpp)) state.words.add(cursor.advance().text);
    else if (cursor.is('_Atomic') && cursor.ahead(1).text !== '(') {
      cursor.advance();
      state.atomic = true;
    } else break;
  }
  const name = canonicalBasic(words, token);
  const type = r.world.builtins.type(name);
  if (type === undefined) throw new DeclarationError(token.at, `The type ${quote(name)} is not known on this machine.`);
  return type;
}

function readAtomic(r: Reader, state: State): void {
  const { cursor } = r;
  cursor.advance();
  if (!cursor.is('(')) {
    state.atomic = true;
    return;
  }
  const inner = r.at(cursor.group());
  state.type = atomic(r.grammar.typeName(inner), r.world.target);
  if (!inner.cursor.atEnd) throw inner.odd();
}

/** '__underlying_type(E)', of which std::underlying_type is made. */
function readUnderlyingOf(r: Reader): CType {
  const { at } = r.cursor.advance();
  const inner = r.at(r.cursor.group());
  const type = r.grammar.typeName(inner);
  const layout = r.layoutOf(type, at, 'The operand of __underlying_type');
  if (layout.kind !== 'enum') throw new DeclarationError(at, `${quote(layout.name)} is no enum.`);
  if (type.tag?.fixed) return type.tag.fixed;
  const names = ['signed char', 'short', 'int', 'long', 'long long'];
  const sized = names.find((one) => r.world.builtins.type(one)?.layout?.size === layout.size) ?? 'int';
  const name = layout.signed ? sized : `unsigned ${sized.replace('signed ', '')}`;
  return r.world.builtins.type(name) ?? deduced(inner.cursor.token);
}

function readTypeof(r: Reader, isDecltype: boolean): CType {
  const inner = r.at(r.cursor.group());
  if (inner.cursor.is('auto')) return deduced(inner.cursor.token);
  if (r.grammar.startsType(inner)) return r.grammar.typeName(inner);
  const { type, lvalue, named } = operandOf(inner);
  if (!inner.cursor.atEnd) throw inner.odd();
  // decltype of an expression that stands somewhere is a reference to it (C++17 10.1.7.2/4).
  if (isDecltype && named) return type;
  return isDecltype && lvalue ? pointerTo(type, r.world.rules.pointerSize, '&') : referred(type);
}

/** A name that is a type; one that is not known is taken for one where a declarator may follow, and for a macro where a type follows. */
function readNamed(r: Reader, state: State): boolean {
  const { cursor } = r;
  const back = cursor.mark();
  const name = readName(r);
  if (name === undefined) return false;
  const type = typeOf(name);
  if (type !== undefined) {
    state.type = type;
    return true;
  }
  const { token } = cursor;
  const text = cursor.atEnd ? '' : token.text;
  if (!name.qualified && text === '(' && isMacroCall(r)) {
    cursor.skipGroup();
    state.strangers.push(name.first);
    return true;
  }
  const typeFollows =
    token.kind === 'name' && (isKeyword(text, r.isCpp) || r.grammar.startsType(r)) && !/^(const|volatile)$/.test(text);
  if (!name.qualified && typeFollows) {
    state.strangers.push(name.first);
    return true;
  }
  if (text === '(' && !state.isTypedef && state.words.size === 0 && state.strangers.length === 0) {
    back();
    return false;
  }
  state.type = unknownType(r, name);
  return true;
}

/** 'MACRO(…) struct x': what follows begins a declaration. */
function isMacroCall(r: Reader): boolean {
  const { cursor } = r;
  const back = cursor.mark();
  cursor.skipGroup();
  const follows = !cursor.atEnd && cursor.token.kind === 'name' && (isKeyword(cursor.text, r.isCpp) || r.grammar.startsType(r));
  back();
  return follows;
}

function readRecord(r: Reader, state: State): CType {
  const { cursor } = r;
  const keyword = cursor.advance();
  const kind = keyword.text === 'union' ? 'union' : 'struct';
  const attributes = noAttributes();
  readAttributes(r, attributes);
  const name = readTagName(r, kind, attributes);
  const final = r.isCpp && cursor.take('final');
  const defines = cursor.is('{') || (r.isCpp && cursor.is(':'));
  if (!defines) {
    if (name === undefined) throw new DeclarationError(keyword.at, `A ${keyword.text} needs a name or a body.`);
    state.tagged ??= 'mention';
    return mention(r, kind, name);
  }
  state.tagged = 'definition';
  const tag = declareTag(r, kind, name?.token, name?.scope);
  tag.final = final;
  // Names in 'struct A::B { … }' are looked for in A as well (C++17 6.4.1/8).
  const inner = name?.scope === undefined ? r : r.at(cursor, name.scope);
  return r.grammar.record(inner, {
    kind,
    isClass: keyword.text === 'class',
    tag,
    name: name?.token,
    at: keyword.at,
    attributes,
    outside: name?.scope !== undefined,
  });
}

interface TagName {
  readonly token: Token;
  /** Of 'struct A::B { … }': A. */
  readonly scope: Reader['scope'] | undefined;
}

/** The name behind 'struct'; a macro before it (EXPORT) is passed over. */
function readTagName(r: Reader, kind: string, attributes: Attributes): TagName | undefined {
  const { cursor } = r;
  let token = cursor.takeName();
  if (token === undefined) return undefined;
  for (;;) {
    readAttributes(r, attributes);
    const { text, kind: next } = cursor.token;
    if (cursor.atEnd || next !== 'name' || text === 'final' || isKeyword(text, r.isCpp)) break;
    // 'struct EXPORT name {': the last name before the body is the struct's.
    const after = cursor.ahead(1).text;
    if (after !== '{' && !(r.isCpp && (after === ':' || after === 'final'))) break;
    refuseLayoutMacro(token);
    token = cursor.advance();
  }
  if (isKeyword(token.text, r.isCpp))
    throw new DeclarationError(token.at, `${quote(token.text)} stands where a name is expected.`);
  let scope: Reader['scope'] | undefined;
  while (r.isCpp && (cursor.is('::') || cursor.is('<'))) {
    const entity = scope === undefined ? r.scope.find(token.text) : scope.member(token.text);
    if (cursor.is('<'))
      throw new DeclarationError(token.at, `This ${kind} is an instance of a template: name it without ${quote(kind)}.`);
    scope = entity?.kind === 'namespace' ? entity.scope : entity?.kind === 'type' ? entity.type.tag?.members : undefined;
    if (scope === undefined) throw new DeclarationError(token.at, `${quote(token.text)} is not known.${r.world.hint}`);
    cursor.advance();
    token = cursor.takeName() ?? token;
  }
  return { token, scope };
}

/** 'struct x', which is declared by being named. */
function mention(r: Reader, kind: Tag['kind'], { token, scope }: TagName): CType {
  // 'struct x;' in a class declares a class of its own (C++17 6.3.2/7).
  if (r.isCpp && kind !== 'enum' && scope === undefined && r.scope.kind === 'class' && r.cursor.is(';'))
    return tagType(r, declareTag(r, kind, token, r.scope), token);
  return tagType(r, findTag(r, kind, token, scope) ?? declareTag(r, kind, token, r.scope.enclosing), token);
}

function readEnum(r: Reader, state: State): CType {
  const { cursor } = r;
  const keyword = cursor.advance();
  const scoped = r.isCpp && (cursor.take('class') || cursor.take('struct'));
  const attributes = noAttributes();
  readAttributes(r, attributes);
  const name = cursor.is('{') || cursor.is(':') ? undefined : readTagName(r, 'enum', attributes);
  const given = cursor.take(':') ? readUnderlying(r) : undefined;
  const underlying = given ?? (scoped ? r.world.builtins.type('int') : undefined);
  if (!cursor.is('{')) {
    if (name === undefined) throw new DeclarationError(keyword.at, 'An enum needs a name or a body.');
    state.tagged ??= 'mention';
    const type = mention(r, 'enum', name);
    if (underlying?.layout !== undefined && type.tag !== undefined) {
      type.tag.layout ??= opaqueEnum(type.tag, underlying.layout);
      type.tag.fixed = underlying;
      type.tag.scoped ||= scoped;
    }
    return type;
  }
  state.tagged = 'definition';
  const tag = declareTag(r, 'enum', name?.token, name?.scope);
  if (tag.state === 'open' || tag.state === 'defined')
    throw new DeclarationError(name?.token.at ?? keyword.at, `The enum ${quote(name?.token.text ?? '')} is defined twice.`);
  const type = tagType(r, tag, name?.token ?? keyword);
  tag.fixed = underlying;
  const head = { tag, type, token: name?.token ?? keyword, scoped, underlying, attributes };
  const inner = name?.scope === undefined ? r : r.at(cursor, name.scope);
  defining(r, type, name !== undefined, () => readEnumBody(inner, head));
  return type;
}

/** What vector_size and mode make of a type. */
export function adjusted(r: Reader, type: CType, { vector, mode, at = 0 }: Attributes): CType {
  let made = mode === undefined ? type : ofMode(r, type, mode, at);
  if (vector === undefined) return made;
  const { layout } = made;
  if (layout === undefined || vector % layout.size !== 0)
    throw new DeclarationError(at, `A vector of ${vector} bytes of ${made.name} is not possible.`);
  made = arrayOf(made, BigInt(vector / layout.size), at);
  return made.layout === undefined ? made : made.with({ layout: { ...made.layout, alignment: vector } });
}

/** __attribute__((mode(DI))): an integer of that many bytes (GCC manual, 6.35). */
function ofMode(r: Reader, type: CType, mode: string, at: number): CType {
  const sizes: Record<string, number> = {
    QI: 1,
    byte: 1,
    HI: 2,
    SI: 4,
    DI: 8,
    TI: 16,
    word: r.world.rules.pointerSize,
    pointer: r.world.rules.pointerSize,
  };
  const size = sizes[mode];
  const { layout } = type;
  if (size === undefined || layout?.kind !== 'integer')
    throw new DeclarationError(at, `The mode ${quote(mode)} of ${type.name} is not supported.`);
  const names = ['signed char', 'short', 'int', 'long', 'long long', '__int128'];
  const name = names.find((one) => r.world.builtins.type(one)?.layout?.size === size) ?? 'int';
  const unsigned = name === 'signed char' ? 'unsigned char' : `unsigned ${name}`;
  const made = r.world.builtins.type(layout.signed === false ? unsigned : name);
  if (made === undefined) throw new DeclarationError(at, `The mode ${quote(mode)} is not supported.`);
  return made;
}

/** What an attribute of a typedef makes of its type. */
export function typedefAlignment(attributes: readonly Attributes[], dialect: Dialect): number {
  const all = noAttributes();
  for (const { aligned, alignas } of attributes) {
    all.aligned.push(...aligned);
    all.alignas.push(...alignas);
  }
  return typeAlignment(all, dialect);
}
