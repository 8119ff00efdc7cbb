/** Where clang puts the members of a struct or union: clang 14, lib/AST/RecordLayoutBuilder.cpp, ItaniumRecordLayoutBuilder. */
import { WORDS } from '../abi/words.ts';
import type { MemberSpec, RecordLayout, RecordSpec } from '../spec.ts';
import { Cursor, roundUp } from './cursor.ts';
import { checkSize, Fields } from './fields.ts';

export class ClangRecord {
  readonly #spec: RecordSpec;
  readonly #fields = new Fields();
  readonly #cursor = new Cursor();
  #largest = 0;
  #alignment: number;
  #userAligned: boolean;

  constructor(spec: RecordSpec) {
    this.#spec = spec;
    this.#alignment = Math.max(1, spec.aligned);
    this.#userAligned = spec.aligned > 0;
  }

  place(member: MemberSpec): void {
    if (this.#spec.union) this.#cursor.moveTo(0);
    if (member.bitWidth === undefined) this.#placeMember(member);
    else this.#placeBits(member, member.bitWidth);
    this.#userAligned ||= member.userAligned ?? member.aligned !== undefined;
    this.#largest = Math.max(this.#largest, this.#cursor.bytes);
    checkSize(this.#cursor.byte, member);
  }

  finish(): RecordLayout {
    const end = this.#spec.union ? this.#largest : this.#cursor.bytes;
    const size = roundUp(end, this.#alignment);
    return { size, alignment: this.#alignment, fields: this.#fields.list, userAligned: this.#userAligned };
  }

  /** LayoutField */
  #placeMember(member: MemberSpec): void {
    const { type, aligned = 1, packed } = member;
    const alignment = this.#capped(Math.max(packed ? 1 : type.alignment, aligned));
    this.#cursor.alignTo(alignment);
    this.#fields.add(member, this.#cursor.byte);
    this.#cursor.byte += type.size;
    this.#alignment = Math.max(this.#alignment, alignment);
  }

  /** LayoutBitField */
  #placeBits(member: MemberSpec, bitWidth: number): void {
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

  #capped(alignment: number): number {
    return this.#spec.pack > 0 ? Math.min(alignment, this.#spec.pack) : alignment;
  }
}
