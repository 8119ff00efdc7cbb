/** What the value column of one field shows, out of one snapshot. */
import { decodeLeaf, isCharArray, PAST_END, plural, type Leaf } from '../../src/decode/leaf.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { Range } from '../../src/protocol/messages.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { ByteOrder } from '../state/store.ts';

/** Bytes of a long text that are read: more than the value column shows. */
const TEXT_BYTES = 4096;

/** A row that shows the number of its parts instead of a value of its own. */
export function isContainer(row: FieldRow): boolean {
  return !isCharArray(row.type) && (row.expandable || ['struct', 'union', 'array'].includes(row.type.kind));
}

/** The bytes that the row's value is made of; none for a container. */
export function bytesOf(row: FieldRow): Range | undefined {
  if (isContainer(row) || row.size === 0) return undefined;
  return { offset: row.offset, length: isCharArray(row.type) ? Math.min(row.size, TEXT_BYTES) : row.size };
}

/** Undefined while the snapshot does not hold the row's bytes: nothing is shown then, never a value of another moment. */
export function valueOf(row: FieldRow, snapshot: Snapshot | undefined, order: ByteOrder): Leaf | undefined {
  if (!snapshot) return undefined;
  if (row.offset >= snapshot.size && row.size > 0) return { text: PAST_END };
  const range = bytesOf(row);
  if (!range) return { text: containerText(row) };
  const bytes = snapshot.slice(range.offset, range.length);
  if (bytes.length < Math.min(range.length, snapshot.size - range.offset)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return decodeLeaf(view, 0, row.type, { littleEndian: order === 'little', bitOffset: row.bitOffset, bitWidth: row.bitWidth });
}

function containerText(row: FieldRow): string {
  return row.type.kind === 'array' ? plural(row.childCount, 'element') : plural(row.childCount, 'field');
}

/** What tells a value's colour: numbers, texts, names. */
export function tokenOf(row: FieldRow): 'string' | 'number' | 'name' | 'none' {
  if (isContainer(row)) return 'none';
  if (isCharArray(row.type) || row.type.kind === 'char') return 'string';
  return row.type.kind === 'enum' || row.type.kind === 'bool' ? 'name' : 'number';
}
