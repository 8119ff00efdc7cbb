/**
 * Where gcc puts the members of a struct, union or class: gcc 12, stor-layout.cc: layout_decl, update_alignment_for_field, place_field,
 * place_union_field and finalize_record_size; of classes cp/class.cc, layout_class_type.
 */
import { WORDS } from '../abi/words.ts';
import type { BaseSpec, MemberSpec, RecordLayout, RecordSpec } from '../spec.ts';
import { baseFields, ClassState, isOverlapping, isOverlappingEmpty } from './classState.ts';
import { Cursor, roundUp } from './cursor.ts';
import { checkSize, Fields } from './fields.ts';
import { fieldAlignment, isAlignedByUser, partOf, recordMode, type Part } from './i386.ts';
import { filledType, isWide } from './wide.ts';

export class GccRecord {
  readonly #spec: RecordSpec;
  readonly #fields = new Fields();
  readonly #cursor = new Cursor();
  readonly #class: ClassState | undefined;
  readonly #isI386: boolean;
  /** For its machine mode. */
  readonly #parts: Part[] = [];
  /** Of a union: bytes of its largest member. */
  #largest = 0;
  /** Bytes that fields reach by their own sizes: end_of_class, which passes over the end of a bit-field that crosses a byte. */
  #fieldsEnd = 0;
  #alignment: number;
  #userAligned: boolean;

