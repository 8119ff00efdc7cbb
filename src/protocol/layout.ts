/** TypeLayout as a flat table and back. Both ways walk with their own stack, so nesting costs no call stack. */
import type { FieldLayout, TypeLayout } from '../../api.d.ts';
import { isCount, isList, isObject, isOneOf, isOptional, isText } from './check.ts';
import { MAX_LAYOUT_PARTS, MAX_TEXT } from './limits.ts';
import type { WireField, WireLayout, WireType } from './messages.ts';

const KINDS: readonly TypeLayout['kind'][] = [
  'struct', 'union', 'array', 'enum', 'integer', 'float', 'bool', 'char', 'pointer', 'sync', 'opaque',
]; // prettier-ignore

type Enumerator = NonNullable<WireType['enumerators']>[number];

function partsOf(type: TypeLayout): readonly TypeLayout[] {
  const fields = type.fields?.map((field) => field.type) ?? [];
  return type.element ? [type.element, ...fields] : fields;
}

/** A type object that is used many times becomes one entry. Children come before their users in the table. */
export function packLayout(root: TypeLayout): WireLayout {
  const indexOf = new Map<TypeLayout, number>();
  const types: WireType[] = [];
  const stack = [root];
  for (let type = stack.at(-1); type; type = stack.at(-1)) {
    const missing = indexOf.has(type) ? [] : partsOf(type).filter((part) => !indexOf.has(part));
    if (missing.length > 0) {
      for (const part of missing) stack.push(part);
      if (stack.length > MAX_LAYOUT_PARTS) throw new RangeError('The type contains itself, or has too many parts.');
      continue;
    }
    stack.pop();
    if (indexOf.has(type)) continue;
    indexOf.set(type, types.length);
    types.push(packType(type, indexOf));
  }
  return { root: indexOf.get(root) ?? 0, types };
}

function packType(type: TypeLayout, indexOf: ReadonlyMap<TypeLayout, number>): WireType {
  const { name, kind, size, alignment, origin } = type;
  const element = type.element && indexOf.get(type.element);
  return {
    name,
    kind,
    size,
    alignment,
    origin,
    ...(type.signed === undefined ? {} : { signed: type.signed }),
    ...(type.byteOrder === undefined ? {} : { byteOrder: type.byteOrder }),
    ...(type.lock === undefined ? {} : { lock: type.lock }),
    ...(type.count === undefined ? {} : { count: type.count }),
    ...(element === undefined ? {} : { element }),
    ...(type.fields && { fields: type.fields.map((field) => ({ ...field, type: indexOf.get(field.type) ?? 0 })) }),
    ...(type.enumerators && { enumerators: type.enumerators.map((one) => ({ name: one.name, value: one.value.toString() })) }),
  };
}

const isBit = (value: unknown): boolean => isCount(value);

function isWireField(value: unknown): value is WireField {
  return (
    isObject(value) &&
    isText(value['name'], MAX_TEXT) &&
    isCount(value['offset']) &&
    isCount(value['type']) &&
    isOptional(value['bitOffset'], isBit) &&
    isOptional(value['bitWidth'], isBit)
  );
}

/** 64-bit values have at most 20 characters; 128-bit ones 40. */
function isEnumerator(value: unknown): value is Enumerator {
  return isObject(value) && isText(value['name'], MAX_TEXT) && isText(value['value'], 40) && /^-?\d+$/.test(value['value']);
}

function isWireType(value: unknown): value is WireType {
  return (
    isObject(value) &&
    isText(value['name'], MAX_TEXT) &&
    isOneOf(value['kind'], KINDS) &&
    isCount(value['size']) &&
    isCount(value['alignment']) &&
    isText(value['origin'], MAX_TEXT) &&
    isOptional(value['signed'], (signed) => typeof signed === 'boolean') &&
    isOptional(value['byteOrder'], (order) => isOneOf(order, ['little', 'big'])) &&
    isOptional(value['lock'], (lock) => isText(lock, MAX_TEXT)) &&
    isOptional(value['count'], isCount) &&
    isOptional(value['element'], isCount) &&
    isOptional(value['fields'], (fields) => isList(fields, MAX_LAYOUT_PARTS, isWireField)) &&
    isOptional(value['enumerators'], (list) => isList(list, MAX_LAYOUT_PARTS, isEnumerator))
  );
}

/** The shape only; unpackLayout checks what the indices make of it. */
export function isWireLayout(value: unknown): value is WireLayout {
  return isObject(value) && isCount(value['root']) && isList(value['types'], MAX_LAYOUT_PARTS, isWireType);
}

function wirePartsOf(type: WireType): readonly number[] {
  const fields = type.fields?.map((field) => field.type) ?? [];
  return type.element === undefined ? fields : [type.element, ...fields];
}

/** The types in use, children before their users. Throws RangeError for an index outside the table and for a cycle. */
function order(wire: WireLayout): readonly number[] {
  const state = new Uint8Array(wire.types.length); // 1: on the way down, 2: done
  const done: number[] = [];
  const stack = [wire.root];
  for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
    const type = wire.types[index];
    if (!type) throw new RangeError(`The layout refers to type ${index} of ${wire.types.length}.`);
    if (state[index] === 0) {
      state[index] = 1;
      for (const part of wirePartsOf(type)) {
        if (state[part] === 1) throw new RangeError(`The layout's type '${type.name}' contains itself.`);
        if (state[part] !== 2) stack.push(part);
      }
      continue;
    }
    stack.pop();
    if (state[index] === 1) done.push(index);
    state[index] = 2;
  }
  return done;
}

/** The type objects again, shared as they were. Throws RangeError for a table that is none (index out of range, cycle). */
export function unpackLayout(wire: WireLayout): TypeLayout {
  const built = new Map<number, TypeLayout>();
  for (const index of order(wire)) {
    const type = wire.types[index];
    if (type) built.set(index, unpackType(type, built));
  }
  return at(built, wire.root);
}

function at(built: ReadonlyMap<number, TypeLayout>, index: number): TypeLayout {
  const type = built.get(index);
  if (!type) throw new RangeError(`The layout has no type ${index}.`);
  return type;
}

function unpackType(type: WireType, built: ReadonlyMap<number, TypeLayout>): TypeLayout {
  const { name, kind, size, alignment, origin } = type;
  if (!isOneOf(kind, KINDS)) throw new RangeError(`The layout has a type of unknown kind '${kind}'.`);
  return {
    name,
    kind,
    size,
    alignment,
    origin,
    ...(type.signed === undefined ? {} : { signed: type.signed }),
    ...(type.byteOrder === undefined ? {} : { byteOrder: type.byteOrder }),
    ...(type.lock === undefined ? {} : { lock: type.lock }),
    ...(type.count === undefined ? {} : { count: type.count }),
    ...(type.element === undefined ? {} : { element: at(built, type.element) }),
    ...(type.fields && { fields: type.fields.map((field): FieldLayout => ({ ...field, type: at(built, field.type) })) }),
    ...(type.enumerators && { enumerators: type.enumerators.map((one) => ({ name: one.name, value: BigInt(one.value) })) }),
  };
}
