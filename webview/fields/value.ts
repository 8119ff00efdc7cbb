/** What the value column of one field shows, out of one snapshot, in the format that was chosen for it. */
import { formatFor, formatPath, isWhole, type FormatName } from '../../src/decode/format.ts';
import { decodeAs, type Shown } from '../../src/decode/formatted.ts';
import { isCharArray, PAST_END, readRaw } from '../../src/decode/leaf.ts';
import { isLittle } from '../../src/decode/order.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { Range } from '../../src/protocol/messages.ts';
import type { Store } from '../state/store.ts';
import { summaryOf, summaryRange } from './summary.ts';

/** Bytes of a long text that are read: more than the value column shows. */
const TEXT_BYTES = 4096;

/** What a field is drawn from. */
export type Source = Pick<Store, 'snapshot' | 'byteOrder' | 'formats' | 'tornAt'>;
/** The parts of a row that say what stands where. */
export type Place = Pick<FieldRow, 'path' | 'offset' | 'size' | 'type' | 'bitOffset' | 'bitWidth'>;

export const INCONSISTENT = 'inconsistent';

/** What tells which format a field has. */
export interface Formatted {
  readonly path: string;
  readonly type: FieldRow['type'];
  readonly bitWidth?: number | undefined;
}

export function formatOf(row: Formatted, formats: Source['formats']): FormatName {
  return formatFor(row.type, row.bitWidth, formats[formatPath(row.path)]);
}

/** A row that shows what its first parts hold instead of a value of its own. */
export function isContainer(row: Pick<Place, 'type'>, format: FormatName): boolean {
  return ['struct', 'union', 'array'].includes(row.type.kind) && !isWhole(format, row.type);
}

/** The bytes that the row's value is made of. */
export function bytesOf(row: Place & Pick<FieldRow, 'gap'>, formats: Source['formats']): Range | undefined {
  if (row.size === 0) return undefined;
  if (isContainer(row, formatOf(row, formats))) return summaryRange(row);
  const long = row.type.kind === 'array' || row.gap !== undefined;
  return { offset: row.offset, length: long ? Math.min(row.size, TEXT_BYTES) : row.size };
}

/** Undefined while the snapshot does not hold the row's bytes: nothing is shown then, never a value of another moment. */
export function valueOf(row: Place & Partial<Pick<FieldRow, 'gap' | 'childCount'>>, source: Source): Shown | undefined {
  const { snapshot, formats } = source;
  if (!snapshot) return undefined;
  if (row.offset >= snapshot.size && row.size > 0) return { text: PAST_END };
  if (source.tornAt(row.offset, row.size)) return { text: INCONSISTENT };
  const format = formatOf(row, formats);
  if (isContainer(row, format)) return summaryOf(row, source);
  const bytes = bytesFor(row, source);
  if (!bytes) return undefined;
  const isBytes = row.gap !== undefined && row.bitWidth === undefined;
  return decodeBytes(row, isBytes ? 'bytes' : format, bytes, source.byteOrder);
}

/** `bytes` as the row shows them: those of the snapshot, or others that it holds or held. */
export function decodeBytes(row: Place, format: FormatName, bytes: Uint8Array, byteOrder: Source['byteOrder']): Shown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { offset, bitOffset, bitWidth } = row;
  return decodeAs(format, view, 0, row.type, { littleEndian: byteOrder === 'little', offset, bitOffset, bitWidth });
}

/** The bytes of a value that is no container, where the snapshot holds all of them that there are. */
export function bytesFor(row: Place & Partial<Pick<FieldRow, 'gap'>>, { snapshot }: Source): Uint8Array | undefined {
  const long = row.type.kind === 'array' || row.gap !== undefined;
  const length = long ? Math.min(row.size, TEXT_BYTES) : row.size;
  const bytes = snapshot?.slice(row.offset, length);
  return !snapshot || !bytes || bytes.length < Math.min(length, snapshot.size - row.offset) ? undefined : bytes;
}

/** The integer that the row's bytes are, without a sign; undefined where they are not there. */
export function rawOf(row: Place, source: Source): bigint | undefined {
  const bytes = bytesFor(row, source);
  return bytes && rawIn(row, bytes, source.byteOrder);
}

/** As `rawOf`, of bytes that the row has or had. */
export function rawIn(row: Place, bytes: Uint8Array, byteOrder: Source['byteOrder']): bigint | undefined {
  if (row.type.size > 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { bitOffset, bitWidth } = row;
  return readRaw(view, 0, row.type.size, { littleEndian: isLittle(row.type, byteOrder === 'little'), bitOffset, bitWidth });
}

/** What tells a value's colour: numbers, texts, names. */
export function tokenOf(row: Pick<FieldRow, 'type' | 'gap'>, format: FormatName): 'string' | 'number' | 'name' | 'none' {
  if (row.gap !== undefined || isContainer(row, format)) return 'none';
  if (format === 'text' || (format === 'default' && (isCharArray(row.type) || row.type.kind === 'char'))) return 'string';
  if (format !== 'default') return 'number';
  return row.type.kind === 'enum' || row.type.kind === 'bool' ? 'name' : 'number';
}
