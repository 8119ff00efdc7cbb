/** The fields of a record as they are placed, and the limits that all layouts have. */
import type { FieldLayout } from '../../../../api.d.ts';
import { DeclarationError } from '../../errors.ts';
import type { MemberSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';

export class Fields {
  readonly list: FieldLayout[] = [];

  add({ name, type }: MemberSpec, offset: number): void {
    this.list.push({ name, offset, type });
  }

  /** A bit-field at the cursor. Unnamed ones are padding: nothing can be read from them by name. */
  addBits({ name, type, bitWidth = 0, at }: MemberSpec, { byte, bit }: Cursor): void {
    const bitOffset = byte * 8 + bit;
    if (bitOffset > Number.MAX_SAFE_INTEGER)
      throw new DeclarationError(at, 'This bit-field lies too far into its type: past 2^53 bits.');
    if (name !== '') this.list.push({ name, offset: byte, type, bitOffset, bitWidth });
  }
}

/** Refuses what numbers could not tell exactly any more. */
export function checkSize(bytes: number, { at }: Pick<MemberSpec, 'at'>): void {
  if (bytes > Number.MAX_SAFE_INTEGER) throw new DeclarationError(at, 'This type is larger than 2^53 bytes.');
}
