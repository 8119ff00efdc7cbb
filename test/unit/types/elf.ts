/** Sections of a relocatable ELF object, little-endian, with the relocations of those that are read applied: gABI 4.1, "Sections". */

export interface Section {
  readonly name: string;
  readonly type: number;
  /** Of a relocation section: the index of the section that it is for. */
  readonly info: number;
  readonly data: DataView;
}

const SHT_RELA = 4;

/** The sections by name. REL relocations (i386, arm) hold their value in place; against section symbols, which are 0, a RELA's is its addend. */
export function sectionsOf(object: Uint8Array): Map<string, Section> {
  const view = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const wide = view.getUint8(4) === 2;
  const word = (at: number): number => (wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const table = word(wide ? 40 : 32);
  const [entrySize, count, names] = [0, 2, 4].map((i) => view.getUint16((wide ? 58 : 46) + i, true));
  const at = (index: number): number => table + index * (entrySize ?? 0);
  const dataOf = (index: number): DataView =>
    new DataView(
      object.buffer,
      object.byteOffset + word(at(index) + (wide ? 24 : 16)),
      view.getUint32(at(index) + 4, true) === 8 ? 0 : word(at(index) + (wide ? 32 : 20)),
    );
  const strings = dataOf(names ?? 0);
  const list = Array.from({ length: count ?? 0 }, (_, i): Section => {
    const type = view.getUint32(at(i) + 4, true);
    return {
      name: textAt(strings, view.getUint32(at(i), true)),
      type,
      info: view.getUint32(at(i) + (wide ? 44 : 28), true),
      data: dataOf(i),
    };
  });
  const machine = view.getUint16(18, true);
  for (const section of list) {
    const target = list[section.info];
    if (section.type === SHT_RELA && target !== undefined) relocate(section.data, target.data, machine);
  }
  return new Map(list.map((section) => [section.name, section]));
}

/** x86-64: R_X86_64_64 is 1; AArch64: R_AARCH64_ABS64 is 257. All others that debug info has are of 32 bits. */
function relocate(relocations: DataView, target: DataView, machine: number): void {
  for (let i = 0; i + 24 <= relocations.byteLength; i += 24) {
    const place = Number(relocations.getBigUint64(i, true));
    const type = relocations.getUint32(i + 8, true);
    const addend = relocations.getBigInt64(i + 16, true);
    if (type === (machine === 62 ? 1 : 257)) target.setBigInt64(place, addend, true);
    else if (place + 4 <= target.byteLength) target.setInt32(place, Number(BigInt.asIntN(32, addend)), true);
  }
}

export function textAt(view: DataView, from: number): string {
  let end = from;
  while (end < view.byteLength && view.getUint8(end) !== 0) end++;
  return Buffer.from(view.buffer, view.byteOffset + from, end - from).toString('utf8');
}
