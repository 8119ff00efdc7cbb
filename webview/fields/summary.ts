/** What a struct or an array holds, in one line: '{id 5, price 101.375, …}', '[1, 2, 3, …]'. */
import type { TypeLayout } from '../../api.d.ts';
import { formatFor, formatPath, isByteArray, isWhole } from '../../src/decode/format.ts';
import { decodeAs } from '../../src/decode/formatted.ts';
import type { Leaf } from '../../src/decode/leaf.ts';
import { isStructure, membersOf, partSize, type Member } from '../../src/decode/members.ts';
import type { FieldRow } from '../../src/decode/tree.ts';
import { memberPath } from '../../src/decode/value.ts';
import type { Range } from '../../src/protocol/messages.ts';
import { plural } from '../format.ts';
import type { Source } from './value.ts';

const MEMBERS = 4;
const ELEMENTS = 8;
const BYTES = 16;
/** Characters of one part. */
const PART = 24;
/** Parts that begin further behind are not read for a summary. */
const REACH = 512;

type Container = Pick<FieldRow, 'path' | 'offset' | 'size' | 'type'> & Partial<Pick<FieldRow, 'childCount'>>;

interface Plan {
  readonly parts: readonly Member[];
  /** Bytes from the start to the end of the last part. */
  readonly length: number;
}

const plans = new WeakMap<TypeLayout, Plan>();

/** The first parts that have a value of their own. Made once for each type. */
function planOf(type: TypeLayout): Plan {
  const known = plans.get(type);
  if (known) return known;
  const parts = isStructure(type) ? firstMembers(type) : firstElements(type);
  const length = Math.max(0, ...parts.map((part) => part.offset + partSize(part, 0, 0)));
  const plan = { parts, length };
  plans.set(type, plan);
  return plan;
}

const isPlain = ({ kind, size }: TypeLayout): boolean =>
  size <= REACH && !['struct', 'union', 'array', 'sync', 'opaque'].includes(kind);

function firstMembers(type: TypeLayout): readonly Member[] {
  const fits = (part: Member): boolean =>
    part.offset < REACH && (isPlain(part.type) || (isWhole('default', part.type) && part.type.size <= REACH));
  return membersOf(type).list.filter(fits).slice(0, MEMBERS);
}

function firstElements(type: TypeLayout): readonly Member[] {
  const { element } = type;
  if (!element || !isPlain(element)) return [];
  const count = Math.min(type.count ?? ELEMENTS, isByteArray(type) ? BYTES : ELEMENTS);
  return Array.from({ length: count }, (_, index) => ({ name: '', offset: index * element.size, type: element }));
}

/** The bytes that a summary is made of; undefined where it needs none. */
export function summaryRange({ type, offset, size }: Pick<Container, 'type' | 'offset' | 'size'>): Range | undefined {
  const { length } = planOf(type);
  return length === 0 ? undefined : { offset, length: Math.min(length, size) };
}

/** Undefined while the snapshot does not hold what is to be told. */
export function summaryOf(row: Container, source: Source): Leaf | undefined {
  const { type } = row;
  const { parts } = planOf(type);
  const count = row.childCount ?? type.count ?? 0;
  if (parts.length === 0) return { text: type.kind === 'array' ? plural(count, 'element') : plural(count, 'field') };
  const range = summaryRange(row);
  const bytes = range && source.snapshot?.slice(range.offset, range.length);
  if (!range || !bytes || bytes.length < Math.min(range.length, (source.snapshot?.size ?? 0) - range.offset)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts = parts.slice(0, count).map((part) => partText(part, row, view, source));
  const more = count > texts.length ? (texts.length > 0 ? ['…'] : []) : [];
  if (type.kind !== 'array') return { text: `{${[...texts, ...more].join(', ')}}` };
  return { text: isByteArray(type) ? [...texts, ...more].join(' ') : `[${[...texts, ...more].join(', ')}]` };
}

function partText(part: Member, row: Container, view: DataView, { byteOrder, formats }: Source): string {
  const isElement = row.type.kind === 'array';
  const path = isElement ? `${row.path}[0]` : memberPath(row.path, part.name);
  const chosen = formats[formatPath(path)];
  if (isElement && chosen === undefined && isByteArray(row.type))
    return part.offset < view.byteLength ? view.getUint8(part.offset).toString(16).padStart(2, '0') : '';
  const format = formatFor(part.type, part.bitWidth, chosen);
  const { text } = decodeAs(format, view, part.offset, part.type, {
    littleEndian: byteOrder === 'little',
    offset: row.offset + part.offset,
    bitOffset: part.bitOffset,
    bitWidth: part.bitWidth,
  });
  const shown = text.length > PART ? `${text.slice(0, PART)}…` : text;
  return isElement || part.name === '' ? shown : `${part.name} ${shown}`;
}
