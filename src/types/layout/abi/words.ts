/** What tells the data models of the ABIs apart. Sources: System V ABI, supplements for AMD64 3.2 and i386 4.1; AAPCS32 and AAPCS64, "Fundamental Data Types". */
import type { Abi } from '../../../../api.d.ts';

export interface Words {
  /** Bytes of a pointer, of long and of size_t. */
  readonly word: 4 | 8;
  /** Bytes that a 64-bit integer and a double are aligned to as members: 4 on i386. */
  readonly wideAlignment: 4 | 8;
  readonly longDouble: { readonly size: number; readonly alignment: number };
  /** What `aligned` without a number asks for; bytes. */
  readonly biggestAlignment: 8 | 16;
  /** Arm's ABIs: char and wchar_t are unsigned, and unnamed bit-fields raise the alignment of their struct. */
  readonly arm: boolean;
}

export const WORDS: Readonly<Record<Abi, Words>> = {
  x86_64: { word: 8, wideAlignment: 8, longDouble: { size: 16, alignment: 16 }, biggestAlignment: 16, arm: false },
  aarch64: { word: 8, wideAlignment: 8, longDouble: { size: 16, alignment: 16 }, biggestAlignment: 16, arm: true },
  i386: { word: 4, wideAlignment: 4, longDouble: { size: 12, alignment: 4 }, biggestAlignment: 16, arm: false },
  arm: { word: 4, wideAlignment: 8, longDouble: { size: 8, alignment: 8 }, biggestAlignment: 8, arm: true },
};

/** A table of names as it is read best: `'unsigned int': 'uint32_t uid_t'` gives uint32_t and uid_t, both unsigned int. */
export function inverted(table: Readonly<Record<string, string>>): [name: string, target: string][] {
  return Object.entries(table).flatMap(([target, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name): [string, string] => [name, target]),
  );
}
