/** Layouts as plain data that compare: by the compiler, out of its debug info, and by ShmScope. */
import type { FieldLayout, TypeLayout } from '../../../api.d.ts';
import type { Dialect } from '../../../src/types/layout/spec.ts';
import type { Entry } from './dwarf.ts';

export interface Shape {
  readonly size: number;
  readonly fields: readonly FieldShape[];
}
export interface FieldShape {
  readonly name: string;
  /** Bytes; of a bit-field, bits. */
  readonly place: number;
  readonly bitWidth?: number;
  /** Of a member without a name: what it brings along. */
  readonly inner?: Shape;
}

/** `dialect`: whose debug info it is to compare with. */
export function shapeOf({ size, fields = [] }: TypeLayout, dialect: Dialect): Shape {
  return { size, fields: fields.map((field) => ownField(field, dialect)) };
}

function ownField({ name, offset, type, bitOffset, bitWidth }: FieldLayout, dialect: Dialect): FieldShape {
  // LLVM describes a bit-field as wide as its type as if it were none (DwarfUnit.cpp, constructMemberDIE).
  if (bitWidth !== undefined && !(dialect === 'clang' && bitWidth === type.size * 8))
    return { name, place: bitOffset ?? 0, bitWidth };
  return name === '' ? { name, place: offset, inner: shapeOf(type, dialect) } : { name, place: offset };
}

const DW_TAG = { class: 0x02, member: 0x0d, structure: 0x13, typedef: 0x16, union: 0x17, inheritance: 0x1c } as const;
const DW_AT = {
  name: 0x03,
  size: 0x0b,
  bitSize: 0x0d,
  declaration: 0x3c,
  external: 0x3f,
  location: 0x38,
  type: 0x49,
  bits: 0x6b,
} as const;

const number = (entry: Entry, attribute: number): number | undefined => {
  const value = entry.attributes.get(attribute);
  return typeof value === 'number' ? value : undefined;
};
const nameOf = (entry: Entry): string => String(entry.attributes.get(DW_AT.name) ?? '');
const isRecord = ({ tag }: Entry): boolean => tag === DW_TAG.class || tag === DW_TAG.structure || tag === DW_TAG.union;

/** Every defined struct, class or union of the outermost scope by its tag, and typedefs of those without one by theirs. */
export function debuggedShapes(byOffset: ReadonlyMap<number, Entry>, unit: Entry): Map<string, Shape> {
  const found = new Map<string, Shape>();
  for (const entry of unit.children) {
    const record = entry.tag === DW_TAG.typedef ? typeOf(entry, byOffset) : entry;
    if (record === undefined || !isRecord(record) || number(record, DW_AT.declaration) !== undefined) continue;
    const name = nameOf(entry);
    if (name !== '') found.set(name, debugged(record, byOffset));
  }
  return found;
}

function typeOf(entry: Entry, byOffset: ReadonlyMap<number, Entry>): Entry | undefined {
  return byOffset.get(number(entry, DW_AT.type) ?? -1);
}

function debugged(record: Entry, byOffset: ReadonlyMap<number, Entry>): Shape {
  const fields = record.children.flatMap((child): FieldShape[] => {
    const place = number(child, DW_AT.location) ?? 0;
    if (child.tag === DW_TAG.inheritance) return [{ name: '<Base>', place }];
    if (child.tag !== DW_TAG.member || number(child, DW_AT.external) !== undefined) return [];
    const name = nameOf(child).startsWith('_vptr') ? '<vptr>' : nameOf(child);
    const bitWidth = number(child, DW_AT.bitSize);
    if (bitWidth !== undefined)
      return name === '' ? [] : [bits(name, number(child, DW_AT.bits) ?? 0, bitWidth, sizeOf(child, byOffset))];
    if (name !== '') return [{ name, place }];
    const type = typeOf(child, byOffset);
    return type === undefined ? [] : [{ name, place, inner: debugged(type, byOffset) }];
  });
  const pointer = fields.findIndex(({ name }) => name === '<vptr>');
  if (pointer > 0) fields.unshift(...fields.splice(pointer, 1));
  return { size: number(record, DW_AT.size) ?? 0, fields };
}

/** A bit-field, or what is told as if it were none: as wide as its type, or wider. */
function bits(name: string, place: number, bitWidth: number, size: number): FieldShape {
  return bitWidth > size * 8 ? { name, place: Math.floor(place / 8) } : { name, place, bitWidth };
}

/** Bytes of what a member is made of. */
function sizeOf(entry: Entry, byOffset: ReadonlyMap<number, Entry>): number {
  const type = typeOf(entry, byOffset);
  return type === undefined ? 0 : (number(type, DW_AT.size) ?? sizeOf(type, byOffset));
}
