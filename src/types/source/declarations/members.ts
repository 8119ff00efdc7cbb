/** What stands in the body of a struct, union or class. */
import type { ClassSpec, MemberSpec } from '../../layout/spec.ts';
import { memberNames } from '../../layout/record.ts';
import { DeclarationError, quote } from '../../errors.ts';
import { memberAlignment, noAttributes, readAttributes, type Attributes } from './attributes.ts';
import { isFlexible, type CType } from '../expressions/ctype.ts';
import { readDeclarator, type Declared } from './declarator.ts';
import { passFunction, passInitializer, readConstantFunction, readVariable } from '../expressions/functions.ts';
import type { Token } from '../text/lexer.ts';
import { wholeConstant } from '../names/names.ts';
import { Cursor } from '../text/cursor.ts';
import { isDefinedLater, markVariable, mentionsVariable } from '../templates/dependent.ts';
import type { Reader, RecordHead } from '../reader.ts';
import { adjusted, readSpecifiers, type Specifiers } from './specifiers.ts';
import { refuseLayoutMacro } from '../text/words.ts';

type Facts = { -readonly [Key in Exclude<keyof ClassSpec, 'bases'>]: ClassSpec[Key] };

/** The non-static data members so far, and what else counts for the layout. */
export class MemberList {
  readonly kind: 'struct' | 'union';
  readonly className: string | undefined;
  readonly members: MemberSpec[] = [];
  readonly types = new Map<string, CType>();
  readonly facts: Facts = {
    virtual: false,
    constructor: false,
    copyAssignment: false,
    destructor: false,
    defaultInitializer: false,
  };
  isPublic: boolean;
  readonly #names = new Set<string>();

  constructor({ kind, isClass, name }: RecordHead) {
    this.kind = kind;
    this.className = name?.text;
    this.isPublic = !isClass;
  }

