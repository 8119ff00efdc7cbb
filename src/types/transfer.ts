/**
 * Layouts on their way from the worker, in parcels that take the extension host about a millisecond each: a message is read whole when it
 * arrives, and one with all layouts of a large header would hold the event loop for tens of them.
 */
import type { FieldLayout, TypeLayout } from '../../api.d.ts';

type PackedField = Omit<FieldLayout, 'type'> & { readonly type: number };

/** A type that refers to those before it by their number; or more fields of the one that was sent last. */
export type Packed =
  | (Omit<TypeLayout, 'fields' | 'element'> & {
      /** Or the number of the type that has the same, as a typedef of a struct has. */
      readonly fields?: readonly PackedField[] | number;
      readonly element?: number;
    })
  | { readonly more: readonly PackedField[] };

export interface Parcels {
  readonly parcels: readonly (readonly Packed[])[];
  /** The types that were packed. */
  readonly roots: readonly number[];
}

/** Fields and types of one parcel. */
const WEIGHT = 1500;

export function pack(types: readonly TypeLayout[]): Parcels {
  const numbers = new Map<TypeLayout, number>();
  const owners = new Map<readonly FieldLayout[], number>();
  const parcels: Packed[][] = [[]];
  let weight = 0;
  const put = (packed: Packed, own: number): void => {
    if (weight >= WEIGHT) {
      parcels.push([]);
      weight = 0;
    }
    weight += own;
    parcels.at(-1)?.push(packed);
  };
  for (const type of inOrder(types)) {
    const { fields, element, ...rest } = type;
    const target = element && { element: numbers.get(element) ?? 0 };
    const shared = fields && owners.get(fields);
    const own = shared === undefined ? (fields ?? []) : [];
    const packed = own.map((field): PackedField => ({ ...field, type: numbers.get(field.type) ?? 0 }));
    put(
      { ...rest, ...target, ...(fields && { fields: shared ?? packed.slice(0, WEIGHT) }) },
      1 + Math.min(WEIGHT, packed.length),
    );
    if (fields && shared === undefined) owners.set(fields, numbers.size);
    for (let from = WEIGHT; from < packed.length; from += WEIGHT) put({ more: packed.slice(from, from + WEIGHT) }, WEIGHT);
    numbers.set(type, numbers.size);
  }
  return { parcels, roots: types.map((type) => numbers.get(type) ?? 0) };
}

/** Each once, behind all that it is made of; without recursion, since a chain of structs may be long. */
function inOrder(types: readonly TypeLayout[]): TypeLayout[] {
  const done = new Set<TypeLayout>();
  for (const root of types) {
    const stack = [root];
    for (let type = stack.at(-1); type !== undefined; type = stack.at(-1)) {
      const missing = done.has(type) ? [] : partsOf(type).filter((part) => !done.has(part));
      if (missing.length > 0) stack.push(...new Set(missing));
      else {
        done.add(type);
        stack.pop();
      }
    }
  }
  return [...done];
}

function partsOf({ fields = [], element }: TypeLayout): TypeLayout[] {
  const parts = fields.map(({ type }) => type);
  return element ? [element, ...parts] : parts;
}

/** The types again, shared as they were. */
export class Unpacking {
  readonly #types: TypeLayout[] = [];
  #fields: FieldLayout[] = [];

  add(parcel: readonly Packed[]): void {
    for (const packed of parcel) {
      if ('more' in packed) for (const field of packed.more) this.#fields.push(this.#field(field));
      else this.#types.push(this.#type(packed));
    }
  }

  take(roots: readonly number[]): TypeLayout[] {
    return roots.map((root) => this.#at(root));
  }

  #type({ fields, element, ...rest }: Exclude<Packed, { more: unknown }>): TypeLayout {
    const shared = typeof fields === 'number' ? this.#at(fields).fields : undefined;
    this.#fields = typeof fields === 'object' ? fields.map((field) => this.#field(field)) : [];
    return {
      ...rest,
      ...(fields !== undefined && { fields: shared ?? this.#fields }),
      ...(element === undefined ? {} : { element: this.#at(element) }),
    };
  }

  #field(field: PackedField): FieldLayout {
    return { ...field, type: this.#at(field.type) };
  }

  #at(index: number): TypeLayout {
    const type = this.#types[index];
    if (type === undefined) throw new RangeError(`There is no type ${index} among ${this.#types.length}.`);
    return type;
  }
}