  constructor(spec: RecordSpec, members: readonly MemberSpec[]) {
    this.#spec = spec;
    this.#alignment = Math.max(1, spec.aligned);
    this.#userAligned = spec.aligned > 0;
    this.#isI386 = spec.target.abi === 'i386';
    this.#class = spec.class && new ClassState(spec.class, spec.packed && !members.some(isUnpackable));
    if (this.#class) this.#placeBases(this.#class);
  }

  place(given: MemberSpec): void {
    const member = { ...given, packed: this.#isPacked(given) };
    if (this.#spec.union) this.#cursor.moveTo(0);
    this.#class?.add(member);
    const ordinary = member.bitWidth !== undefined && this.#isOrdinary(member);
    // check_field_decls
    if (this.#class && member.overlaps) this.#class.isPod = false;
    if (member.bitWidth !== undefined) this.#placeBits(member, member.bitWidth);
    else if (this.#class && isOverlappingEmpty(member)) this.#placeEmptyMember(member, this.#class);
    else this.#placeMember(member);
    this.#userAligned ||= isAlignedByUser(member, this.#spec, ordinary);
    this.#parts.push(...partOf(member));
    this.#largest = Math.max(this.#largest, this.#cursor.bytes);
    checkSize(this.#cursor.byte, member);
  }

  finish(): RecordLayout {
    const own = this.#spec.union ? this.#largest : this.#cursor.bytes;
    const dataSize = Math.max(own, this.#class?.reach ?? 0);
    const size = roundUp(dataSize === 0 && this.#class?.isEmpty ? 1 : dataSize, this.#alignment);
    const fields = this.#fields.list;
    const machine = { mode: recordMode(this.#parts, size, this.#spec.union), alignment: this.#alignment };
    const natural = this.#isI386 && !this.#userAligned;
    const alignment = natural ? fieldAlignment(this.#alignment, machine.mode) : this.#alignment;
    const layout = { size, alignment, fields, userAligned: this.#userAligned, machine };
    return this.#class
      ? { ...layout, class: this.#class.info(layout, dataSize, Math.max(this.#fieldsEnd, this.#class.reach)) }
      : layout;
  }

  /** build_base_fields: the primary base first, then the others. packed reaches the pointer to the virtual table, and no base. */
  #placeBases(state: ClassState): void {
    const offsets = new Map<BaseSpec, number>();
    const { word } = WORDS[this.#spec.target.abi];
    if (state.hasOwnPointer) {
      this.#alignment = Math.max(this.#alignment, this.#capped(state.packed ? 1 : word));
      this.#cursor.byte = word;
      this.#fieldsEnd = word;
    }
    for (const base of state.bases) {
      offsets.set(base, base.class.empty ? this.#placeEmpty(state, base, undefined) : this.#placeBase(state, base));
      this.#userAligned ||= base.class.userAligned;
      this.#parts.push(...partOf(base));
    }
    this.#fields.list.push(...baseFields(state, offsets, word));
  }

  #placeBase(state: ClassState, { type, class: info, at }: BaseSpec): number {
    const alignment = this.#capped(info.baseAlignment);
    this.#alignment = Math.max(this.#alignment, alignment);
    this.#cursor.alignTo(alignment);
    while (state.empties.conflict(info, type, this.#cursor.byte)) {
      this.#cursor.byte += info.baseAlignment;
      this.#cursor.alignTo(alignment);
    }
    const offset = this.#cursor.byte;
    state.empties.record(info, type, offset);
    this.#cursor.byte += info.dataSize;
    this.#fieldsEnd = this.#cursor.byte;
    checkSize(this.#cursor.byte, { at });
    return offset;
  }

  /** layout_empty_base_or_field: at the start, or where that is taken, behind everything. */
  #placeEmpty(state: ClassState, { type, class: info }: Pick<BaseSpec, 'type' | 'class'>, aligned: number | undefined): number {
    const step = aligned ?? info.baseAlignment;
    let offset = 0;
    if (!this.#spec.union && state.empties.conflict(info, type, 0)) {
      offset = roundUp(this.#cursor.byte, info.baseAlignment);
      while (state.empties.conflict(info, type, offset)) offset += step;
    }
    if (aligned !== undefined || info.userAligned) this.#alignment = Math.max(this.#alignment, step);
    state.empties.record(info, type, offset);
    state.reachTo(offset + type.size);
    return offset;
  }

  #placeEmptyMember(member: MemberSpec, state: ClassState): void {
    if (member.class)
      this.#fields.add(member, this.#placeEmpty(state, { type: member.type, class: member.class }, member.aligned));
  }

  #placeMember(member: MemberSpec): void {
    const desired = this.#memberAlignment(member);
    this.#alignment = Math.max(this.#alignment, desired);
    this.#cursor.alignTo(desired);
    while (!this.#spec.union && this.#class?.empties.conflict(member.class, member.type, this.#cursor.byte)) {
      this.#cursor.byte += member.type.alignment;
      this.#cursor.alignTo(desired);
    }
    const { byte } = this.#cursor;
    this.#fields.add(member, byte);
    this.#class?.empties.record(member.class, member.type, byte);
    const overlapping = isOverlapping(member) && member.class?.pod === false;
    this.#cursor.byte += overlapping ? (member.class?.memberSize ?? 0) : member.type.size;
    this.#fieldsEnd = Math.max(this.#fieldsEnd, this.#cursor.byte);
  }

  #placeBits(member: MemberSpec, bitWidth: number): void {
    if (isWide(member)) {
      this.#placeWide(member, bitWidth);
      return;
    }
    const ordinary = this.#isOrdinary(member);
    const desired = this.#bitFieldAlignment(member, ordinary);
    if (member.name !== '' || WORDS[this.#spec.target.abi].arm) this.#raiseForBitField(member, desired);
    const base = this.#base(desired);
    if (desired > 0) this.#cursor.alignTo(desired);
    if (!ordinary) this.#skipUnit(member, base);
    this.#addBits(member, bitWidth);
  }

  #addBits(member: MemberSpec, bitWidth: number): void {
    this.#fields.addBits({ ...member, bitWidth: Math.min(bitWidth, member.type.size * 8) }, this.#cursor);
    this.#fieldsEnd = Math.max(this.#fieldsEnd, this.#cursor.byte + Math.ceil(bitWidth / 8));
    this.#cursor.skipBits(bitWidth);
  }

  /** What is left over of it is padding, which is a bit-field of char without a name. */
  #placeWide(member: MemberSpec, bitWidth: number): void {
    const { size, alignment } = filledType(this.#spec.target, bitWidth);
    const desired = this.#capped(member.packed ? 1 : alignment);
    const filled = { ...member, bitWidth: size * 8 };
    const ordinary = this.#isOrdinary(filled);
    this.#raiseForBitField(member, desired);
    const base = this.#base(desired);
    this.#cursor.alignTo(desired);
    if (!ordinary) this.#skipUnit(filled, base);
    this.#addBits(member, size * 8);
    if (this.#spec.union) this.#cursor.moveTo(0);
    const rest = this.#spec.union ? bitWidth : bitWidth - size * 8;
    if (this.#isOrdinary({ ...member, packed: false, bitWidth: rest }) && WORDS[this.#spec.target.abi].arm)
      this.#alignment = Math.max(this.#alignment, this.#capped(rest / 8));
    this.#cursor.skipBits(rest);
  }

  #isPacked(member: MemberSpec): boolean {
    return member.packed || (this.#spec.packed && !isUnpackable(member));
  }

  #capped(alignment: number): number {
    return this.#spec.pack > 0 ? Math.min(alignment, this.#spec.pack) : alignment;
  }

  /** layout_decl for a field that is no bit-field: #pragma pack caps even what the member asks for itself. */
  #memberAlignment({ type, aligned, packed }: MemberSpec): number {
    return this.#capped(packed ? (aligned ?? 1) : Math.max(aligned ?? 1, type.alignment));
  }

  /** layout_decl for a bit-field; 0 where it asks for nothing. packed does not matter to one of zero width. */
  #bitFieldAlignment({ type, aligned, bitWidth = 0 }: MemberSpec, ordinary: boolean): number {
    if (bitWidth === 0) return Math.max(aligned ?? 1, type.alignment);
    let own = ordinary ? bitWidth / 8 : 0;
    // ADJUST_FIELD_ALIGN, which leaves alone what has an alignment of its own.
    if (this.#isI386 && aligned === undefined) own = Math.min(own, 4);
    return this.#capped(Math.max(aligned ?? 0, own));
  }

  /** A bit-field as wide as an integer type that already stands where that type may stand is laid out as one (layout_decl). */
  #isOrdinary({ bitWidth = 0, packed }: MemberSpec): boolean {
    const { word } = WORDS[this.#spec.target.abi];
    // Machines of 32 bits have no integer of 128.
    if (![8, 16, 32, 64].includes(bitWidth) && !(bitWidth === 128 && word === 8)) return false;
    if (packed && bitWidth > 8) return false;
    return this.#cursor.bitsPast(bitWidth / 8) === 0;
  }

  #raiseForBitField({ type, packed, bitWidth }: MemberSpec, desired: number): void {
    let alignment = type.alignment;
    if (bitWidth !== 0 && this.#spec.pack > 0) alignment = this.#capped(alignment);
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

/** check_field_decls: packed on a class passes over members that are no plain old data, unless they are packed themselves. */
function isUnpackable({ class: info, reference }: MemberSpec): boolean {
  return reference === true || (info !== undefined && !info.pod && !info.packed);
}