  add(member: MemberSpec, type: CType): void {
    this.#check(member);
    for (const name of memberNames(member)) {
      if (this.#names.has(name)) throw new DeclarationError(member.at, `Two members are named ${quote(name)}.`);
      this.#names.add(name);
    }
    this.members.push(this.isPublic ? member : { ...member, nonPublic: true });
    if (member.name !== '') this.types.set(member.name, type);
    else for (const [name, inner] of type.tag?.memberTypes ?? []) this.types.set(name, inner);
  }

  #check(member: MemberSpec): void {
    const previous = this.members.at(-1);
    if (previous !== undefined && isFlexible(previous.type) && this.kind === 'struct')
      throw new DeclarationError(previous.at, `${quote(previous.name)} has no length, so it must be the last member.`);
    if (isFlexible(member.type) && (this.kind === 'union' || this.#names.size === 0))
      throw new DeclarationError(
        member.at,
        `${quote(member.name)} has no length: that is possible for the last of several members of a struct only.`,
      );
  }
}

export function readMembers(r: Reader, list: MemberList): void {
  const { cursor } = r;
  const inTemplate = r.isCpp && r.scope.isInTemplate;
  while (!cursor.atEnd) {
    if (cursor.take(';') || (r.isCpp && readLabel(r, list))) continue;
    if (!r.isCpp && cursor.is('typedef'))
      throw new DeclarationError(cursor.at, "A 'typedef' cannot stand here: is a '}' or ')' missing before it?");
    const from = cursor.next;
    const declared = r.scope.entities.log.length;
    if (!r.grammar.declaration(r) && !(r.isCpp && passSpecialFunction(r, list))) readMember(r, list);
    if (inTemplate) markVariable(r, from, r.scope.entities.log.slice(declared));
  }
}

/** 'public:', and 'public slots:' as Qt has it. */
function readLabel({ cursor }: Reader, list: MemberList): boolean {
  if (!/^(public|private|protected|signals|Q_SIGNALS)$/.test(cursor.text)) return false;
  const colon = cursor.ahead(1).text === ':' ? 1 : cursor.ahead(2).text === ':' ? 2 : 0;
  if (colon === 0) return false;
  list.isPublic = cursor.text === 'public';
  for (let i = 0; i <= colon; i++) cursor.advance();
  return true;
}

/** Constructors, destructors and conversions, which have no type before them. */
function passSpecialFunction(r: Reader, list: MemberList): boolean {
  const { cursor } = r;
  const back = cursor.mark();
  let isVirtual = false;
  readAttributes(r, noAttributes());
  while (/^(virtual|inline|explicit|constexpr|consteval|static|friend|__extension__)$/.test(cursor.text)) {
    isVirtual ||= cursor.text === 'virtual';
    const explicit = cursor.advance().text === 'explicit';
    if (explicit && cursor.is('(')) cursor.skipGroup();
  }
  const isConstructor = cursor.text === list.className && cursor.ahead(1).text === '(' && !isParenthesized(r);
  const isDestructor = cursor.is('~');
  if (!isConstructor && !isDestructor && !cursor.is('operator')) {
    back();
    return false;
  }
  if (isVirtual) list.facts.virtual = true;
  const counts = passFunction(r) === 'provided' || r.world.target.dialect === 'clang';
  if (isConstructor && counts) list.facts.constructor = true;
  if (isDestructor && counts) list.facts.destructor = true;
  return true;
}

/** 'Name (member);' declares a member in needless parentheses, 'Name (*pointer)(…)' a pointer to a function. */
function isParenthesized({ cursor }: Reader): boolean {
  return cursor.ahead(2).text === '*' || cursor.ahead(2).text === '&';
}

function readMember(r: Reader, list: MemberList): void {
  const { cursor } = r;
  const start = cursor.token;
  const from = cursor.next;
  const specifiers = readSpecifiers(r);
  const depends = !r.isCpp || mentionsVariable(r, from, cursor.next);
  if (cursor.is(';') || cursor.atEnd) {
    addUnnamed(r, list, specifiers, start);
    return r.semicolon();
  }
  do {
    if (passOperator(r, list, specifiers)) return;
    const declared = cursor.is(':') ? undefined : readDeclarator(r, specifiers.type);
    if (declared?.type.form === 'function') {
      if (!r.isCpp) throw memberFunction(r, declared.name ?? start);
      if (specifiers.words.has('virtual')) list.facts.virtual = true;
      if (specifiers.words.has('static')) readConstantFunction(r, specifiers, declared);
      passFunction(r);
      return;
    }
    if (specifiers.words.has('static') && declared) readVariable(r, specifiers, declared);
    else if (!specifiers.words.has('friend')) {
      if (!depends && declared && isDefinedLater(r, declared.type)) throw definedLater(declared, start);
      addMember(r, list, specifiers, declared, start);
    }
  } while (cursor.take(','));
  r.semicolon();
}

function definedLater({ type, name }: Declared, start: Token): DeclarationError {
  const { text, at } = name ?? start;
  return new DeclarationError(at, `The member ${quote(text)} has no size: ${type.name} is defined only behind this template.`);
}

function memberFunction(r: Reader, { text, at }: Token): DeclarationError {
  r.world.looksCpp = true;
  return new DeclarationError(at, `${quote(text)} is a function: a member of a C struct is none.`);
}

/** 'T &operator=(const T &)'. */
function passOperator(r: Reader, list: MemberList, { words }: Specifiers): boolean {
  const { cursor } = r;
  if (!r.isCpp) return false;
  let ahead = 0;
  while (/^(\*|&|&&|const|volatile)$/.test(cursor.ahead(ahead).text)) ahead++;
  if (cursor.ahead(ahead).text !== 'operator') return false;
  const isAssignment = cursor.ahead(ahead + 1).text === '=' && takesOwnClass(r, list, ahead + 2);
  if (words.has('virtual')) list.facts.virtual = true;
  const counts = passFunction(r) === 'provided' || r.world.target.dialect === 'clang';
  if (isAssignment && counts) list.facts.copyAssignment = true;
  return true;
}

/** '(const T &)' of T: 'operator=(int)' copies no T. */
function takesOwnClass({ cursor }: Reader, { className }: MemberList, ahead: number): boolean {
  for (let i = ahead; i < ahead + 16 && cursor.ahead(i).text !== ')'; i++)
    if (cursor.ahead(i).text === className) return cursor.ahead(i + 1).text !== '&&';
  return false;
}

function addMember(r: Reader, list: MemberList, specifiers: Specifiers, declared: Declared | undefined, start: Token): void {
  const { cursor } = r;
  const stranger = specifiers.strangers[0];
  if (stranger)
    throw new DeclarationError(stranger.at, `${quote(stranger.text)} is not known: is it a macro whose #define is not here?`);
  const type = declared ? adjusted(r, declared.type, declared.attributes) : specifiers.type;
  const name = declared?.name;
  const at = name?.at ?? (declared ? start.at : cursor.at);
  const bitWidth = cursor.is(':') ? readBitWidth(r, type, name) : undefined;
  const layout = type.layout ?? r.layoutOf(type, at, lacking(type, name, at));
  if (name === undefined && bitWidth === undefined)
    throw new DeclarationError(start.at, `A member of type ${quote(type.name)} has no name.`);
  const attributes = merged(specifiers.attributes, declared?.attributes);
  readAttributes(r, attributes);
  if (cursor.is('=') || cursor.is('{')) list.facts.defaultInitializer = true;
  passInitializer(r);
  const aligned = memberAlignment(attributes);
  const { classInfo: info, machine } = type;
  const member: MemberSpec = {
    name: name?.text ?? '',
    type: layout,
    at,
    packed: attributes.packed,
    ...(bitWidth === undefined ? {} : { bitWidth }),
    ...(aligned === undefined ? {} : { aligned }),
    ...(info === undefined ? {} : { class: info }),
    ...(attributes.overlaps ? { overlaps: true } : {}),
    ...(type.form === 'reference' ? { reference: true } : {}),
    ...(type.userAligned ? { userAligned: true } : {}),
    ...(machine === undefined ? {} : { machine }),
  };
  list.add(member, type);
  // Known in what follows by its name alone, as in 'char pad[64 - sizeof(head)]' (C++17 8.1.4.1/3).
  if (r.isCpp && name && !r.scope.entities.has(name.text))
    r.scope.entities.set(name.text, { kind: 'variable', type, aligned: true });
}

function lacking(type: CType, name: Token | undefined, at: number): string {
  if (type.tag?.state === 'open')
    throw new DeclarationError(
      at,
      `${quote(type.name)} contains itself in ${quote(name?.text ?? '')}: only a pointer to it is possible.`,
    );
  return `The member ${quote(name?.text ?? '')}`;
}

function merged(first: Attributes, second: Attributes = noAttributes()): Attributes {
  return {
    ...first,
    packed: first.packed || second.packed,
    aligned: [...first.aligned, ...second.aligned],
    alignas: [...first.alignas, ...second.alignas],
    overlaps: first.overlaps || second.overlaps,
  };
}

function readBitWidth(r: Reader, type: CType, name: Token | undefined): number {
  const { cursor } = r;
  const at = cursor.advance().at;
  const layout = r.layoutOf(type, at, 'The bit-field');
  if (!/^(integer|char|bool|enum)$/.test(layout.kind))
    throw new DeclarationError(at, `A bit-field of type ${quote(type.name)} is not possible.`);
  const from = cursor.next;
  cursor.skipTo(',', ';', '=', '{', '[', '__attribute__');
  const { value } = wholeConstant(r, new Cursor(cursor.run, from, cursor.next));
  const own = layout.kind === 'bool' && !r.isCpp ? 1 : layout.size * 8;
  // C++ lets it be wider than its type: what is over is padding (C++17 12.2.4/1).
  const most = r.isCpp ? 2 ** 16 : own;
  if (value < 0n || value > BigInt(most))
    throw new DeclarationError(at, `A bit-field of type ${quote(layout.name)} has 0 to ${most} bits, not ${value}.`);
  if (value === 0n && name !== undefined)
    throw new DeclarationError(at, `The bit-field ${quote(name.text)} has no bits: only one without a name may.`);
  return Number(value);
}

/** A struct or union without a tag stands for its members; a definition with a tag, or an enum, adds no member. */
function addUnnamed(r: Reader, list: MemberList, specifiers: Specifiers, start: Token): void {
  const { type, tagged, attributes, strangers, words } = specifiers;
  if (words.has('friend')) return;
  if (tagged === undefined) {
    // A macro alone, such as Q_OBJECT.
    if (type.failure && type.left === start.text && !type.tag) return refuseLayoutMacro(start);
    throw new DeclarationError(start.at, `A member of type ${quote(type.name)} has no name.`);
  }
  const stranger = strangers[0];
  if (stranger)
    throw new DeclarationError(stranger.at, `${quote(stranger.text)} is not known: is it a macro whose #define is not here?`);
  const { tag, layout } = type;
  if (tag === undefined || tag.kind === 'enum' || tag.name !== '' || tagged === 'mention' || layout === undefined) return;
  const aligned = memberAlignment(attributes);
  const { classInfo: info, machine } = type;
  const member: MemberSpec = {
    name: '',
    type: layout,
    at: start.at,
    packed: attributes.packed,
    ...(aligned === undefined ? {} : { aligned }),
    ...(info === undefined ? {} : { class: info }),
    ...(type.userAligned ? { userAligned: true } : {}),
    ...(machine === undefined ? {} : { machine }),
  };
  list.add(member, type);
  if (!r.isCpp) return;
  for (const [text, inner] of tag.memberTypes ?? [])
    if (!r.scope.entities.has(text)) r.scope.entities.set(text, { kind: 'variable', type: inner, aligned: true });
}
