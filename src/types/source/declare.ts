/** From the syntax of declarations to layouts. */
import type { TypeLayout } from '../../../api.d.ts';
import { atomic, arrayOf, functionReturning, isFlexible, named, pointerTo, sameShape, typeName, type CType } from './ctype.ts';
import { memberAlignment, typeAlignment } from './alignment.ts';
import { constantOf, evaluate } from './constant.ts';
import { enumStorage, type Enumerator } from '../layout/enums.ts';
import { DeclarationError, quote } from '../errors.ts';
import { layOut, memberNames, type MemberSpec } from '../layout/record.ts';
import type { Token } from './lexer.ts';
import type { Attribute, Declaration } from './normalize.ts';
import type { Scope, Slot, Tag } from './scope.ts';
import { isKeyword, type SyntaxNode } from './syntax.ts';

/** Pointers and dimensions of one declarator. */
const DECLARATOR_LIMIT = 256;

/** Reads one declaration of file scope; what it declares goes into `scope` and `results`. */
export class Declarer {
  readonly #scope: Scope;
  readonly #results: Slot[];
  readonly #declaration: Declaration;
  readonly #claimed = new Set<Attribute>();

  constructor(scope: Scope, results: Slot[], declaration: Declaration) {
    this.#scope = scope;
    this.#results = results;
    this.#declaration = declaration;
  }

  read(root: SyntaxNode): void {
    for (const node of root.children) {
      if (/^(struct|union|enum)_specifier$/.test(node.type)) this.#specifier(node, '');
      else if (node.type === 'declaration' || node.type === 'type_definition') this.#declarationOf(node);
      else if (node.type !== 'expression_statement')
        throw this.#error(node, `${quote(this.#text(node.start))} begins no declaration of a type.`);
    }
  }

