/** A type of C while declarations are read: its layout, if it has one, and how its name is written around a declarator. */
import type { TypeLayout } from '../../../api.d.ts';
import { DeclarationError } from '../errors.ts';

export interface Pending {
  layout: TypeLayout | undefined;
}

export interface CType {
  /** Absent for what has no size: void, a function, a struct that is not defined yet. */
  readonly layout: TypeLayout | undefined;
  /** The name is left + right: 'int *' + '[3]'. */
  readonly left: string;
  readonly right: string;
  /** Why there is no layout, after 'is'. */
  readonly lack?: string;
  /** A struct, union or enum that may be defined later on: where its layout will be. */
  readonly pending?: Pending;
}

const NAME_LIMIT = 200;

export function named(layout: TypeLayout): CType {
  return { layout, left: layout.name, right: '' };
}

export function typeName({ left, right }: CType): string {
  const name = left + right;
  return name.length > NAME_LIMIT ? `${name.slice(0, NAME_LIMIT)}…` : name;
}

function cut(text: string): string {
  return text.length > 2 * NAME_LIMIT ? text.slice(0, 2 * NAME_LIMIT) : text;
}

export function pointerTo(target: CType, size: number): CType {
  const inner = target.right !== '';
  const left = inner
    ? `${target.left} (*`.replace(/\* \(\*$/, '*(*')
    : target.left.endsWith('*')
      ? `${target.left}*`
      : `${target.left} *`;
  const type: CType = { layout: undefined, left: cut(left), right: cut(inner ? `)${target.right}` : '') };
  return { ...type, layout: { name: typeName(type), kind: 'pointer', size, alignment: size, origin: 'source' } };
}

export function functionReturning(target: CType): CType {
  return { layout: undefined, left: target.left, right: cut(`()${target.right}`), lack: 'a function' };
}

/** `count` absent: a flexible array. Throws at `at` where the elements have no size, or the array is larger than 2^53 bytes. */
export function arrayOf(element: CType, count: bigint | undefined, at: number): CType {
  const { layout } = element;
  if (layout === undefined)
    throw new DeclarationError(at, `An array of ${typeName(element)} is not possible: it is ${element.lack ?? 'incomplete'}.`);
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
  const type: CType = { layout: undefined, left: element.left, right: cut(`[${count ?? ''}]${element.right}`) };
  return {
    ...type,
    layout: {
      name: typeName(type),
      kind: 'array',
      size: Number(size),
      alignment: layout.alignment,
      element: layout,
      ...(count === undefined ? {} : { count: Number(count) }),
      origin: 'source',
    },
  };
}

export function isFlexible(layout: TypeLayout): boolean {
  return layout.kind === 'array' && layout.count === undefined;
}

/** _Atomic T: a size of 1, 2, 4, 8 or 16 bytes is aligned to itself (gcc, c_build_qualified_type). */
export function atomic(type: CType): CType {
  const { layout } = type;
  if (layout === undefined) return type;
  const alignment = [1, 2, 4, 8, 16].includes(layout.size) ? Math.max(layout.size, layout.alignment) : layout.alignment;
  return named({ ...layout, name: `_Atomic ${layout.name}`, alignment });
}

/** As far as it matters for layouts. */
export function sameShape(a: CType, b: CType): boolean {
  return a.layout?.kind === b.layout?.kind && a.layout?.size === b.layout?.size && a.layout?.alignment === b.layout?.alignment;
}
