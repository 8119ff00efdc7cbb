/** What of the segment a breakpoint register of the CPU can watch: 1, 2, 4 or 8 bytes at an offset that their number divides. Pure. */
import { isCharArray } from '../../src/decode/leaf.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import type { WatchedBytes } from '../../src/protocol/writing.ts';
import { formatCount, formatHex, plural } from '../format.ts';

/** `note`: what else is watched with it. `why`: one sentence on why it cannot be. */
export type Watchable = { readonly field: WatchedBytes; readonly note?: string } | { readonly why: string };
export type WatchableRow = Pick<
  FieldRow,
  'path' | 'name' | 'offset' | 'size' | 'type' | 'childCount' | 'bitOffset' | 'bitWidth' | 'gap'
>;

const LENGTHS = [1, 2, 4, 8] as const;
const PART = 'select 1, 2, 4 or 8 aligned bytes of it';

function isLength(length: number): length is WatchedBytes['length'] {
  return LENGTHS.some((one) => one === length);
}

export function watchableRow(row: WatchableRow, segmentSize: number): Watchable {
  const { path, offset, size } = row;
  const name = nameOf(row);
  if (offset + size > segmentSize) return { why: `${name} lies past the end of the segment.` };
  if (row.bitWidth !== undefined) return unitAround(row, row.bitWidth);
  if (isLength(size) && offset % size === 0)
    return { field: { offset, length: size, ...(path === '' || row.gap ? {} : { path }) } };
  return { why: `${name} ${refusal(row)}` };
}

function nameOf({ path, name, gap }: WatchableRow): string {
  return gap ?? (path || name);
}

function refusal({ offset, size, type, childCount, gap }: WatchableRow): string {
  if (size === 0) return 'takes no bytes.';
  if (isLength(size)) return `is not aligned: it begins at ${formatHex(offset)}, which ${size} does not divide; ${PART}.`;
  if (type.kind === 'array' && !isCharArray(type) && childCount > 0)
    return `has ${plural(childCount, 'element')}: choose one of them.`;
  if ((type.kind === 'struct' || type.kind === 'union') && childCount > 0 && gap === undefined)
    return `is a ${type.kind} of ${plural(size, 'byte')}: choose one of its fields.`;
  return `has ${plural(size, 'byte')}: ${PART}.`;
}

/** The smallest bytes that hold all of a bit-field. */
function unitAround(row: WatchableRow, bitWidth: number): Watchable {
  const { path, offset, bitOffset = 0 } = row;
  const end = offset + Math.ceil((bitOffset + bitWidth) / 8);
  for (const length of LENGTHS) {
    const start = offset - (offset % length);
    if (start + length < end) continue;
    const what =
      length === 1
        ? `byte at ${formatHex(start)} is watched, with all that it holds`
        : `${length} bytes at ${formatHex(start)} are watched, with all that they hold`;
    return { field: { offset: start, length, path }, note: `${nameOf(row)} is a bit-field: the ${what}.` };
  }
  return { why: `${nameOf(row)} is a bit-field across 8 aligned bytes: select a part of them in the bytes.` };
}

/** [start, end) of the segment. */
export function watchableBytes(start: number, end: number): Watchable {
  const length = end - start;
  if (isLength(length) && start % length === 0) return { field: { offset: start, length } };
  const rule = 'what can be watched are 1, 2, 4 or 8 bytes at an offset that their number divides.';
  return { why: `${formatCount(length)} bytes from ${formatHex(start)} on are selected: ${rule}` };
}

/**
 * What is selected: the field where it is one, the bytes else. A single byte in a field that has a value means the field. `row`: the
 * field that begins where the selection does, or holds its first byte.
 */
export function watchableSelection(
  { start, end }: { readonly start: number; readonly end: number },
  row: WatchableRow | undefined,
  segmentSize: number,
): Watchable {
  if (segmentSize === 0) return { why: 'The segment has no bytes.' };
  if (!row) return watchableBytes(start, end);
  const isRow = row.offset === start && start + Math.max(1, row.size) === end;
  if (isRow) return watchableRow(row, segmentSize);
  const around = end - start === 1 && row.childCount === 0 ? watchableRow(row, segmentSize) : undefined;
  return around && 'field' in around ? around : watchableBytes(start, end);
}

export function sameField(a: WatchedBytes, b: WatchedBytes): boolean {
  return a.offset === b.offset && a.length === b.length;
}