  #token(index: number): Token {
    const { tokens } = this.#declaration;
    const token = tokens[Math.min(index, tokens.length - 1)];
    if (token === undefined) throw new DeclarationError(0, 'A declaration is empty.');
    return token;
  }

  /** The token of a name that is declared. */
  #nameAt(index: number): Token {
    const token = this.#token(index);
    if (isKeyword(token.text)) throw new DeclarationError(token.at, `${quote(token.text)} stands where a name is expected.`);
    return token;
  }

  #text(index: number): string {
    return this.#token(index).text;
  }

  #error(node: SyntaxNode, message: string): DeclarationError {
    return new DeclarationError(this.#token(node.start).at, message);
  }

  #declarationOf(node: SyntaxNode): void {
    const { isTypedef } = this.#declaration;
    const declarators = node.children.filter((child) => child.field === 'declarator');
    const specifier = node.children.find((child) => child.field === 'type');
    if (specifier === undefined) throw this.#error(node, 'The type is missing.');
    const first = declarators[0];
    if (!isTypedef) {
      // A variable or a function: only a struct, union or enum that it declares on the way counts.
      if (/^(struct|union|enum)_specifier$/.test(specifier.type)) this.#specifier(specifier, '');
      if (first !== undefined && specifier.children.some((child) => child.field === 'body')) this.#suspectMacro(first);
      return;
    }
    const alias = first?.children.length === 0 ? this.#text(first.start) : '';
    const slot: Slot = { layout: undefined };
    const place = this.#results.length;
    const base = this.#atomicIf(this.#specifier(specifier, alias), node, specifier, first);
    if (first === undefined) return;
    for (const [i, declarator] of declarators.entries()) {
      const into = i === 0 && isNameOnly(base, alias) ? slot : { layout: undefined };
      this.#typedef(declarator, base, this.#attributesOf(node, specifier, declarators, i), into);
      if (into === slot) this.#results.splice(place, 0, slot);
      else this.#results.push(into);
    }
  }

  /** `struct {…} PACKED;` declares a variable, unless PACKED is a macro whose #define is not here. */
  #suspectMacro(declarator: SyntaxNode): void {
    const text = this.#text(declarator.start);
    if (/^_*(PACK(ED)?|ATTR|ATTRIBUTE|ALIGN(ED)?)(_\w*)?$/.test(text)) {
      throw this.#error(declarator, `${quote(text)} looks like a macro that changes the layout, and its #define is not here.`);
    }
  }

  #typedef(node: SyntaxNode, base: CType, attributes: readonly Attribute[], slot: Slot): void {
    const { type, name } = this.#declarator(node, base);
    if (name === undefined) throw this.#error(node, 'The name of the typedef is missing.');
    const alignment = typeAlignment(this.#scope, attributes);
    let made = type;
    if (type.layout !== undefined) {
      slot.layout = { ...type.layout, name: name.text, origin: 'source', ...(alignment === undefined ? {} : { alignment }) };
      made = named(slot.layout);
    } else {
      made = { ...type, left: name.text, right: '' };
      if (alignment !== undefined)
        throw new DeclarationError(name.at, `${quote(name.text)} is aligned, so ${typeName(type)} must be defined before it.`);
      if (type.pending !== undefined) slot.later = name.text;
    }
    const before = this.#scope.typedef(name.text);
    if (before !== undefined && !sameShape(before, made)) {
      throw new DeclarationError(name.at, `The type ${quote(name.text)} was declared before, as another type.`);
    }
    if (before !== undefined) {
      slot.layout = undefined;
      delete slot.later;
    }
    this.#scope.typedefs.set(name.text, made);
  }

  /** Attributes of the whole declaration and of its declarator number `i`. */
  #attributesOf(node: SyntaxNode, specifier: SyntaxNode, declarators: readonly SyntaxNode[], i: number): Attribute[] {
    const first = declarators[0];
    const own = declarators[i];
    if (first === undefined || own === undefined) return [];
    const next = declarators[i + 1];
    const to = (next?.start ?? node.end) - 1;
    const common = this.#attributesIn(node.start, first.start, specifier);
    return [...common, ...this.#attributesIn(i === 0 ? first.start + 1 : own.start, to, specifier)];
  }

  #atomicIf(type: CType, node: SyntaxNode, specifier: SyntaxNode, first: SyntaxNode | undefined): CType {
    const to = first?.start ?? node.end - 1;
    const found = this.#attributesIn(node.start, to, specifier).some((one) => one.kind === 'atomic');
    return found ? atomic(type) : type;
  }

  /** Those before the tokens [from, to] that belong to no definition and stand outside the body of `specifier`. */
  #attributesIn(from: number, to: number, specifier: SyntaxNode): Attribute[] {
    const inside = (one: Attribute): boolean => one.before > specifier.start && one.before < specifier.end;
    return this.#declaration.attributes.filter(
      (one) => one.before >= from && one.before <= to && !inside(one) && !this.#claimed.has(one),
    );
  }

  /** The type before the declarators. `alias` names a struct, union or enum that has no tag. */
  #specifier(node: SyntaxNode, alias: string): CType {
    switch (node.type) {
      case 'struct_specifier':
        return this.#record(node, 'struct', alias);
      case 'union_specifier':
        return this.#record(node, 'union', alias);
      case 'enum_specifier':
        return this.#enum(node, alias);
      case 'primitive_type':
      case 'type_identifier':
        return this.#scope.type(this.#token(node.start));
      default:
        throw this.#error(node, `${quote(this.#text(node.start))} is not understood as a type.`);
    }
  }

  #tagOf(node: SyntaxNode, kind: Tag['kind']): { tag: Tag | undefined; body: SyntaxNode | undefined; token: Token | undefined } {
    const name = node.children.find((child) => child.field === 'name');
    const body = node.children.find((child) => child.field === 'body');
    const odd = node.children.find((child) => child !== name && child !== body);
    if (odd) throw this.#error(odd, `${quote(this.#text(odd.start))} is not understood in the head of this ${kind}.`);
    const token = name && this.#nameAt(name.start);
    let tag = token && this.#scope.tag(kind, token);
    if (tag && token && body) {
      if (tag.state === 'open' || tag.state === 'defined')
        throw new DeclarationError(token.at, `The ${kind} ${quote(token.text)} is defined twice.`);
      tag.state = 'open';
      tag.type = {
        layout: undefined,
        left: `${kind} ${token.text}`,
        right: '',
        lack: 'not complete inside its own definition',
        pending: tag.pending,
      };
    }
    return { tag, body, token };
  }

  /** packed and aligned of a definition: between its keyword and its body, and right behind the body. */
  #claim(node: SyntaxNode, body: SyntaxNode): Attribute[] {
    const own = this.#declaration.attributes.filter(
      (one) => (one.before > node.start && one.before <= body.start) || one.before === body.end,
    );
    const kept = own.filter((one) => one.kind === 'packed' || one.kind === 'aligned');
    for (const attribute of kept) this.#claimed.add(attribute);
    return kept;
  }

  #record(node: SyntaxNode, kind: 'struct' | 'union', alias: string): CType {
    const { tag, body, token } = this.#tagOf(node, kind);
    if (body === undefined) {
      if (tag === undefined) throw this.#error(node, `A ${kind} needs a name or a body.`);
      return tag.type;
    }
    const slot: Slot = { layout: undefined };
    if (token !== undefined) this.#results.push(slot);
    const attributes = this.#claim(node, body);
    const packed = attributes.some((one) => one.kind === 'packed');
    const members = this.#members(body, packed, kind);
    const { abi } = this.#scope;
    const record = layOut(members, {
      union: kind === 'union',
      pack: this.#declaration.packs.get(body.end - 1) ?? 0,
      aligned: typeAlignment(this.#scope, attributes) ?? 0,
      unnamedBitFieldsAlign: abi.unnamedBitFieldsAlign,
    });
    if (record.size > Number.MAX_SAFE_INTEGER) throw this.#error(node, 'This type is larger than 2^53 bytes.');
    const name = token ? `${kind} ${token.text}` : alias || `${kind} {…}`;
    return this.#define(tag, slot, { name, kind, ...record, origin: 'source' });
  }

  #define(tag: Tag | undefined, slot: Slot, layout: TypeLayout): CType {
    const type = named(layout);
    slot.layout = layout;
    if (tag !== undefined) {
      tag.state = 'defined';
      tag.pending.layout = layout;
      tag.type = type;
    }
    return type;
  }

  #members(body: SyntaxNode, packed: boolean, kind: 'struct' | 'union'): MemberSpec[] {
    const members: MemberSpec[] = [];
    const names = new Set<string>();
    for (const node of body.children) {
      if (node.type !== 'field_declaration')
        throw this.#error(node, `${quote(this.#text(node.start))} is no member of a ${kind}.`);
      for (const member of this.#field(node, packed)) {
        this.#checkMember(member, members, names, kind);
        members.push(member);
      }
    }
    return members;
  }

  #checkMember(member: MemberSpec, before: readonly MemberSpec[], names: Set<string>, kind: 'struct' | 'union'): void {
    const previous = before.at(-1);
    if (previous !== undefined && isFlexible(previous.type) && kind === 'struct') {
      throw new DeclarationError(previous.at, `${quote(previous.name)} has no length, so it must be the last member.`);
    }
    if (isFlexible(member.type) && (kind === 'union' || names.size === 0)) {
      throw new DeclarationError(
        member.at,
        `${quote(member.name)} has no length: that is possible for the last of several members of a struct only.`,
      );
    }
    for (const name of memberNames(member)) {
      if (names.has(name)) throw new DeclarationError(member.at, `Two members are named ${quote(name)}.`);
      names.add(name);
    }
  }

  #field(node: SyntaxNode, recordPacked: boolean): MemberSpec[] {
    const specifier = node.children.find((child) => child.field === 'type');
    if (specifier === undefined) throw this.#error(node, 'The type of this member is missing.');
    const declarators = node.children.filter((child) => child.field === 'declarator');
    const base = this.#atomicIf(this.#specifier(specifier, ''), node, specifier, declarators[0]);
    if (declarators.length === 0) return this.#anonymous(node, specifier, base, recordPacked);
    return declarators.map((declarator, i) => {
      const attributes = this.#attributesOf(node, specifier, declarators, i);
      const { type, name } = declarator.missing ? { type: base, name: undefined } : this.#declarator(declarator, base);
      const at = name?.at ?? this.#token(declarator.start).at;
      const clause = node.children[node.children.indexOf(declarator) + 1];
      const bitWidth = clause?.type === 'bitfield_clause' ? this.#bitWidth(clause, type, name) : undefined;
      if (type.layout === undefined) throw new DeclarationError(at, this.#lackOf(name?.text ?? '', type));
      const aligned = memberAlignment(this.#scope, attributes);
      const packed = recordPacked || attributes.some((one) => one.kind === 'packed');
      return {
        name: name?.text ?? '',
        type: type.layout,
        at,
        packed,
        ...(bitWidth === undefined ? {} : { bitWidth }),
        ...(aligned === undefined ? {} : { aligned }),
      };
    });
  }

  #lackOf(name: string, type: CType): string {
    const lack = type.lack ?? 'incomplete';
    if (lack.startsWith('not complete inside'))
      return `${quote(typeName(type))} contains itself in ${quote(name)}: only a pointer to it is possible.`;
    return `The member ${quote(name)} has no size: ${typeName(type)} is ${lack}.`;
  }

  /** A struct or union without a tag stands for its members; a definition with a tag, or an enum, adds no member. */
  #anonymous(node: SyntaxNode, specifier: SyntaxNode, base: CType, recordPacked: boolean): MemberSpec[] {
    const structure = specifier.type === 'struct_specifier' || specifier.type === 'union_specifier';
    if (!structure && specifier.type !== 'enum_specifier')
      throw this.#error(node, `A member of type ${quote(typeName(base))} has no name.`);
    const tagged = specifier.children.some((child) => child.field === 'name');
    if (!structure || tagged || base.layout === undefined) return [];
    const attributes = this.#attributesIn(node.start, node.end - 1, specifier);
    const aligned = memberAlignment(this.#scope, attributes);
    const packed = recordPacked || attributes.some((one) => one.kind === 'packed');
    return [
      { name: '', type: base.layout, at: this.#token(node.start).at, packed, ...(aligned === undefined ? {} : { aligned }) },
    ];
  }

  #bitWidth(clause: SyntaxNode, type: CType, name: Token | undefined): number {
    const { at } = this.#token(clause.start);
    const { layout } = type;
    if (layout === undefined || !/^(integer|char|bool|enum)$/.test(layout.kind)) {
      throw new DeclarationError(at, `A bit-field of type ${quote(typeName(type))} is not possible.`);
    }
    const { value } = evaluate(this.#declaration.tokens.slice(clause.start + 1, clause.end), this.#scope, at);
    const most = layout.kind === 'bool' ? 1 : layout.size * 8;
    if (value < 0n || value > BigInt(most))
      throw new DeclarationError(at, `A bit-field of type ${quote(layout.name)} has 0 to ${most} bits, not ${value}.`);
    if (value === 0n && name !== undefined)
      throw new DeclarationError(at, `The bit-field ${quote(name.text)} has no bits: only one without a name may.`);
    return Number(value);
  }

  /** Applies pointers, dimensions and parameter lists, from the outermost node (next to the base type) inwards. */
  #declarator(node: SyntaxNode, base: CType): { type: CType; name: Token | undefined } {
    let type = base;
    let current: SyntaxNode | undefined = node;
    for (let steps = 0; current !== undefined; steps++) {
      if (steps > DECLARATOR_LIMIT) throw this.#error(node, `This declarator has more than ${DECLARATOR_LIMIT} parts.`);
      const kind: string = current.type.replace(/^abstract_/, '');
      if (/identifier$|^primitive_type$/.test(kind)) return { type, name: this.#nameAt(current.start) };
      if (kind === 'pointer_declarator') type = pointerTo(type, this.#scope.abi.pointerSize);
      else if (kind === 'array_declarator') type = this.#array(current, type);
      else if (kind === 'function_declarator') type = functionReturning(type);
      else if (kind !== 'parenthesized_declarator')
        throw this.#error(current, `${quote(this.#text(current.start))} is not understood in a declarator.`);
      current =
        current.children.find((child) => child.field === 'declarator') ??
        (kind === 'parenthesized_declarator' ? current.children[0] : undefined);
    }
    return { type, name: undefined };
  }

  #array(node: SyntaxNode, element: CType): CType {
    const inner = node.children.find((child) => child.field === 'declarator');
    const open = inner?.end ?? node.start;
    const { at } = this.#token(open);
    const length = this.#declaration.tokens.slice(open + 1, node.end - 1);
    return arrayOf(element, length.length === 0 ? undefined : evaluate(length, this.#scope, at).value, at);
  }

  #enum(node: SyntaxNode, alias: string): CType {
    const { tag, body, token } = this.#tagOf(node, 'enum');
    if (body === undefined) {
      if (tag === undefined) throw this.#error(node, 'An enum needs a name or a body.');
      return tag.type;
    }
    const slot: Slot = { layout: undefined };
    if (token !== undefined) this.#results.push(slot);
    const enumerators: Enumerator[] = [];
    for (const child of body.children) {
      if (child.type !== 'enumerator') throw this.#error(child, `${quote(this.#text(child.start))} is no enumeration constant.`);
      enumerators.push(this.#enumerator(child, enumerators.at(-1)));
    }
    if (enumerators.length === 0) throw this.#error(node, 'An enum needs at least one constant.');
    const attributes = this.#claim(node, body);
    const packed = attributes.some((one) => one.kind === 'packed');
    const storage = enumStorage(enumerators, packed);
    if (storage === undefined) throw this.#error(node, 'No integer type holds all values of this enum.');
    const alignment = Math.max(storage.size, typeAlignment(this.#scope, attributes) ?? 0);
    const name = token ? `enum ${token.text}` : alias || 'enum {…}';
    return this.#define(tag, slot, {
      name,
      kind: 'enum',
      size: storage.size,
      alignment,
      signed: storage.signed,
      enumerators,
      origin: 'source',
    });
  }

  #enumerator(node: SyntaxNode, previous: Enumerator | undefined): Enumerator {
    const name = this.#nameAt(node.start);
    const { tokens } = this.#declaration;
    const given = tokens[node.start + 1]?.text === '=';
    const value = given
      ? evaluate(tokens.slice(node.start + 2, node.end), this.#scope, name.at).value
      : (previous?.value ?? -1n) + 1n;
    if (!given && constantOf(value).value !== value)
      throw new DeclarationError(name.at, `The value of ${quote(name.text)} does not fit 64 bits.`);
    if (this.#scope.constants.has(name.text))
      throw new DeclarationError(name.at, `The constant ${quote(name.text)} is defined twice.`);
    this.#scope.constants.set(name.text, value);
    return { name: name.text, value };
  }
}

function isNameOnly(base: CType, alias: string): boolean {
  return alias !== '' && typeName(base) === alias;
}
