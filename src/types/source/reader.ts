/** What reading a text needs at every place: where it is, which names are known there, and the parts of the grammar that call each other. */
import type { TypeLayout } from '../../../api.d.ts';
import type { AbiRules } from '../layout/abi.ts';
import type { Target } from '../layout/spec.ts';
import { DeclarationError, quote } from '../errors.ts';
import type { Attributes } from './declarations/attributes.ts';
import type { Builtins } from './names/builtins.ts';
import type { CType, Tag } from './expressions/ctype.ts';
import type { Cursor } from './text/cursor.ts';
import type { Token } from './text/lexer.ts';
import type { Operand } from './expressions/operand.ts';
import type { Scope } from './names/scope.ts';
import type { Template } from './templates/template.ts';

/** A place in the list of results, kept from where a type is named until it is defined. */
export interface Slot {
  type: CType | undefined;
}

/** One text. */
export interface World {
  readonly target: Target;
  readonly rules: AbiRules;
  readonly builtins: Builtins;
  readonly file: Scope;
  readonly results: Slot[];
  /** What could not be resolved, in the order in which it was met. */
  readonly problems: DeclarationError[];
  /** Why an unknown name may be unknown, as a sentence with a space before it. */
  hint: string;
  /** Instantiations so far. */
  instances: number;
  /** Statements that constexpr functions took so far. */
  steps: number;
  /** A template has a parameter pack. */
  packs: boolean;
  /** Makes keys of tags. */
  tags: number;
  /** C has no use for something that was met, and C++ has. */
  looksCpp: boolean;
}

/** Those parts that need each other in a circle. */
export interface Grammar {
  /** Whether a type begins at the cursor. */
  startsType(reader: Reader): boolean;
  /** A type name: specifiers and a declarator without a name. */
  typeName(reader: Reader): CType;
  /** Specifiers alone. */
  simpleType(reader: Reader): CType;
  /** The body of a struct, union or class behind its head. */
  record(reader: Reader, head: RecordHead): CType;
  /** What 'name<…>' is; at the '<'. */
  instantiate(reader: Reader, template: Template, name: Token): CType | Operand;
  /** A name or a call in an expression; `dead`: it is not evaluated. */
  value(reader: Reader, dead: boolean): Operand;
  /** A fold in parentheses, at its '('; undefined where it is none. */
  fold(reader: Reader): Operand | undefined;
  /** What `read` makes of each part of a list to the end of the cursor; 'pattern...' is read for each that its packs hold. */
  expand<T>(reader: Reader, read: (reader: Reader) => T): T[];
  /** using, typedef, static_assert, template, friend: what may stand among members and in namespaces alike. False where it is none of them. */
  declaration(reader: Reader): boolean;
}

export interface RecordHead {
  readonly kind: 'struct' | 'union';
  /** Its members are private until it is said otherwise. */
  readonly isClass: boolean;
  readonly tag: Tag;
  readonly name: Token | undefined;
  /** Where its keyword stands. */
  readonly at: number;
  /** Those before its body. */
  readonly attributes: Attributes;
  /** It is defined outside of the class or the namespace that it belongs to. */
  readonly outside?: boolean;
}

const DEPTH_LIMIT = 256;

export class Reader {
  readonly world: World;
  readonly grammar: Grammar;
  cursor: Cursor;
  scope: Scope;
  /** How deep this nests. */
  depth = 0;

  constructor(world: World, grammar: Grammar, cursor: Cursor, scope: Scope, depth = 0) {
    this.world = world;
    this.grammar = grammar;
    this.cursor = cursor;
    this.scope = scope;
    this.depth = depth;
  }

  get isCpp(): boolean {
    return this.world.target.language === 'c++';
  }

  /** The same text elsewhere, or with other names in reach. */
  at(cursor: Cursor, scope = this.scope): Reader {
    if (this.depth > DEPTH_LIMIT) throw new DeclarationError(cursor.at, `This nests deeper than ${DEPTH_LIMIT} levels.`);
    return new Reader(this.world, this.grammar, cursor, scope, this.depth + 1);
  }

  /** Runs `read` one level deeper. */
  nested<T>(read: () => T): T {
    if (this.depth++ > DEPTH_LIMIT) throw new DeclarationError(this.cursor.at, `This nests deeper than ${DEPTH_LIMIT} levels.`);
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  odd(token = this.cursor.token): DeclarationError {
    if (token.kind === 'stray') return new DeclarationError(token.at, `The character ${quote(token.text)} does not belong here.`);
    return new DeclarationError(
      token.at,
      `${quote(token.text)} does not belong here: this is no declaration of ${this.isCpp ? 'C++' : 'C'}.`,
    );
  }

  /** What a declaration ends with. */
  semicolon(): void {
    const { cursor } = this;
    if (cursor.take(';')) return;
    if (cursor.atEnd || cursor.is('}')) throw new DeclarationError(cursor.at, `';' is missing before ${cursor.describe()}.`);
    throw this.odd();
  }

  result(type: CType | undefined): Slot {
    const slot = { type };
    this.world.results.push(slot);
    return slot;
  }

  layoutOf(type: CType, at: number, what: string): TypeLayout {
    if (type.layout !== undefined) return type.layout;
    if (type.failure) throw type.failure;
    throw new DeclarationError(at, `${what} has no size: ${type.name} is ${type.lack}.`);
  }
}
