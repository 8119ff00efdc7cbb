/** A type while declarations are read: its layout, once it has one, and how its name is written around a declarator. */
import type { TypeLayout } from '../../../../api.d.ts';
import { atomicExtent } from '../../layout/atomic.ts';
import { arrayOf as arrayMachine, machineTypeOf } from '../../layout/records/i386.ts';
import type { ClassInfo, MachineType, Target } from '../../layout/spec.ts';
import { DeclarationError } from '../../errors.ts';
import type { Operand } from './operand.ts';
import type { Instance } from '../templates/template.ts';
import type { Scope } from '../names/scope.ts';

/** A struct, union, class or enum; its layout comes with its definition. */
export interface Tag {
  readonly kind: 'struct' | 'union' | 'enum';
  /** Qualified: 'ns::Order'; '' while it has none. */
  name: string;
  /** Tells it from others of its name. */
  readonly key: string;
  /** 'open' while its own body is read; 'failed' after an error in it. */
  state: 'declared' | 'open' | 'defined' | 'failed';
  /** Of a class: the moment at which its definition ended, see Scope.before. */
  since: number;
  layout: TypeLayout | undefined;
  /** Of a class. */
  info: ClassInfo | undefined;
  /** Of an instance that was not needed yet: reads it. */
  complete: (() => void) | undefined;
  /** Of a class that a template made: what it was made of. */
  instance: Instance | undefined;
  /** Of an enum: 'enum class', and the type behind ':'. */
  scoped: boolean;
  fixed: CType | undefined;
  /** What its body declares; C++ only. */
  members: Scope | undefined;
  /** An alignment was asked for by an attribute, of it or of something in it. */
  userAligned: boolean;
  /** See MemberSpec.machine. */
  machine: MachineType | undefined;
  /** No class may be derived from it. */
  final: boolean;
  /** Its data members by name. */
  memberTypes: Map<string, CType> | undefined;
  failure: DeclarationError | undefined;
}

/** They count where types are told apart, in template arguments, and never in a layout. */
export type Qualifiers = '' | ' const' | ' volatile' | ' const volatile';

interface Parts {
  readonly layout?: TypeLayout | undefined;
  /** The name is left + right: 'int *' + '[3]'. */
  readonly left: string;
  readonly right?: string;
  /** The same for equal types, whatever they are called; const and volatile come on top. */
  readonly key: string;
  readonly cv?: Qualifiers | undefined;
  /** What it names, directly or by a typedef. */
  readonly tag?: Tag | undefined;
  /** A name in place of the tag's. */
  readonly alias?: string | undefined;
  /** Of an array or a pointer: what it holds or leads to. */
  readonly target?: CType | undefined;
  readonly form?: 'pointer' | 'reference' | 'array' | 'function';
  /** Its alignment was asked for by an attribute. */
  readonly userAligned?: boolean;
  /** What a typedef with an alignment of its own stands for. */
  readonly plain?: CType | undefined;
  /** Of a class of the library that is shown as something plainer. */
  readonly info?: ClassInfo | undefined;
  /** A parameter of a specialisation, while its pattern is read: it may be any type. */
  readonly placeholder?: string | undefined;
  /** Of an array in such a pattern: what stands for its length. */
  readonly count?: Operand | undefined;
  /** Of a class of the library that is no class here: what it was made of. */
  readonly instance?: Instance | undefined;
  /** A class is known, and has no such member. */
  readonly absent?: boolean | undefined;
  /** Why there is no layout, after 'is'. */
  readonly lack?: string | undefined;
  /** An error to be raised where the layout is needed. */
  readonly failure?: DeclarationError | undefined;
}

const NAME_LIMIT = 200;

