/** How the bytes are shown: what the user chooses in the view options. */
import { isObject, isOneOf, isText } from '../../src/protocol/check.ts';

export const COLUMN_CHOICES = [8, 16, 32, 'auto'] as const;
export const GROUPS = ['1', '2', '4', '8', 'f32', 'f64'] as const;
export const FORMATS = ['hex', 'unsigned', 'signed', 'binary'] as const;

export type Columns = (typeof COLUMN_CHOICES)[number];
/** Bytes that are shown as one value: an integer of so many bytes, or a float. */
export type Group = (typeof GROUPS)[number];
/** How integers are written; floats have one way only. */
export type Format = (typeof FORMATS)[number];

export interface ByteLook {
  /** Bytes of one row; 'auto' for as many as the width allows. */
  readonly columns: Columns;
  readonly group: Group;
  readonly format: Format;
  /** Which addresses stand in place of the offsets: the key of a base (addresses.ts), '' for none. */
  readonly addresses: string;
}

export const DEFAULT_LOOK: ByteLook = { columns: 16, group: '1', format: 'hex', addresses: '' };

const SIZES: Readonly<Record<Group, number>> = { '1': 1, '2': 2, '4': 4, '8': 8, f32: 4, f64: 8 };

/** Bytes of one group. */
export function unitOf(look: ByteLook): number {
  return SIZES[look.group];
}

/** Bytes that are typed digit by digit in their place; every other value opens an input. */
export function isTypedInPlace(look: ByteLook): boolean {
  return look.group === '1' && look.format === 'hex';
}

/** What was saved, with the default for each part that is not what it should be. */
export function readLook(saved: unknown): ByteLook {
  if (!isObject(saved)) return DEFAULT_LOOK;
  const { columns, group, format, addresses } = saved;
  return {
    columns: COLUMN_CHOICES.find((one) => one === columns) ?? DEFAULT_LOOK.columns,
    group: isOneOf(group, GROUPS) ? group : DEFAULT_LOOK.group,
    format: isOneOf(format, FORMATS) ? format : DEFAULT_LOOK.format,
    addresses: isText(addresses, 100) ? addresses : '',
  };
}
