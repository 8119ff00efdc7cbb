/** Layouts out of places that a text names itself: sizes that do not overflow, nesting that ends, names that are unique. */
import type { Abi, FieldLayout, TypeLayout } from '../../../api.d.ts';
import { DeclarationError, quote } from '../errors.ts';
import { rulesOf } from '../layout/abi.ts';
import { systemType } from '../layout/system.ts';

/** As deep as declarations of C may nest. */
const DEPTH_LIMIT = 256;

const depths = new WeakMap<TypeLayout, number>();

/** A member, and where the text names it. */
export interface Placed extends FieldLayout {
  readonly at: number;
}

/** A basic type of C, or what glibc's headers define by that name; undefined for any other. */
export function cType(name: string, abi: Abi): TypeLayout | undefined {
  return systemType(rulesOf({ abi, dialect: 'gcc', language: 'c' }), name);
}

/** As `cType`; throws where this ABI has no such type. */
export function knownType(name: string, abi: Abi, at: number): TypeLayout {
  const found = cType(name, abi);
  if (found === undefined) throw new DeclarationError(at, `${abi} has no type ${quote(name)}.`);
  return found;
}

/** Bytes, checked: every size and offset up to 2^53 is exact. */
export function bytes(count: number, at: number): number {
  if (!Number.isSafeInteger(count)) throw new DeclarationError(at, 'This type is larger than 2^53 bytes.');
  return count;
}

/** An array; `shape` from the outermost dimension, none of it for the element itself. */
export function arrayOf(element: TypeLayout, shape: readonly number[], at: number): TypeLayout {
  let type = element;
  for (let i = shape.length - 1; i >= 0; i--) {
    const count = shape[i] ?? 0;
    const name =
      element.name +
      shape
        .slice(i)
        .map((one) => `[${one}]`)
        .join('');
    type = deeper(
      {
        name,
        kind: 'array',
        size: bytes(type.size * count, at),
        alignment: type.alignment,
        element: type,
        count,
        origin: 'source',
      },
      [type],
      at,
    );
  }
  return type;
}

/** A struct of members that the text has placed. */
export function structOf(
  {
    name,
    size,
    alignment,
    at,
  }: { readonly name: string; readonly size: number; readonly alignment: number; readonly at: number },
  members: readonly Placed[],
): TypeLayout {
  const names = new Set<string>();
  for (const member of members) {
    if (names.has(member.name)) throw new DeclarationError(member.at, `${quote(member.name)} is there twice.`);
    names.add(member.name);
  }
  const fields = members.map(({ name: field, offset, type, bitOffset, bitWidth }): FieldLayout =>
    bitOffset === undefined || bitWidth === undefined
      ? { name: field, offset, type }
      : { name: field, offset, type, bitOffset, bitWidth },
  );
  return deeper(
    { name, kind: 'struct', size: bytes(size, at), alignment, fields, origin: 'source' },
    fields.map((field) => field.type),
    at,
  );
}

function deeper(type: TypeLayout, parts: readonly TypeLayout[], at: number): TypeLayout {
  const depth = 1 + parts.reduce((most, part) => Math.max(most, depths.get(part) ?? 0), 0);
  if (depth > DEPTH_LIMIT) throw new DeclarationError(at, `Types nest deeper than ${DEPTH_LIMIT} levels.`);
  depths.set(type, depth);
  return type;
}

/** The same type by another name. */
export function renamed(type: TypeLayout, name: string): TypeLayout {
  const other = { ...type, name };
  depths.set(other, depths.get(type) ?? 0);
  return other;
}
