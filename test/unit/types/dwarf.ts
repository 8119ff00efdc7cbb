/** Reads the debugging entries of an object that a compiler made of one file: DWARF 5, sections 7.5 and 7.6. */
import { textAt, type Section } from './elf.ts';

export interface Entry {
  readonly tag: number;
  readonly attributes: ReadonlyMap<number, number | string>;
  readonly children: Entry[];
}

interface Abbreviation {
  readonly tag: number;
  readonly children: boolean;
  readonly attributes: readonly (readonly [name: number, form: number, constant: number])[];
}

/** Entries by their offset, which is what a reference holds, and the unit's own. */
export function entriesOf(sections: ReadonlyMap<string, Section>): { byOffset: Map<number, Entry>; unit: Entry } {
  return new Reader(sections).read();
}

/** Sizes of forms that are skipped or read as plain numbers. */
const FIXED: Readonly<Record<number, number>> = {
  0x05: 2,
  0x06: 4,
  0x07: 8,
  0x0b: 1,
  0x0c: 1,
  0x11: 1,
  0x12: 2,
  0x13: 4,
  0x14: 8,
  0x17: 4,
  0x1e: 16,
};
const STRX: Readonly<Record<number, number>> = { 0x25: 1, 0x26: 2, 0x27: 3, 0x28: 4 };
const ADDRX: Readonly<Record<number, number>> = { 0x29: 1, 0x2a: 2, 0x2b: 3, 0x2c: 4 };

class Reader {
  readonly #info: DataView;
  readonly #sections: ReadonlyMap<string, Section>;
  readonly #abbreviations: Map<number, Abbreviation>;
  readonly #addressSize: number;
  readonly #byOffset = new Map<number, Entry>();
  #at = 12;

  constructor(sections: ReadonlyMap<string, Section>) {
    this.#sections = sections;
    this.#info = this.#section('.debug_info');
    if (this.#info.getUint16(4, true) !== 5) throw new Error('this reads DWARF 5');
    this.#addressSize = this.#info.getUint8(7);
    this.#abbreviations = readAbbreviations(this.#section('.debug_abbrev'), this.#info.getUint32(8, true));
  }

  read(): { byOffset: Map<number, Entry>; unit: Entry } {
    const [unit] = this.#siblings(true);
    if (unit === undefined) throw new Error('there is no debug info');
    return { byOffset: this.#byOffset, unit };
  }

  #section(name: string): DataView {
    const found = this.#sections.get(name);
    if (found === undefined) throw new Error(`the object has no ${name}`);
    return found.data;
  }

  #siblings(one: boolean): Entry[] {
    const found: Entry[] = [];
    while (this.#at < this.#info.byteLength) {
      const offset = this.#at;
      const code = this.#uleb();
      if (code === 0) break;
      const abbreviation = this.#abbreviations.get(code);
      if (abbreviation === undefined) throw new Error(`no abbreviation ${code}`);
      const attributes = new Map(
        abbreviation.attributes.map(([name, form, constant]): [number, number | string] => [name, this.#value(form, constant)]),
      );
      const entry: Entry = { tag: abbreviation.tag, attributes, children: [] };
      this.#byOffset.set(offset, entry);
      found.push(entry);
      if (abbreviation.children) entry.children.push(...this.#siblings(false));
      if (one) break;
    }
    return found;
  }

  #value(form: number, constant: number): number | string {
    switch (form) {
      case 0x01:
        return this.#fixed(this.#addressSize);
      case 0x08: {
        const text = textAt(this.#info, this.#at);
        this.#at += Buffer.byteLength(text) + 1;
        return text;
      }
      case 0x0d:
        return this.#sleb();
      case 0x0e:
        return textAt(this.#section('.debug_str'), this.#fixed(4));
      case 0x0f:
      case 0x1a:
      case 0x1b:
      case 0x22:
      case 0x23:
        return this.#uleb();
      case 0x18: {
        const length = this.#uleb();
        this.#at += length;
        return 0;
      }
      case 0x19:
        return 1;
      case 0x1f:
        return textAt(this.#section('.debug_line_str'), this.#fixed(4));
      case 0x21:
        return constant;
      default:
        return this.#sized(form);
    }
  }

  #sized(form: number): number | string {
    const index = STRX[form];
    if (index !== undefined) {
      // DW_AT_str_offsets_base of a single unit is 8: after the header.
      const offset = this.#section('.debug_str_offsets').getUint32(8 + 4 * this.#fixed(index), true);
      return textAt(this.#section('.debug_str'), offset);
    }
    const size = FIXED[form] ?? ADDRX[form];
    if (size === undefined) throw new Error(`the form 0x${form.toString(16)} is not read here`);
    return this.#fixed(size);
  }

  #fixed(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (size === 1) return this.#info.getUint8(at);
    if (size === 2) return this.#info.getUint16(at, true);
    if (size === 3) return this.#info.getUint16(at, true) | (this.#info.getUint8(at + 2) << 16);
    if (size === 4) return this.#info.getUint32(at, true);
    return Number(this.#info.getBigUint64(at, true));
  }

  #uleb(): number {
    const [value, next] = leb(this.#info, this.#at, false);
    this.#at = next;
    return value;
  }

  #sleb(): number {
    const [value, next] = leb(this.#info, this.#at, true);
    this.#at = next;
    return value;
  }
}

function leb(view: DataView, from: number, signed: boolean): [value: number, next: number] {
  let value = 0n;
  let shift = 0n;
  for (let at = from; ; at++) {
    const byte = view.getUint8(at);
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte & 0x80) continue;
    return [Number(signed ? BigInt.asIntN(Number(shift), value) : value), at + 1];
  }
}

function readAbbreviations(view: DataView, from: number): Map<number, Abbreviation> {
  const found = new Map<number, Abbreviation>();
  let at = from;
  const next = (signed = false): number => {
    const [value, end] = leb(view, at, signed);
    at = end;
    return value;
  };
  for (let code = next(); code !== 0; code = next()) {
    const tag = next();
    const children = view.getUint8(at++) === 1;
    const attributes: [number, number, number][] = [];
    for (;;) {
      const name = next();
      const form = next();
      const constant = form === 0x21 ? next(true) : 0;
      if (name === 0 && form === 0) break;
      attributes.push([name, form, constant]);
    }
    found.set(code, { tag, children, attributes });
  }
  return found;
}
