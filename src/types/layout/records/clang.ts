/** Where clang puts the members of a struct, union or class: clang 14, lib/AST/RecordLayoutBuilder.cpp, ItaniumRecordLayoutBuilder. */
import { WORDS } from '../abi/words.ts';
import type { BaseSpec, MemberSpec, RecordLayout, RecordSpec } from '../spec.ts';
import { baseFields, ClassState, isOverlapping, isOverlappingEmpty } from './classState.ts';
import { Cursor, roundUp } from './cursor.ts';
import { checkSize, Fields } from './fields.ts';
import { filledType, isWide } from './wide.ts';

export class ClangRecord {
  readonly #spec: RecordSpec;
  readonly #fields = new Fields();
  readonly #cursor = new Cursor();
  readonly #class: ClassState | undefined;
  /** Bytes that members reach whose padding others may use (PaddedFieldSize). */
  #padded = 0;
  #largest = 0;
  #alignment: number;
  #userAligned: boolean;

  constructor(spec: RecordSpec) {
    this.#spec = spec;
    this.#alignment = Math.max(1, spec.aligned);
    this.#userAligned = spec.aligned > 0;
    this.#class = spec.class && new ClassState(spec.class, spec.packed);
    if (this.#class) this.#placeBases(this.#class);
  }

  place(given: MemberSpec): void {
    // clang 15 and newer leave members that are no plain old data unpacked, as g++ does; the rules here are those of 14, which judges them.
    const member = { ...given, packed: given.packed || this.#spec.packed };
    if (this.#spec.union) this.#cursor.moveTo(0);
    // An unnamed bit-field is no member whose access would count (CXXRecordDecl::addedMember).
    const unnamed = member.bitWidth !== undefined && member.name === '';
    this.#class?.add(unnamed ? { ...member, nonPublic: false } : member);
    if (member.bitWidth === undefined) this.#placeMember(member);
    else this.#placeBits(member, member.bitWidth);
    this.#userAligned ||= member.userAligned ?? member.aligned !== undefined;
    this.#largest = Math.max(this.#largest, this.#cursor.bytes);
    checkSize(this.#cursor.byte, member);
  }

  finish(): RecordLayout {
    const own = this.#spec.union ? this.#largest : this.#cursor.bytes;
    const dataSize = Math.max(own, this.#class?.reach ?? 0);
    const reached = Math.max(dataSize, this.#padded);
    const size = roundUp(reached === 0 && this.#class?.isEmpty ? 1 : reached, this.#alignment);
    const layout = { size, alignment: this.#alignment, fields: this.#fields.list, userAligned: this.#userAligned };
    return this.#class ? { ...layout, class: this.#class.info(layout, dataSize) } : layout;
  }

  /** LayoutNonVirtualBases: packed reaches the pointer to the virtual table, and no base. */
  #placeBases(state: ClassState): void {
    const offsets = new Map<BaseSpec, number>();
    const { word } = WORDS[this.#spec.target.abi];
    if (state.hasOwnPointer) {
      this.#alignment = Math.max(this.#alignment, this.#capped(this.#spec.packed ? 1 : word));
      this.#cursor.byte = word;
    }
    for (const base of state.bases) offsets.set(base, this.#placeBase(state, base));
    this.#fields.list.push(...baseFields(state, offsets, word));
  }

  /** LayoutBase */
  #placeBase(state: ClassState, { type, class: info, at }: BaseSpec): number {
    let offset = 0;
    if (info.empty && !state.empties.conflict(info, type, 0)) this.#alignment = Math.max(this.#alignment, info.baseAlignment);
    else {
      const alignment = this.#capped(info.baseAlignment);
      offset = roundUp(this.#cursor.bytes, alignment);
      while (state.empties.conflict(info, type, offset)) offset += alignment;
      this.#alignment = Math.max(this.#alignment, alignment);
    }
    state.empties.record(info, type, offset);
    if (info.empty) state.reachTo(offset + type.size);
    else this.#cursor.moveTo(offset + info.dataSize);
    checkSize(this.#cursor.byte, { at });
    return offset;
  }

  /** LayoutField */
  #placeMember(member: MemberSpec): void {
    const { type, aligned = 1, packed, class: info } = member;
    const alignment = this.#capped(Math.max(packed ? 1 : type.alignment, aligned));
    const anywhere = isOverlappingEmpty(member);
    const state = this.#class;
    const start = roundUp(this.#cursor.bytes, alignment);
    let offset = anywhere ? 0 : start;
    while (this.#isTaken(member, offset)) offset = offset === 0 && this.#cursor.bytes > 0 ? start : offset + alignment;
    this.#fields.add(member, offset);
    state?.empties.record(info, type, offset);
    // Bits that a bit-field before it left over are not used again, wherever it stands.
    this.#cursor.alignTo(1);
    if (anywhere) state?.reachTo(offset + type.size);
    else this.#cursor.moveTo(offset + (isOverlapping(member) ? (info?.memberSize ?? 0) : type.size));
    this.#padded = Math.max(this.#padded, offset + type.size);
    this.#alignment = Math.max(this.#alignment, alignment);
  }

  #isTaken({ class: info, type }: MemberSpec, offset: number): boolean {
    return !this.#spec.union && this.#class !== undefined && this.#class.empties.conflict(info, type, offset);
  }

  /** LayoutBitField */
  #placeBits(member: MemberSpec, bitWidth: number): void {
    if (isWide(member)) {
      this.#placeWide(member, bitWidth);
      return;
    }
    const { type, aligned = 0, packed, name } = member;
    const unpacked = Math.max(type.alignment, aligned);
    // 0: at any bit.
    let alignment = packed && bitWidth > 0 ? aligned : unpacked;
    if (this.#spec.pack > 0 && bitWidth > 0) alignment = this.#capped(packed ? unpacked : alignment);
    const past = alignment === 0 ? 0 : this.#cursor.bitsPast(alignment);
    if (bitWidth === 0 || (this.#spec.pack === 0 && past + bitWidth > type.size * 8))
      this.#cursor.alignTo(Math.max(1, alignment));
    else if (aligned > 0 && this.#capped(aligned) === aligned) this.#cursor.alignTo(aligned);
    this.#fields.addBits(member, this.#cursor);
    this.#cursor.skipBits(bitWidth);
    if (name !== '' || WORDS[this.#spec.target.abi].arm) this.#alignment = Math.max(this.#alignment, alignment);
  }

  /** LayoutWideBitField, to which neither packed nor #pragma pack matters. */
  #placeWide(member: MemberSpec, bitWidth: number): void {
    const { alignment } = filledType(this.#spec.target, bitWidth);
    this.#cursor.alignTo(alignment);
    this.#fields.addBits({ ...member, bitWidth: member.type.size * 8 }, this.#cursor);
    this.#cursor.skipBits(bitWidth);
    this.#alignment = Math.max(this.#alignment, alignment);
  }

  #capped(alignment: number): number {
    return this.#spec.pack > 0 ? Math.min(alignment, this.#spec.pack) : alignment;
  }
}
