/**
 * gcc aligns what its type's machine mode makes an integer or a double to 4 bytes as a field on i386, unless the alignment was asked for
 * (config/i386/i386.cc, x86_field_alignment), and says so of the type too (c-family, min_align_of_type). A struct of 8 bytes may have such a
 * mode (stor-layout.cc, compute_record_mode), so `struct { _Atomic long long x; }` is rounded up to 8 bytes and aligned to 4.
 */
import type { FieldLayout, TypeLayout } from '../../../../api.d.ts';
import type { MemberSpec, RecordSpec } from '../spec.ts';

/** What a struct or union whose alignment nobody asked for is aligned to as a field; bytes. */
export function fieldAlignment(alignment: number, size: number, fields: readonly FieldLayout[]): number {
  return alignment > 4 && hasMode(size, fields) ? 4 : alignment;
}

/** Whether a member makes the alignment of its struct one that was asked for, by aligned(n), alignas or a type that has one. */
export function isAlignedByUser(member: MemberSpec, { union, pack }: RecordSpec): boolean {
  const { name, type, aligned, packed, userAligned = false, bitWidth } = member;
  if (bitWidth === undefined) {
    return (aligned !== undefined && (packed || aligned >= ownAlignment(type))) || userAligned;
  }
  const passedOver = name === '' && bitWidth > 0 && (union || packed || pack > 0);
  return aligned !== undefined || (userAligned && !passedOver);
}

/** TYPE_ALIGN: what a type is aligned to where it is no field, whatever it says of itself; bytes. Scalars of 8 bytes are to 8. */
function ownAlignment({ kind, size, alignment, element, fields }: TypeLayout): number {
  if (kind === 'array' && element !== undefined) return ownAlignment(element);
  if (kind === 'sync' || kind === 'opaque') return alignment;
  if (kind !== 'struct' && kind !== 'union') return size === 8 ? 8 : alignment;
  // What is aligned to less was packed.
  if (alignment !== 4 || !hasMode(size, fields ?? [])) return alignment;
  return Math.max(alignment, ...(fields ?? []).map(({ type }) => type.alignment));
}

function hasMode(size: number, fields: readonly FieldLayout[]): boolean {
  return isWhole(size) && fields.every(({ type }) => !isBlock(type));
}

/** BLKmode: what fits no register. A flexible array does not, one of no elements makes no difference. */
function isBlock({ kind, size, element, count, fields }: TypeLayout): boolean {
  if (size === 0) return kind === 'array' && count === undefined;
  if (kind === 'struct' || kind === 'union') return !hasMode(size, fields ?? []);
  if (kind !== 'array' || element === undefined) return false;
  return isBlock(element) || (count !== 1 && !isWhole(size));
}

function isWhole(size: number): boolean {
  return size === 1 || size === 2 || size === 4 || size === 8;
}
