/** ELF files whose debug info is nearly right. */

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The sections of debug info, and the headers of a 64-bit little-endian file. */
export function rangesOf(file: Buffer): { readonly debug: readonly Range[]; readonly headers: readonly Range[] } {
  const table = Number(file.readBigUInt64LE(40));
  const count = file.readUInt16LE(60);
  const names = Number(file.readBigUInt64LE(table + 64 * file.readUInt16LE(62) + 24));
  const debug: Range[] = [];
  for (let i = 0; i < count; i++) {
    const at = table + 64 * i;
    const name = names + file.readUInt32LE(at);
    const from = Number(file.readBigUInt64LE(at + 24));
    const to = from + Number(file.readBigUInt64LE(at + 32));
    const text = file.toString('latin1', name, file.indexOf(0, name));
    if (
      /^\.debug_(info|types|abbrev|str_offsets|addr|cu_index|tu_index|line|aranges|ranges|rnglists|frame)|^\.gnu_debug|^\.eh_frame|^\.symtab/.test(
        text,
      ) &&
      to > from
    )
      debug.push({ from, to });
  }
  return {
    debug,
    headers: [
      { from: 0, to: 64 },
      { from: table, to: table + 64 * count },
    ],
  };
}

const EDGES = [0, 1, 2, 4, 8, 0x0d, 0x10, 0x13, 0x16, 0x17, 0x34, 0x7f, 0x80, 0x81, 0xfe, 0xff];

/** A copy with some bytes changed, mostly of its debug info. `random` gives numbers from 0 to 1. */
export function mutated(original: Buffer, random: () => number): Buffer {
  const file = Buffer.from(original);
  const { debug, headers } = rangesOf(original);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const place = (range: Range, width: number): number => Math.min(range.from + below(range.to - range.from), file.length - width);
  const changes: ((range: Range) => void)[] = [
    (range) => file.writeUInt8(below(256), place(range, 1)),
    (range) => file.writeUInt8(pick(EDGES) ?? 0, place(range, 1)),
    (range) => file.writeUInt8(pick(EDGES) ?? 0, place(range, 1)),
    // Offsets that lead somewhere: types that contain themselves, siblings that go back.
    (range) => file.writeUInt32LE(below(range.to - range.from), place(range, 4)),
    (range) => file.writeUInt32LE(pick([0, 0xff, 0xffff, 0x7fffffff, 0xfffffff0, 0xffffffff]) ?? 0, place(range, 4)),
    (range) => file.writeBigUInt64LE(pick([0n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) ?? 0n, place(range, 8)),
    (range) => {
      const length = below(Math.min(64, range.to - range.from));
      file.copy(file, place(range, length), place(range, length), place(range, length) + length);
    },
  ];
  for (let left = 1 + below(random() < 0.2 ? 60 : 4); left > 0; left--) {
    const range = pick(random() < 0.93 ? debug : headers);
    if (range) pick(changes)?.(range);
  }
  return random() < 0.04 ? file.subarray(0, below(file.length)) : file;
}
