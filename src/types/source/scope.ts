/** Where names are declared and looked up (C17 6.2.1, C++17 6.3 and 6.4). */
import type { DeclarationError } from '../errors.ts';
import type { CType, Tag } from './ctype.ts';
import type { Constant } from './constant.ts';
import type { TokenRun } from './cursor.ts';
import type { Token } from './lexer.ts';
import type { Template } from './template.ts';

/** What a name stands for. Tags of C have names of their own: see Scope.tags. */
export type Entity =
  | { readonly kind: 'type'; readonly type: CType }
  /** `type` where it was declared with one. */
  | { readonly kind: 'constant'; readonly value: Constant; readonly type?: CType }
  /** A variable that is no constant: its type counts in sizeof. */
  | { readonly kind: 'variable'; readonly type: CType }
  /** constexpr, with a body of one return statement: its expression stands at [from, to). */
  | {
      readonly kind: 'function';
      readonly parameters: readonly Token[];
      readonly run: TokenRun;
      readonly result: { readonly from: number; readonly to: number };
      readonly scope: Scope;
    }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'namespace'; readonly scope: Scope }
  | { readonly kind: 'failed'; readonly failure: DeclarationError };

export class Scope {
  /** 'file' for the outermost. */
  readonly kind: 'file' | 'namespace' | 'class' | 'enum' | 'parameters';
  readonly parent: Scope | undefined;
  /** Before the names in it: 'ns::Outer::', '' in the outermost. */
  readonly prefix: string;
  readonly entities = new Map<string, Entity>();
  readonly tags = new Map<string, Tag>();
  /** Namespaces that a using directive or 'inline' opens here; bases of a class. */
  readonly opened: Scope[] = [];

  constructor(kind: Scope['kind'], parent: Scope | undefined, prefix: string) {
    this.kind = kind;
    this.parent = parent;
    this.prefix = prefix;
  }

  /** As an unqualified name: from here outwards. */
  find(name: string): Entity | undefined {
    return this.member(name) ?? this.parent?.find(name);
  }

  findTag(name: string): Tag | undefined {
    return this.memberTag(name) ?? this.parent?.findTag(name);
  }

  /** As a qualified name: here, and in what is opened here. */
  member(name: string): Entity | undefined {
    return this.#search((scope) => scope.entities.get(name));
  }

  memberTag(name: string): Tag | undefined {
    return this.#search((scope) => scope.tags.get(name));
  }

  #search<T>(look: (scope: Scope) => T | undefined): T | undefined {
    const own = look(this);
    if (own !== undefined || this.opened.length === 0) return own;
    const seen = new Set<Scope>([this]);
    for (const scope of seen) {
      const found = look(scope);
      if (found !== undefined) return found;
      for (const next of scope.opened) seen.add(next);
    }
    return undefined;
  }

  /** The nearest scope around that is a file or a namespace. */
  get enclosing(): Scope {
    return this.kind === 'file' || this.kind === 'namespace' || this.parent === undefined ? this : this.parent.enclosing;
  }
}
