/** The names that are known: tags, typedefs, constants, and what the ABI brings along. */
import type { TypeLayout } from '../../../api.d.ts';
import type { AbiRules } from '../layout/abi.ts';
import { evaluate, type ConstantScope } from './constant.ts';
import { arrayOf, named, pointerTo, typeName, type CType, type Pending } from './ctype.ts';
import { DeclarationError, quote } from '../errors.ts';
import { layOut } from '../layout/record.ts';
import type { Token } from './lexer.ts';

export type TagKind = 'struct' | 'union' | 'enum';

export interface Tag {
  readonly kind: TagKind;
  /** 'open' while its own body is read. */
  state: 'declared' | 'open' | 'defined';
  readonly pending: Pending;
  type: CType;
}

/** A place in the list of results, kept from where a type is named until it is defined. */
export interface Slot {
  layout: TypeLayout | undefined;
  /** A typedef of what was not defined yet: its name. */
  later?: string;
}

export class Scope implements ConstantScope {
  readonly abi: AbiRules;
  readonly hint: string;
  readonly tags = new Map<string, Tag>();
  readonly typedefs = new Map<string, CType>();
  readonly constants = new Map<string, bigint>();
  readonly #builtin = new Map<string, CType>();

  constructor(abi: AbiRules, included: boolean) {
    this.abi = abi;
    this.hint = included
      ? ' Included files are not read: add its declaration to this text.'
      : ' Add its declaration to this text.';
  }

  lookup(name: string): bigint | undefined {
    return this.constants.get(name) ?? this.abi.constants.get(name);
  }

  isType(name: string): boolean {
    return /^(struct|union|enum|void)$/.test(name) || this.typedefs.has(name) || this.#builtinType(name) !== undefined;
  }

  /** A basic type, a typedef, or a name that system headers give. */
  type(token: Token): CType {
    const type = this.typedef(token.text) ?? this.#builtinType(token.text);
    if (type !== undefined) return type;
    const tag = this.tags.get(token.text);
    const remedy = tag ? ` Write '${tag.kind} ${token.text}'.` : this.hint;
    throw new DeclarationError(token.at, `The type ${quote(token.text)} is not known.${remedy}`);
  }

  /** A typedef; one of a struct that was defined since has its layout now. */
  typedef(name: string): CType | undefined {
    const type = this.typedefs.get(name);
    const layout = type?.pending?.layout;
    if (type === undefined || type.layout !== undefined || layout === undefined) return type;
    const complete = named({ ...layout, name });
    this.typedefs.set(name, complete);
    return complete;
  }

  /** 'struct x', which is declared by being named. */
  tag(kind: TagKind, token: Token): Tag {
    const known = this.tags.get(token.text);
    if (known !== undefined) {
      if (known.kind !== kind)
        throw new DeclarationError(token.at, `${quote(token.text)} is no ${kind}: it was declared as ${known.kind} before.`);
      return known;
    }
    const builtin = kind === 'struct' ? this.#systemStruct(token.text) : undefined;
    const name = `${kind} ${token.text}`;
    const pending: Pending = { layout: builtin };
    const lack = `not defined here.${this.hint}`.replace(/\.$/, '');
    const type: CType = builtin ? named(builtin) : { layout: undefined, left: name, right: '', lack, pending };
    const tag: Tag = { kind, state: 'declared', pending, type };
    this.tags.set(token.text, tag);
    return tag;
  }

  sizeOf(what: 'size' | 'alignment', operand: readonly Token[]): bigint {
    const type = this.typeOf(operand);
    if (type.layout === undefined) {
      throw new DeclarationError(operand[0]?.at ?? 0, `${typeName(type)} has no size: it is ${type.lack ?? 'incomplete'}.`);
    }
    return BigInt(type.layout[what]);
  }

  /** A type name in parentheses: 'struct x', 'unsigned long', 'T *', 'T[3][4]'. */
  typeOf(operand: readonly Token[]): CType {
    const first = operand[0];
    if (first === undefined) throw new DeclarationError(0, 'A type is missing in these parentheses.');
    let next = 1;
    let type: CType;
    if (first.text === 'struct' || first.text === 'union' || first.text === 'enum') {
      const name = operand[next++];
      if (name?.kind !== 'name') throw new DeclarationError(first.at, `The name of the ${first.text} is missing.`);
      type = this.tag(first.text, name).type;
    } else if (first.kind === 'name') {
      type = this.type(first);
    } else {
      throw new DeclarationError(first.at, `${quote(first.text)} is no type name.`);
    }
    for (; operand[next]?.text === '*'; next++) type = pointerTo(type, this.abi.pointerSize);
    const dimensions = this.#dimensions(operand, next);
    for (const dimension of dimensions.reverse()) type = arrayOf(type, dimension.count, dimension.at);
    return type;
  }

  #dimensions(operand: readonly Token[], from: number): { count: bigint; at: number }[] {
    const found: { count: bigint; at: number }[] = [];
    for (let next = from; next < operand.length; next++) {
      const open = operand[next];
      const end = operand.findIndex((token, i) => i > next && token.text === ']');
      if (open?.text !== '[' || end < 0)
        throw new DeclarationError(open?.at ?? 0, `${quote(open?.text ?? '')} is not understood in a type name here.`);
      found.push({ count: evaluate(operand.slice(next + 1, end), this, open.at).value, at: open.at });
      next = end;
    }
    return found;
  }

  #builtinType(name: string): CType | undefined {
    const known = this.#builtin.get(name);
    if (known !== undefined) return known;
    if (name === 'void') return { layout: undefined, left: 'void', right: '', lack: 'void' };
    const entry = this.abi.named.get(name) ?? this.abi.basic.get(this.abi.aliases.get(name) ?? name);
    if (entry === undefined) return undefined;
    const { kind, size, alignment, signed } = entry;
    const layout: TypeLayout = { name, kind, size, alignment, ...(signed === undefined ? {} : { signed }), origin: 'builtin' };
    const type = named(layout);
    this.#builtin.set(name, type);
    return type;
  }

  #systemStruct(name: string): TypeLayout | undefined {
    const members = this.abi.structs.get(name);
    if (members === undefined) return undefined;
    const specs = members.flatMap(([member, type]) => {
      const layout = type.startsWith('struct ') ? this.#systemStruct(type.slice(7)) : this.#builtinType(type)?.layout;
      return layout === undefined ? [] : [{ name: member, type: layout, at: 0, packed: false }];
    });
    const record = layOut(specs, { union: false, pack: 0, aligned: 0, unnamedBitFieldsAlign: false });
    return { name: `struct ${name}`, kind: 'struct', ...record, origin: 'builtin' };
  }
}
