/** What a template is kept as: its tokens, read anew for each set of arguments. */
import type { DeclarationError } from '../../errors.ts';
import type { Argument } from './arguments.ts';
import type { CType, Tag } from '../expressions/ctype.ts';
import type { Outside } from './outside.ts';
import type { TokenRun } from '../text/cursor.ts';
import type { Partial } from './matching.ts';
import type { Operand } from '../expressions/operand.ts';
import type { Parameter } from './parameters.ts';
import type { Scope } from '../names/scope.ts';

export interface TemplateParts {
  readonly name: string;
  readonly form: 'class' | 'alias' | 'value' | 'function';
  readonly parameters: readonly Parameter[];
  readonly run: TokenRun;
  /** Index behind its name; of a function and of a value, where its declaration begins. Undefined while it is only declared. */
  readonly body: number | undefined;
  readonly isClass: boolean;
  readonly kind: 'struct' | 'union';
  /** Of a class, the index behind 'struct': attributes may stand there. */
  readonly head: number;
  /** Where it is declared. */
  readonly scope: Scope;
  /** Names that are known in it: see Scope.before. */
  readonly before: number;
}

/** Where a specialisation is read from. */
export interface Special {
  /** Index behind 'struct'. */
  readonly head: number;
  /** Index behind its arguments. */
  readonly body: number;
  readonly before: number;
}

let made = 0;

export class Template {
  readonly id = ++made;
  readonly name: string;
  readonly form: TemplateParts['form'];
  parameters: readonly Parameter[];
  readonly run: TokenRun;
  body: number | undefined;
  head: number;
  readonly isClass: boolean;
  readonly kind: 'struct' | 'union';
  readonly scope: Scope;
  before: number;
  /** By the keys of their arguments. */
  readonly special = new Map<string, Special>();
  readonly partials: Partial[] = [];
  /** Of an alias: whether what it stands for depends, by which of its arguments do. Aliases of aliases are told in linear time by it. */
  readonly dependence = new Map<string, boolean>();
  /** Member classes that are defined outside of it, by their names. */
  readonly outside = new Map<string, Outside>();
  /** Instances that were read, of the template itself and not of a specialisation. */
  readonly read: { readonly tag: Tag; readonly values: readonly Argument[] }[] = [];
  /** A specialisation that was not understood: what it is for is not known, so that no arguments are safe. */
  unclear: DeclarationError | undefined;
  readonly instances = new Map<string, CType | Operand>();

  constructor(parts: TemplateParts) {
    this.name = parts.name;
    this.form = parts.form;
    this.parameters = parts.parameters;
    this.run = parts.run;
    this.body = parts.body;
    this.head = parts.head;
    this.isClass = parts.isClass;
    this.kind = parts.kind;
    this.scope = parts.scope;
    this.before = parts.before;
  }
}

/** What a type was made of. */
export interface Instance {
  readonly template: Template;
  readonly values: readonly Argument[];
}
