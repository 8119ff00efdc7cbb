/**
 * Where gcc puts the members of a struct or union: gcc 12, stor-layout.cc: layout_decl, update_alignment_for_field, place_field,
 * place_union_field and finalize_record_size.
 */
import { WORDS } from '../abi/words.ts';
import type { MemberSpec, RecordLayout, RecordSpec } from '../spec.ts';
import { Cursor, roundUp } from './cursor.ts';
import { checkSize, Fields } from './fields.ts';
import { fieldAlignment, isAlignedByUser } from './i386.ts';

export class GccRecord {
  readonly #spec: RecordSpec;
  readonly #fields = new Fields();
  readonly #cursor = new Cursor();
  readonly #isI386: boolean;
  /** Of a union: bytes of its largest member. */
  #largest = 0;
  #alignment: number;
  #userAligned: boolean;

  constructor(spec: RecordSpec) {
    this.#spec = spec;
    this.#alignment = Math.max(1, spec.aligned);
    this.#userAligned = spec.aligned > 0;
    this.#isI386 = spec.target.abi === 'i386';
  }

  place(member: MemberSpec): void {
    if (this.#spec.union) this.#cursor.moveTo(0);
    if (member.bitWidth === undefined) this.#placeMember(member);
    else this.#placeBits(member, member.bitWidth);
    this.#userAligned ||= isAlignedByUser(member, this.#spec);
    this.#largest = Math.max(this.#largest, this.#cursor.bytes);
    checkSize(this.#cursor.byte, member);
  }

  finish(): RecordLayout {
    const end = this.#spec.union ? this.#largest : this.#cursor.bytes;
    const size = roundUp(end, this.#alignment);
    const fields = this.#fields.list;
    const natural = this.#isI386 && !this.#userAligned;
    const alignment = natural ? fieldAlignment(this.#alignment, size, fields) : this.#alignment;
    return { size, alignment, fields, userAligned: this.#userAligned };
  }

  #placeMember(member: MemberSpec): void {
    const desired = this.#memberAlignment(member);
    this.#alignment = Math.max(this.#alignment, desired);
    this.#cursor.alignTo(desired);
    this.#fields.add(member, this.#cursor.byte);
    this.#cursor.byte += member.type.size;
  }

  #placeBits(member: MemberSpec, bitWidth: number): void {
    const ordinary = this.#isOrdinary(member);
    const desired = this.#bitFieldAlignment(member, ordinary);
    if (member.name !== '' || WORDS[this.#spec.target.abi].arm) this.#raiseForBitField(member, desired);
    const base = this.#base(desired);
    if (desired > 0) this.#cursor.alignTo(desired);
    if (!ordinary) this.#skipUnit(member, base);
    this.#fields.addBits(member, this.#cursor);
    this.#cursor.skipBits(bitWidth);
  }

  /** layout_decl for a field that is no bit-field: #pragma pack caps even what the member asks for itself. */
  #memberAlignment({ type, aligned, packed }: MemberSpec): number {
    const alignment = packed ? (aligned ?? 1) : Math.max(aligned ?? 1, type.alignment);
    return this.#spec.pack > 0 ? Math.min(alignment, this.#spec.pack) : alignment;
  }

  /** layout_decl for a bit-field; 0 where it asks for nothing. packed does not matter to one of zero width. */
  #bitFieldAlignment({ type, aligned, bitWidth = 0 }: MemberSpec, ordinary: boolean): number {
    if (bitWidth === 0) return Math.max(aligned ?? 1, type.alignment);
    let own = ordinary ? bitWidth / 8 : 0;
    // ADJUST_FIELD_ALIGN, which leaves alone what has an alignment of its own.
    if (this.#isI386 && aligned === undefined) own = Math.min(own, 4);
    const alignment = Math.max(aligned ?? 0, own);
    return this.#spec.pack > 0 ? Math.min(alignment, this.#spec.pack) : alignment;
  }

  /** A bit-field as wide as an integer type that already stands where that type may stand is laid out as one (layout_decl). */
  #isOrdinary({ bitWidth = 0, packed }: MemberSpec): boolean {
    if (![8, 16, 32, 64, 128].includes(bitWidth) || (packed && bitWidth > 8)) return false;
    return this.#cursor.bitsPast(bitWidth / 8) === 0;
  }

  #raiseForBitField({ type, packed, bitWidth }: MemberSpec, desired: number): void {
    let alignment = type.alignment;
    if (bitWidth !== 0 && this.#spec.pack > 0) alignment = Math.min(alignment, this.#spec.pack);
    else if (bitWidth !== 0 && packed) alignment = 1;
    this.#alignment = Math.max(this.#alignment, desired, alignment);
  }

  /** The byte that place_field counts bits from, before it aligns the field: a multiple of the strictest alignment that it knows of. */
  #base(desired: number): number {
    const strictest = Math.max(this.#spec.aligned, WORDS[this.#spec.target.abi].biggestAlignment);
    if (desired >= strictest) return roundUp(this.#cursor.bytes, desired);
    return this.#cursor.byte - (this.#cursor.byte % strictest);
  }

  /** A bit-field may not span more units of its type's alignment than the type itself (excess_unit_span). */
  #skipUnit({ type, packed, bitWidth = 0 }: MemberSpec, base: number): void {
    if (packed || this.#spec.pack > 0 || bitWidth === 0) return;
    const unit = type.alignment * 8;
    const end = this.#cursor.bitsPast(type.alignment) + bitWidth;
    if (Math.ceil(end / unit) <= Math.floor((type.size * 8) / unit)) return;
    this.#cursor.moveTo(base + roundUp(this.#cursor.bytes - base, type.alignment));
  }
}