export class CType {
  readonly #parts: Parts;
  #made: TypeLayout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#made = parts.layout;
  }

  /** Absent for what has no size: void, a function, a struct that is not defined yet. */
  get layout(): TypeLayout | undefined {
    const { tag, alias } = this.#parts;
    if (tag !== undefined && this.#made === undefined) completed(tag);
    if (this.#made === undefined && tag?.layout !== undefined)
      this.#made = alias === undefined ? tag.layout : { ...tag.layout, name: alias };
    return this.#made;
  }

  get left(): string {
    const { tag, alias, left } = this.#parts;
    return tag === undefined || alias !== undefined ? left : tagName(tag);
  }

  get right(): string {
    return this.#parts.right ?? '';
  }

  get name(): string {
    const name = this.left + this.right;
    return name.length > NAME_LIMIT ? `${name.slice(0, NAME_LIMIT)}…` : name;
  }

  get key(): string {
    return this.#parts.key + this.cv;
  }

  get cv(): Qualifiers {
    return this.#parts.cv ?? '';
  }

  /** The name with const and volatile, which are left out otherwise. */
  get spelled(): string {
    const { target, cv } = this;
    const inner = target === undefined || this.form === 'function' ? '' : target.spelled;
    if (target === undefined || inner === target.name || this.#parts.alias !== undefined)
      return prefixed(this.name, cv, this.form);
    const suffix = this.form === 'array' ? this.right : this.name.slice(target.name.length);
    return this.name.startsWith(target.name) ? prefixed(inner + suffix, cv, this.form) : prefixed(this.name, cv, this.form);
  }

  get tag(): Tag | undefined {
    return this.#parts.tag;
  }

  get target(): CType | undefined {
    return this.#parts.target;
  }

  get form(): Parts['form'] {
    return this.#parts.form;
  }

  get placeholder(): string | undefined {
    return this.#parts.placeholder;
  }

  get absent(): boolean {
    return this.#parts.absent ?? false;
  }

  get instance(): Instance | undefined {
    return this.#parts.instance ?? this.tag?.instance;
  }

  /** Of an array: how many elements; undefined where it is flexible. */
  get count(): Operand | undefined {
    return this.#parts.count;
  }

  get failure(): DeclarationError | undefined {
    return this.#parts.failure ?? this.#parts.tag?.failure;
  }

  get lack(): string {
    const { tag, lack } = this.#parts;
    if (tag?.state === 'open') return 'not complete inside its own definition';
    return lack ?? 'incomplete';
  }

  /** The class that it is, or that its elements are. */
  get classInfo(): ClassInfo | undefined {
    if (this.form === 'array') return this.#parts.info ?? this.target?.classInfo;
    return this.#parts.info ?? this.tag?.info;
  }

  get plain(): CType | undefined {
    return this.#parts.plain;
  }

  /** For the layout rules of i386. */
  get userAligned(): boolean {
    if (this.form === 'array') return this.target?.userAligned ?? false;
    return this.#parts.userAligned ?? this.tag?.userAligned ?? false;
  }

  /** The same; undefined where the layout says it all. */
  get machine(): MachineType | undefined {
    const { layout, target, tag } = this;
    if (layout === undefined) return undefined;
    if (this.form === 'array') return target?.machine && arrayMachine(target.machine, layout);
    if (tag?.machine) return { ...tag.machine, alignment: Math.max(tag.machine.alignment, layout.alignment) };
    const isComplex = layout.kind === 'array' && this.instance === undefined;
    return isComplex ? machineTypeOf(layout, isComplex) : undefined;
  }

  with(parts: Partial<Parts>): CType {
    return new CType({ ...this.#parts, ...parts });
  }
}

/** A tag whose definition was read, where there is one. */
export function completed(tag: Tag): Tag {
  const read = tag.complete;
  tag.complete = undefined;
  read?.();
  return tag;
}

function prefixed(name: string, cv: Qualifiers, form: CType['form']): string {
  if (cv === '') return name;
  return form === undefined ? `${cv.trim()} ${name}` : name + cv;
}

function tagName({ kind, name }: Tag): string {
  return name === '' ? `${kind} {…}` : name;
}

export function named(layout: TypeLayout, key = layout.name): CType {
  return new CType({ layout, left: layout.name, key });
}

function cut(text: string): string {
  return text.length > 2 * NAME_LIMIT ? text.slice(0, 2 * NAME_LIMIT) : text;
}

/** `type` with const, volatile: an array's are its elements', and a function or a reference has none (C++17 6.9.3). */
export function qualified(type: CType, words: ReadonlySet<string>): CType {
  const isConst = type.cv.includes('const') || words.has('const') || words.has('__const') || words.has('__const__');
  const isVolatile =
    type.cv.includes('volatile') || words.has('volatile') || words.has('__volatile') || words.has('__volatile__');
  const cv: Qualifiers = `${isConst ? ' const' : ''}${isVolatile ? ' volatile' : ''}`;
  if (cv === type.cv || type.form === 'function' || type.form === 'reference') return type;
  if (type.form !== 'array' || type.target === undefined) return type.with({ cv });
  const target = qualified(type.target, words);
  return type.with({ target, key: `${target.key}[${type.layout?.count ?? ''}]` });
}

/** Without const and volatile. */
export function unqualified(type: CType): CType {
  return type.cv === '' ? type : type.with({ cv: '' });
}

/** As an argument of a template: the alignment that a typedef asks for is lost (gcc, strip_typedefs; clang, canonical types). */
export function stripped(type: CType): CType {
  if (type.plain) return type.plain.with({ cv: type.cv });
  const { target, form } = type;
  if (target === undefined || form === 'function') return type;
  const inner = stripped(target);
  if (inner === target) return type;
  if (form !== 'array') return type.with({ target: inner });
  const count = type.layout?.count;
  return arrayOf(inner, count === undefined ? undefined : BigInt(count), 0, type.count);
}

/** What an expression of the type has: a reference is what it refers to. */
export function referred(type: CType): CType {
  return type.form === 'reference' ? (type.target ?? type) : type;
}

/** `mark` is '*', '&' or '&&': a reference is kept as a pointer is (Itanium C++ ABI 2.2). */
export function pointerTo(to: CType, size: number, mark = '*'): CType {
  // References to references collapse (C++17 11.3.2/6).
  if (to.form === 'reference' && mark !== '*' && to.target) return mark === '&' ? pointerTo(to.target, size, mark) : to;
  const target = referred(to);
  const inner = target.right !== '';
  const left = inner
    ? `${target.left} (${mark}`.replace(/([*&]) \(([*&]+)$/, '$1($2')
    : /[*&]$/.test(target.left)
      ? `${target.left}${mark}`
      : `${target.left} ${mark}`;
  const parts = { left: cut(left), right: cut(inner ? `)${target.right}` : ''), key: `${target.key}${mark}` };
  const { name } = new CType(parts);
  const layout: TypeLayout = { name, kind: 'pointer', size, alignment: size, origin: 'source' };
  return new CType({ ...parts, layout, target, form: mark === '*' ? 'pointer' : 'reference' });
}

export function functionReturning(target: CType): CType {
  return new CType({
    left: target.left,
    right: cut(`()${target.right}`),
    key: `${target.key}()`,
    lack: 'a function',
    form: 'function',
    target,
  });
}

/** `count` absent: a flexible array. Throws at `at` where the elements have no size, or the array is larger than 2^53 bytes. */
export function arrayOf(element: CType, count: bigint | undefined, at: number, counted?: Operand): CType {
  const { layout } = element;
  if (element.placeholder !== undefined || counted?.placeholder !== undefined) return patternOf(element, counted);
  if (layout === undefined) {
    if (element.failure) throw element.failure;
    throw new DeclarationError(at, `An array of ${element.name} is not possible: it is ${element.lack}.`);
  }
  if (isFlexible(layout)) throw new DeclarationError(at, 'Only the first dimension of an array may be left out.');
  if (count !== undefined && count < 0n) throw new DeclarationError(at, `An array of ${count} elements is not possible.`);
  const size = BigInt(layout.size) * (count ?? 0n);
  if ((count ?? 0n) > 2n ** 53n || size > 2n ** 53n) throw new DeclarationError(at, 'This array is larger than 2^53 bytes.');
  if (layout.size % layout.alignment !== 0) {
    throw new DeclarationError(
      at,
      `The elements of this array are aligned to ${layout.alignment} bytes and take ${layout.size}: gcc refuses that.`,
    );
  }
  const parts = { left: element.left, right: cut(`[${count ?? ''}]${element.right}`), key: `${element.key}[${count ?? ''}]` };
  const { name } = new CType(parts);
  const made: TypeLayout = {
    name,
    kind: 'array',
    size: Number(size),
    alignment: layout.alignment,
    element: layout,
    ...(count === undefined ? {} : { count: Number(count) }),
    origin: 'source',
  };
  return new CType({ ...parts, layout: made, target: element, form: 'array', count: counted });
}

/** 'T[N]' of a specialisation. */
function patternOf(element: CType, count: Operand | undefined): CType {
  const { left } = element;
  const failure = element.failure ?? count?.lack;
  const key = `${element.key}[${count?.placeholder ?? String(count?.value ?? '')}]`;
  return new CType({ left, right: `[]${element.right}`, key, target: element, form: 'array', count, failure });
}

export function isFlexible(layout: TypeLayout): boolean {
  return layout.kind === 'array' && layout.count === undefined;
}

/** _Atomic T, std::atomic<T>. */
export function atomic(type: CType, target: Target, name = `_Atomic ${type.name}`): CType {
  const { layout } = type;
  if (layout === undefined) return type;
  return type.with({
    layout: { ...layout, ...atomicExtent(layout, target), name },
    left: name,
    right: '',
    alias: name,
    key: `atomic(${type.key})`,
  });
}

/** As far as it matters for layouts. */
export function sameShape(a: CType, b: CType): boolean {
  return a.layout?.kind === b.layout?.kind && a.layout?.size === b.layout?.size && a.layout?.alignment === b.layout?.alignment;
}
