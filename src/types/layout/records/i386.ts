/**
 * gcc aligns what its type's machine mode makes an integer or a double to 4 bytes as a field on i386, unless the alignment was asked for
 * (config/i386/i386.cc, x86_field_alignment), and says so of the type too (c-family, min_align_of_type). A struct may have such a mode
 * (stor-layout.cc, compute_record_mode), so `struct { _Atomic long long x; }` is rounded up to 8 bytes and aligned to 4.
 */
import type { TypeLayout } from '../../../../api.d.ts';
import type { MachineType, MemberSpec, Mode, RecordSpec } from '../spec.ts';

/** A member that has a size, or takes all that remains. */
export interface Part {
  /** bytes; of a bit-field a fraction of them, perhaps */
  readonly size: number;
  readonly mode: Mode;
}

/** What a struct or union of that mode, whose alignment nobody asked for, is aligned to as a field, and says of itself; bytes. */
export function fieldAlignment(alignment: number, mode: Mode): number {
  return mode === 'integer' || mode === 'double' ? Math.min(alignment, 4) : alignment;
}

/**
 * Whether a member makes the alignment of its struct one that was asked for, by aligned(n), alignas or a type that has one. `ordinary`:
 * a bit-field that is laid out as an integer.
 */
export function isAlignedByUser(member: MemberSpec, { union, pack }: RecordSpec, ordinary: boolean): boolean {
  const { name, aligned, packed, userAligned = false, bitWidth } = member;
  if (bitWidth === undefined) return (aligned !== undefined && (packed || aligned >= machineOf(member).alignment)) || userAligned;
  const passedOver = name === '' && bitWidth > 0 && (union || packed || pack > 0 || ordinary);
  return aligned !== undefined || (userAligned && !passedOver);
}

export function machineOf({ type, machine }: Pick<MemberSpec, 'type' | 'machine'>): MachineType {
  return machine ?? machineTypeOf(type);
}

/** Of structs and unions: what contains another twice, fifty times over, has parts without number. */
const modes = new WeakMap<TypeLayout, Mode>();

/** What gcc makes of a type of which no more is known than its layout. `complex`: an array that stands for a complex number. */
export function machineTypeOf(layout: TypeLayout, complex = false): MachineType {
  const { kind, size, alignment, element, fields } = layout;
  if (kind === 'struct' || kind === 'union') {
    const known = modes.get(layout);
    const mode = known ?? recordMode((fields ?? []).flatMap(partOf), size, kind === 'union');
    if (known === undefined) modes.set(layout, mode);
    return { mode, alignment };
  }
  if (kind === 'array' && element !== undefined && !complex) return arrayOf(machineTypeOf(element), layout);
  if (kind === 'float' || complex) {
    const isDouble = (element ?? layout).size === 8;
    return { mode: isDouble ? 'double' : 'other', alignment: isDouble ? 8 : alignment };
  }
  return { mode: modeOfSize(size), alignment: size === 8 && kind !== 'sync' && kind !== 'opaque' ? 8 : alignment };
}

/** layout_type and mode_for_array: an array of one element is as that; vectors, which are aligned to more, have modes of their own. */
export function arrayOf(element: MachineType, { size, alignment, element: one, count }: TypeLayout): MachineType {
  if (one !== undefined && alignment > Math.max(one.alignment, element.alignment)) return { mode: 'other', alignment };
  if (count === undefined || (element.mode === 'block' && size > 0)) return { mode: 'block', alignment: element.alignment };
  return { mode: size === one?.size ? element.mode : modeOfSize(size), alignment: element.alignment };
}

/** Nothing for what has no bytes, which makes no difference; a flexible array has no size. */
export function partOf(member: Pick<MemberSpec, 'type' | 'machine' | 'bitWidth'>): Part[] {
  const { type, bitWidth } = member;
  if (bitWidth !== undefined) return bitWidth === 0 ? [] : [{ size: bitWidth / 8, mode: 'integer' }];
  const flexible = type.kind === 'array' && type.count === undefined;
  if (type.size === 0 && !flexible) return [];
  return [{ size: type.size, mode: machineOf(member).mode }];
}

/** compute_record_mode: that of the member that takes all of it, else of an integer of its size. Of unions only integers count. */
export function recordMode(parts: readonly Part[], size: number, union: boolean): Mode {
  if (parts.some(({ mode }) => mode === 'block')) return 'block';
  const whole = parts.findLast((part) => part.size === size)?.mode;
  return whole !== undefined && (!union || whole === 'integer') ? whole : modeOfSize(size);
}

function modeOfSize(size: number): Mode {
  return size === 1 || size === 2 || size === 4 || size === 8 ? 'integer' : 'block';
}
