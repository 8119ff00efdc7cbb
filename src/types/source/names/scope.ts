/** Where names are declared and looked up (C17 6.2.1, C++17 6.3 and 6.4). */
import type { DeclarationError } from '../../errors.ts';
import type { CType, Tag } from '../expressions/ctype.ts';
import type { TokenRun } from '../text/cursor.ts';
import type { Cell, Operand } from '../expressions/operand.ts';
import type { Template } from '../templates/template.ts';

/** What a name stands for. Tags of C have names of their own: see Scope.tags. */
export type Entity =
  | { readonly kind: 'type'; readonly type: CType }
  /** `stored`: a variable with a constant value, not an enumerator. */
  | { readonly kind: 'constant'; readonly value: Operand; readonly stored?: boolean }
  /** A variable that is no constant: its type counts in sizeof. `aligned`: an attribute says how. `elements`: of a constexpr array. */
  | { readonly kind: 'variable'; readonly type: CType; readonly aligned?: boolean; readonly elements?: Operand['elements'] }
  /** A variable of a constexpr function while it is computed. */
  | { readonly kind: 'local'; readonly type: CType; readonly cell: Cell }
  | FunctionEntity
  /** What a parameter pack stands for. */
  | { readonly kind: 'pack'; readonly elements: readonly Entity[] }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'namespace'; readonly scope: Scope }
  | { readonly kind: 'failed'; readonly failure: DeclarationError };

/** A constexpr function, with its body. */
export interface FunctionEntity {
  readonly kind: 'function';
  readonly run: TokenRun;
  /** Index of the first token of its parameters, and the one behind the last. */
  readonly parameters: readonly [from: number, to: number];
  /** Of what stands between its braces. */
  readonly body: readonly [from: number, to: number];
  /** Undefined where it is deduced. */
  readonly result: CType | undefined;
  readonly scope: Scope;
  /** See Scope.before. */
  readonly before: number;
}

let order = 0;

/** A moment, for Scope.before. */
export function now(): number {
  return order;
}

/** Names of one scope, with the moment at which each was declared first. */
class Ordered<T extends { readonly kind: string }> extends Map<string, T> {
  readonly #orders = new Map<string, number>();
  /** Names in the order of their declarations. */
  readonly log: string[] = [];

  override set(name: string, entity: T): this {
    if (this.get(name)?.kind !== entity.kind) {
      this.#orders.set(name, ++order);
      this.log.push(name);
    }
    return super.set(name, entity);
  }

  /** If it was declared before. */
  early(name: string, before: number): T | undefined {
    const entity = this.get(name);
    return entity === undefined || before === Infinity || (this.#orders.get(name) ?? 0) <= before ? entity : undefined;
  }
}

export class Scope {
  /** 'file' for the outermost. */
  readonly kind: 'file' | 'namespace' | 'class' | 'enum' | 'parameters';
  readonly parent: Scope | undefined;
  /** Before the names in it: 'ns::Outer::', '' in the outermost. */
  readonly prefix: string;
  readonly entities: Ordered<Entity>;
  readonly tags: Ordered<Tag>;
  /** Namespaces that a using directive or 'inline' opens here; bases of a class. */
  readonly opened: Scope[];
  /** Bases that depend on the parameters of a template: unqualified names are not looked for there (C++17 17.6.2/3). */
  readonly dependent: Scope[];
  /** Of what is read later than it stands in the text: names around it count only if they were declared until then (C++17 17.6.3). */
  readonly before: number;
  /** Of a class: when its body ended. */
  closed: number;
  /** Of a class: it is defined outside of the class that it is a member of. */
  outside = false;
  /** Of a body of a function in a class: all of the classes around is known, of other names those that came before the end of the outermost. */
  readonly inClass: boolean;
  /** Names of a class in a template that stand for something else with each set of arguments (C++17 17.6.2). */
  readonly variable: Set<string>;

  /** `same`: one whose names these are, with others around them. */
  constructor(kind: Scope['kind'], parent: Scope | undefined, prefix: string, before = Infinity, inClass = false, same?: Scope) {
    this.entities = same?.entities ?? new Ordered();
    this.tags = same?.tags ?? new Ordered();
    this.opened = same?.opened ?? [];
    this.dependent = same?.dependent ?? [];
    this.variable = same?.variable ?? new Set();
    this.closed = same?.closed ?? Infinity;
    this.before = before;
    this.inClass = inClass;
    this.kind = kind;
    this.parent = parent;
    this.prefix = prefix;
  }

  /** As an unqualified name: from here outwards. */
  find(name: string): Entity | undefined {
    return this.#outwards((scope, before) => scope.entities.early(name, before));
  }

  findTag(name: string): Tag | undefined {
    return this.#outwards((scope, before) => scope.tags.early(name, before));
  }

  #outwards<T>(look: (scope: Scope, before: number) => T | undefined, before = Infinity, inClass = false): T | undefined {
    const found = this.#search((scope) => look(scope, before), false);
    if (found !== undefined) return found;
    const fromFunction = inClass || this.inClass;
    const open = fromFunction && this.isInClass && !this.outside;
    const until = open ? before : Math.min(before, this.before, fromFunction ? this.closed : Infinity);
    return this.parent === undefined ? undefined : this.parent.#outwards(look, until, fromFunction && !this.outside);
  }

  /** Whether a class is around it. */
  get isInClass(): boolean {
    return this.parent !== undefined && (this.parent.kind === 'class' || this.parent.isInClass);
  }

  /** Whether what it names depends on the parameters of a template around here. */
  isVariable(name: string): boolean {
    if (this.kind === 'parameters' && this.entities.has(name)) return true;
    if (this.#search((scope) => scope.entities.get(name), false) !== undefined) return this.variable.has(name);
    return this.parent?.isVariable(name) ?? false;
  }

  /** Whether it stands in a template, of which an instance is read. */
  get isInTemplate(): boolean {
    if (this.kind === 'parameters' && this.entities.size > 0) return true;
    return this.parent?.isInTemplate ?? false;
  }

  /** As a qualified name: here, and in what is opened here. */
  member(name: string): Entity | undefined {
    return this.#search((scope) => scope.entities.get(name), true);
  }

  memberTag(name: string): Tag | undefined {
    return this.#search((scope) => scope.tags.get(name), true);
  }

  #search<T>(look: (scope: Scope) => T | undefined, qualified: boolean): T | undefined {
    const own = look(this);
    if (own !== undefined || this.opened.length + this.dependent.length === 0) return own;
    const seen = new Set<Scope>([this]);
    for (const scope of seen) {
      const found = look(scope);
      if (found !== undefined) return found;
      for (const next of scope.opened) seen.add(next);
      if (qualified || scope !== this) for (const next of scope.dependent) seen.add(next);
    }
    return undefined;
  }

  /** The nearest scope around that is a file or a namespace. */
  get enclosing(): Scope {
    return this.kind === 'file' || this.kind === 'namespace' || this.parent === undefined ? this : this.parent.enclosing;
  }
}
