/**
 * Where members of a struct or union go, as gcc lays them out on System V ABIs: gcc/stor-layout.cc, layout_decl, place_field,
 * update_alignment_for_field, place_union_field and finalize_record_size. Offsets are kept as bytes and bits, since the bits of a large
 * struct pass 2^53.
 */
import type { FieldLayout, TypeLayout } from '../../../api.d.ts';
import { DeclarationError } from '../errors.ts';

export interface MemberSpec {
  readonly name: string;
  readonly type: TypeLayout;
  readonly at: number;
  readonly bitWidth?: number;
  /** From aligned(n) or _Alignas on the member; bytes. */
  readonly aligned?: number;
  /** packed on the member or on its struct. */
  readonly packed: boolean;
}

export interface RecordSpec {
  readonly union: boolean;
  /** #pragma pack in force at the closing brace; bytes, 0 = off. */
  readonly pack: number;
  /** aligned(n) on the type; bytes. */
  readonly aligned: number;
  readonly unnamedBitFieldsAlign: boolean;
}

export interface RecordLayout {
  readonly size: number;
  readonly alignment: number;
  readonly fields: readonly FieldLayout[];
}

export function layOut(members: readonly MemberSpec[], spec: RecordSpec): RecordLayout {
  const record = new Record_(spec);
  for (const member of members) record.place(member);
  return record.finish();
}

export function roundUp(value: number, alignment: number): number {
  const over = value % alignment;
  return over === 0 ? value : value + (alignment - over);
}

class Record_ {
  readonly #spec: RecordSpec;
  readonly #fields: FieldLayout[] = [];
  /** The next free place: bytes, and bits 0 to 7. */
  #byte = 0;
  #bit = 0;
  /** Of a union: bytes of its largest member. */
  #largest = 0;
  #alignment: number;

  constructor(spec: RecordSpec) {
    this.#spec = spec;
    this.#alignment = Math.max(1, spec.aligned);
  }

  place(member: MemberSpec): void {
    if (this.#spec.union) {
      this.#byte = 0;
      this.#bit = 0;
    }
    const isBitField = member.bitWidth !== undefined;
    const ordinary = this.#isOrdinary(member);
    const desired = isBitField ? this.#bitFieldAlignment(member, ordinary) : this.#memberAlignment(member);
    if (!isBitField) this.#alignment = Math.max(this.#alignment, desired);
    else if (member.name !== '' || this.#spec.unnamedBitFieldsAlign) this.#raiseForBitField(member, desired);
    if (desired > 0) this.#alignTo(desired);
    if (isBitField && !ordinary) this.#skipUnit(member);
    this.#store(member);
    if (this.#byte > Number.MAX_SAFE_INTEGER) throw new DeclarationError(member.at, 'This type is larger than 2^53 bytes.');
  }

  finish(): RecordLayout {
    const end = this.#spec.union ? this.#largest : this.#byte + (this.#bit > 0 ? 1 : 0);
    return { size: roundUp(end, this.#alignment), alignment: this.#alignment, fields: this.#fields };
  }

  /** layout_decl for a field that is no bit-field: #pragma pack caps even what the member asks for itself. */
  #memberAlignment({ type, aligned, packed }: MemberSpec): number {
    let alignment = packed ? (aligned ?? 1) : Math.max(aligned ?? 1, type.alignment);
    if (this.#spec.pack > 0) alignment = Math.min(alignment, this.#spec.pack);
    return alignment;
  }

  /** layout_decl for a bit-field; 0 where it asks for nothing. A zero-width one knows neither packed nor #pragma pack. */
  #bitFieldAlignment({ type, aligned, bitWidth = 0 }: MemberSpec, ordinary: boolean): number {
    if (bitWidth === 0) return Math.max(aligned ?? 1, type.alignment);
    const alignment = Math.max(aligned ?? 0, ordinary ? bitWidth / 8 : 0);
    return this.#spec.pack > 0 ? Math.min(alignment, this.#spec.pack) : alignment;
  }

  /** A bit-field as wide as an integer type that already stands where that type may stand is laid out as one (layout_decl). */
  #isOrdinary({ bitWidth = 0, packed }: MemberSpec): boolean {
    if (![8, 16, 32, 64, 128].includes(bitWidth) || (packed && bitWidth > 8)) return false;
    return this.#bit === 0 && this.#byte % (bitWidth / 8) === 0;
  }

  #raiseForBitField({ type, packed, bitWidth }: MemberSpec, desired: number): void {
    let alignment = type.alignment;
    if (bitWidth !== 0 && this.#spec.pack > 0) alignment = Math.min(alignment, this.#spec.pack);
    else if (bitWidth !== 0 && packed) alignment = 1;
    this.#alignment = Math.max(this.#alignment, desired, alignment);
  }

  #alignTo(alignment: number): void {
    this.#byte = roundUp(this.#byte + (this.#bit > 0 ? 1 : 0), alignment);
    this.#bit = 0;
  }

  /** A bit-field may not span more units of its type's alignment than the type itself (excess_unit_span). */
  #skipUnit({ type, packed, bitWidth = 0 }: MemberSpec): void {
    if (packed || this.#spec.pack > 0 || bitWidth === 0) return;
    const unit = type.alignment * 8;
    const start = (this.#byte % type.alignment) * 8 + this.#bit;
    if (Math.ceil((start + bitWidth) / unit) > Math.floor((type.size * 8) / unit)) this.#alignTo(type.alignment);
  }

  #store({ name, type, bitWidth, at }: MemberSpec): void {
    if (bitWidth === undefined) {
      this.#fields.push({ name, offset: this.#byte, type });
      this.#byte += type.size;
    } else {
      const bitOffset = this.#byte * 8 + this.#bit;
      if (bitOffset > Number.MAX_SAFE_INTEGER)
        throw new DeclarationError(at, 'This bit-field lies too far into its type: past 2^53 bits.');
      // Unnamed bit-fields are padding: nothing can be read from them by name.
      if (name !== '') this.#fields.push({ name, offset: this.#byte, type, bitOffset, bitWidth });
      const bits = this.#bit + bitWidth;
      this.#byte += Math.floor(bits / 8);
      this.#bit = bits % 8;
    }
    this.#largest = Math.max(this.#largest, this.#byte + (this.#bit > 0 ? 1 : 0));
  }
}

/** The names that a member brings into its struct: its own, or those of an anonymous member. */
export function memberNames(member: MemberSpec): string[] {
  if (member.name !== '') return [member.name];
  if (member.bitWidth !== undefined) return [];
  const names: string[] = [];
  const stack = [member.type];
  for (let type = stack.pop(); type !== undefined; type = stack.pop()) {
    for (const field of type.fields ?? []) {
      if (field.name !== '') names.push(field.name);
      else stack.push(field.type);
    }
  }
  return names;
}
