/** Values of watched fields as people read them: by the leaf of the shown type that is exactly their bytes. Pure. */
import type { TypeLayout } from '../../api.d.ts';
import { decodeLeaf, isCharArray } from '../decode/leaf.ts';
import { FieldTree, type FieldRow } from '../decode/tree.ts';
import type { WatchedField } from './face.ts';

/** A type, and where in the segment it begins, bytes. */
export interface TypeAt {
  readonly type: TypeLayout;
  readonly offset: number;
}

export type ByteOrder = 'little' | 'big';

/**
 * The field with the type of the leaf that is these bytes; as it is where there is none, as of bit-fields and structs. `size`: bytes of the
 * segment. `byteOrder`: of what does not say its own.
 */
export function typedField(
  field: WatchedField,
  shown: TypeAt | undefined,
  size: number,
  byteOrder: ByteOrder = 'little',
): WatchedField {
  const type = shown && leafType(field, new FieldTree(shown.type, shown.offset, size));
  if (!type) return field;
  return { ...field, type, ...(byteOrder === 'little' ? {} : { byteOrder }) };
}

function leafType({ offset, length, path }: WatchedField, tree: FieldTree): TypeLayout | undefined {
  const named = path === undefined ? undefined : tree.find(path);
  const row = named ?? tree.rowAt(tree.expandTo(offset));
  return row?.offset === offset && row.size === length && isLeaf(row) ? row.type : undefined;
}

const LEAVES: ReadonlySet<TypeLayout['kind']> = new Set(['integer', 'char', 'bool', 'enum', 'pointer', 'float']);

/** Of a flexible array the size is the segment's to say. */
function isLeaf({ type, size, bitWidth }: FieldRow): boolean {
  return bitWidth === undefined && type.size === size && (LEAVES.has(type.kind) || isCharArray(type));
}

/** Of bytes that were read as one little-endian number, as every CPU with breakpoints here does. Unsigned where no type is known. */
export function valueText(value: bigint, { length, type, byteOrder }: Omit<WatchedField, 'offset'>): string {
  if (!type) return BigInt.asUintN(length * 8, value).toString();
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigUint64(0, value, true);
  return decodeLeaf(new DataView(bytes.buffer, 0, length), 0, type, { littleEndian: byteOrder !== 'big' }).text;
}
