/** How a value is shown and typed in, where the user wants something else than its type's own way: which formats there are, and for what. */
import type { TypeLayout } from '../../api.d.ts';
import { isCharArray } from './leaf.ts';

/** Every format by its name, which is what is remembered, with what it is called. In the order of the menu. */
export const FORMATS = {
  default: 'Default',
  decimal: 'Decimal',
  hex: 'Hexadecimal',
  binary: 'Binary',
  octal: 'Octal',
  character: 'Character',
  float: 'Floating Point',
  text: 'Text',
  bytes: 'Bytes',
  'time-s': 'Time: Seconds since 1970, UTC',
  'time-ms': 'Time: Milliseconds since 1970, UTC',
  'time-us': 'Time: Microseconds since 1970, UTC',
  'time-ns': 'Time: Nanoseconds since 1970, UTC',
  'local-s': 'Time: Seconds since 1970, Local',
  'local-ms': 'Time: Milliseconds since 1970, Local',
  'local-us': 'Time: Microseconds since 1970, Local',
  'local-ns': 'Time: Nanoseconds since 1970, Local',
  'duration-s': 'Duration in Seconds',
  'duration-ms': 'Duration in Milliseconds',
  'duration-us': 'Duration in Microseconds',
  'duration-ns': 'Duration in Nanoseconds',
  ipv4: 'IPv4 Address',
  'ipv4-network': 'IPv4 Address, Network Order',
  ipv6: 'IPv6 Address',
  uuid: 'UUID',
  pointer: 'Pointer',
  'offset-pointer': 'Offset Pointer (from This Field)',
  offset: 'Offset from the Start of the Segment',
} as const;
export type FormatName = keyof typeof FORMATS;

const NAMES = Object.keys(FORMATS).filter(isFormatName);

export function isFormatName(name: unknown): name is FormatName {
  return typeof name === 'string' && Object.hasOwn(FORMATS, name);
}

const RADIXES: readonly FormatName[] = ['decimal', 'hex', 'binary', 'octal'];
const TIMES = NAMES.filter((name) => /^(?:time|local|duration)-/.test(name));
const POINTERS: readonly FormatName[] = ['pointer', 'offset-pointer', 'offset'];

/** The formats that a value of `type` can be shown in, 'default' first; only that one for what has parts of its own. */
export function formatsOf(type: TypeLayout, bitWidth?: number): readonly FormatName[] {
  const fitting = new Set<FormatName>(['default', ...fittingFormats(type, bitWidth)]);
  return fitting.size === 1 ? ['default'] : NAMES.filter((name) => fitting.has(name));
}

function fittingFormats(type: TypeLayout, bitWidth: number | undefined): readonly FormatName[] {
  const { kind, size } = type;
  if (kind === 'array') return isByteArray(type) ? ['text', 'bytes', ...bytesFormats(size)] : [];
  if (kind === 'struct' || kind === 'union')
    return [...(size === 16 ? bytesFormats(size) : []), ...(size === 4 || size === 8 ? (['offset-pointer'] as const) : [])];
  if (kind === 'float') return size <= 8 ? ['hex', 'binary', ...(size >= 4 ? TIMES : [])] : [];
  if (kind === 'pointer') return ['decimal', 'hex', ...POINTERS];
  if (kind === 'opaque') return size > 0 && size <= MAX_BYTES ? ['bytes', ...bytesFormats(size)] : [];
  if (kind === 'sync') return [];
  if (bitWidth !== undefined) return [...RADIXES, ...TIMES];
  const wide: readonly FormatName[] = size === 4 || size === 8 ? [...TIMES, ...POINTERS] : [];
  const character: readonly FormatName[] = size <= 4 ? ['character'] : [];
  const float: readonly FormatName[] = [2, 4, 8].includes(size) ? ['float'] : [];
  const address: readonly FormatName[] = size === 4 ? ['ipv4', 'ipv4-network'] : [];
  return [...RADIXES, ...character, ...float, ...wide, ...address];
}

function bytesFormats(size: number): readonly FormatName[] {
  return size === 16 ? ['ipv6', 'uuid'] : size === 4 ? ['ipv4-network'] : [];
}

/** Bytes that the format 'bytes' shows, and that can be typed in. */
export const MAX_BYTES = 1024;

/** An array of elements of one byte: of characters or of small integers. */
export function isByteArray(type: TypeLayout): boolean {
  return type.kind === 'array' && type.element?.size === 1 && (type.element.kind === 'char' || type.element.kind === 'integer');
}

/** What 'default' stands for: boost's own offset pointers are shown as such. */
export function ownFormat(type: TypeLayout): FormatName {
  const isOffsetPointer = /(^|::)offset_ptr</.test(type.name) && (type.size === 4 || type.size === 8);
  return isOffsetPointer && (type.kind === 'struct' || type.kind === 'opaque') ? 'offset-pointer' : 'default';
}

/** The format that is shown: the chosen one where it fits the type, else the type's own. */
export function formatFor(type: TypeLayout, bitWidth: number | undefined, chosen: string | undefined): FormatName {
  if (chosen === undefined || chosen === 'default' || !isFormatName(chosen)) return ownFormat(type);
  return formatsOf(type, bitWidth).includes(chosen) ? chosen : ownFormat(type);
}

/** Whether the format shows all of a value that has parts as one value: a UUID of sixteen bytes, text. */
export function isWhole(format: FormatName, type: TypeLayout): boolean {
  if (format === 'default') return isCharArray(type);
  return type.kind === 'array' || type.kind === 'struct' || type.kind === 'union';
}

/** One format for the same field of all elements: 'orders[3].sent' -> 'orders[].sent'. */
export function formatPath(path: string): string {
  return path.replace(/\[\d+\]/g, '[]');
}
